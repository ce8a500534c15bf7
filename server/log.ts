/** The server's log: one readable line per event on stderr. Callers never hand it tokens or headers. */
import { type Logger, levels, pino } from 'pino'

/** @param level `debug`, `info`, `warn` or `error` */
export function createLog(level: string): Logger {
  // Written off the event loop, many lines at a time; what is left over is written when the process ends.
  const stderr = pino.destination({ dest: 2, sync: false })
  // Whoever read the log has gone: the uploads matter more.
  stderr.on('error', () => undefined)
  process.once('exit', () => {
    try {
      stderr.flushSync()
    } catch {
      // Nobody is left to read it.
    }
  })
  return pino({ level, base: null }, { write: (line: string) => void stderr.write(readable(line)) })
}

/** `2026-01-31T12:00:00.000Z info  stored path="a/b.jpg" size=123`; values stay JSON, so that no name can fake a line. */
function readable(line: string): string {
  const { time, level, msg, ...facts } = JSON.parse(line) as Record<string, unknown>
  const shown = Object.entries(facts).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
  const label = (levels.labels[Number(level)] ?? '').padEnd(5)
  return `${new Date(Number(time)).toISOString()} ${label} ${String(msg)}${shown.join('')}\n`
}
