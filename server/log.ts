/** The server's log: one readable line per event on stderr. Callers never hand it tokens or headers. */
import { type Logger, levels, pino } from 'pino'

/** @param level `debug`, `info`, `warn` or `error` */
export function createLog(level: string): Logger {
  const destination = { write: (line: string) => void process.stderr.write(readable(line)) }
  return pino({ level, base: null }, destination)
}

/** `2026-01-31T12:00:00.000Z info  stored path="a/b.jpg" size=123`; values stay JSON, so that no name can fake a line. */
function readable(line: string): string {
  const { time, level, msg, ...facts } = JSON.parse(line) as Record<string, unknown>
  const shown = Object.entries(facts).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
  const label = (levels.labels[Number(level)] ?? '').padEnd(5)
  return `${new Date(Number(time)).toISOString()} ${label} ${String(msg)}${shown.join('')}\n`
}
