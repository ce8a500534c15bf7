/** The desktop's log: a file for whoever looks for a fault later, which never grows beyond a few megabytes. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { app } from 'electron'
import { createStream } from 'rotating-file-stream'
import { escapeControls } from '../../shared/protocol/escape-controls.ts'

/** The file that is written, and those before it: five, of 1 MB each. */
const fileName = 'photoferry.log'
const rotation = { size: '1M', maxFiles: 5 } as const

export interface AppLog {
  /** Absolute path of the folder with the log's files. */
  readonly folder: string
  /** @param line is written with the time before it, and to the terminal; control characters are escaped */
  readonly write: (line: string) => void
  /** Name -> content of each file, the oldest included. */
  readonly files: () => ReadonlyMap<string, Buffer>
}

/** @param folder absolute path; made if it is not there */
export function openAppLog(folder: string): AppLog {
  const stream = createStream(fileName, { ...rotation, path: folder, history: 'log-files.txt' })
  // A full disk must not end the app, and there is nowhere else to say so.
  stream.on('error', () => undefined)
  return {
    folder,
    write: (line) => {
      const text = escapeControls(line.trimEnd())
      console.error(text)
      stream.write(`${new Date().toISOString()} ${text}\n`)
    },
    files: () => {
      const names = readdirSync(folder).filter((name) => name.endsWith('.log'))
      return new Map(names.map((name) => [name, readFileSync(join(folder, name))]))
    },
  }
}

/** Writes down what ends without a word: pages, Chromium's helpers, and an error that nothing caught. */
export function logCrashes({ write }: AppLog): void {
  app.on('render-process-gone', (_event, _contents, { reason, exitCode }) =>
    write(`The window's page ended: ${reason}, exit code ${exitCode}.`),
  )
  app.on('child-process-gone', (_event, { type, reason, exitCode, name }) =>
    write(`A helper of Chromium ended: ${name ?? type}, ${reason}, exit code ${exitCode}.`),
  )
  process.on('uncaughtExceptionMonitor', ({ stack, message }) => write(`Not caught: ${stack ?? message}`))
}
