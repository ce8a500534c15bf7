/** The server's log on stderr: JSON lines for programs, readable ones for people. Callers never pass tokens or headers. */
import { type DestinationStream, type Logger, pino } from 'pino'
import { escapeControls, escapeControlsInJson } from '../../src/shared/protocol/escape-controls.ts'
import { requestId } from './request-id.ts'

/** Where the server logs its operations: one line each, facts as its fields, never a secret. */
export interface Log {
  debug(facts: object, message: string): void
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** `auto`: readable on a terminal, else JSON. */
export const logFormats = ['auto', 'json', 'pretty'] as const
type LogFormat = (typeof logFormats)[number]

interface LogOptions {
  /** `debug`, `info`, `warn` or `error` */
  readonly level: string
  readonly format: LogFormat
}

export function createLog(options: LogOptions): Logger {
  // Written off the event loop, many lines at a time; the rest is flushed when the process ends.
  const stderr = pino.destination({ dest: 2, sync: false })
  // The reader of the log may be gone; uploads matter more.
  stderr.on('error', () => undefined)
  process.once('exit', () => {
    try {
      stderr.flushSync()
    } catch {
      // Nobody is left to read it.
    }
  })
  return logInto(options, stderr)
}

/** The same log, into any destination. */
export function logInto({ level, format }: LogOptions, destination: DestinationStream): Logger {
  const isPretty = format === 'pretty' || (format === 'auto' && process.stderr.isTTY)
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: () => {
      const id = requestId()
      return id === undefined ? {} : { requestId: id }
    },
  }
  const lineOf = isPretty ? readable : jsonLine
  return pino(options, { write: (line) => void destination.write(lineOf(line)) })
}

/** A terminal that shows the log obeys no name in it; programs read the values as they are. */
function jsonLine(line: string): string {
  return `${escapeControlsInJson(line.trimEnd())}\n`
}

/** `2026-01-31T12:00:00.000Z info  stored path="a/b.jpg" size=123`; values stay JSON, so that no file name can fake a line. */
function readable(line: string): string {
  const { time, level, msg, ...facts } = JSON.parse(line) as Record<string, unknown>
  const shown = Object.entries(facts).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
  return `${escapeControls(`${time} ${String(level).padEnd(5)} ${String(msg)}${shown.join('')}`)}\n`
}
