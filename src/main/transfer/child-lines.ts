/** The lines that a child process writes, of which none is too long to keep. */
import type { Readable } from 'node:stream'

/** The address, or a line of a log, is far shorter; characters. */
const longestLine = 64 * 1024

/** @param onLine called with each line without its end; of one that is longer than 64 Ki characters, with as many */
export function onLines(output: Readable, onLine: (line: string) => void): void {
  let line = ''
  const add = (part: string) => {
    line += part.slice(0, longestLine - line.length)
  }
  output.setEncoding('utf8').on('data', (text: string) => {
    const [first = '', ...others] = text.split('\n')
    add(first)
    for (const next of others) {
      onLine(line.replace(/\r$/, ''))
      line = ''
      add(next)
    }
  })
  output.on('end', () => {
    if (line !== '') onLine(line)
  })
}
