/** Shows an upload's progress on stderr: one line that is redrawn in a terminal; elsewhere only trouble with the server. */
import { formatBytes } from '../../shared/byte-size.ts'
import type { Overview } from '../../shared/feed.ts'
import { outcomeOf, percentOf, reasonsOf, shareDone } from '../../shared/outcome.ts'
import type { Client } from '../client/client.ts'
import { countFiles, escapeControls, formatDuration } from './terminal-text.ts'

const barWidth = 24
const redrawMs = 200

/** Follows the client's feed until `stop` is called. */
export function followProgress(client: Client): { stop(): void } {
  const { stderr } = process
  const live = stderr.isTTY === true
  const connectionLine = connectionLines()
  let awaitedDrives = ''
  let drawnAtMs = 0
  let hasNamedWriting = false
  const clear = () => live && stderr.write('\r\x1b[2K')
  const unsubscribe = client.feed.subscribe(({ overview }) => {
    const line = connectionLine(overview)
    if (line !== null) {
      clear()
      stderr.write(`${escapeControls(line)}\n`)
    }
    const writing = writingText(overview)
    if (writing !== null && !hasNamedWriting) {
      clear()
      stderr.write(`Waiting: ${writing}\n`)
    }
    hasNamedWriting ||= writing !== null
    const names = drivesAwaited(overview)
    if (names !== '' && names !== awaitedDrives) {
      clear()
      stderr.write(`${escapeControls(`Waiting for ${names}. Connect it again to continue.`)}\n`)
    }
    awaitedDrives = names
    if (!live || Date.now() - drawnAtMs < redrawMs) return
    drawnAtMs = Date.now()
    clear()
    stderr.write(cutToFit(progressText(overview), stderr.columns))
  })
  return {
    stop: () => {
      unsubscribe()
      clear()
    },
  }
}

/** On a slow connection each chunk may be without an answer for seconds: that is said no more often than this, ms. */
const quietSaidEveryMs = 60_000
const again = 'Connected again: uploading continues.'

/**
 * What is to be said of the connection: a trouble, once for each reason, that nothing was answered for seconds, and that
 * either is over while files are still to be sent.
 * @param nowMs on a clock that nobody sets, ms
 * @returns a function that gives the line for each next overview; null for nothing new
 */
export function connectionLines(
  nowMs: () => number = () => performance.now(),
): (overview: Pick<Overview, 'server' | 'totals' | 'stalls'>) => string | null {
  const printed = new Set<string>()
  let sinceMs: number | null = null
  let isQuiet = false
  let quietSaidAtMs = Number.NEGATIVE_INFINITY
  return ({ server: { trouble }, totals, stalls }) => {
    if (trouble !== null) {
      if (trouble.sinceMs !== sinceMs) printed.clear()
      sinceMs = trouble.sinceMs
      if (printed.has(trouble.error.code)) return null
      printed.add(trouble.error.code)
      return `Waiting for the server: ${trouble.error.message}`
    }
    const hasNoAnswer = stalls.some(({ kind }) => kind === 'no-answer')
    if (hasNoAnswer && sinceMs === null) {
      if (isQuiet || nowMs() - quietSaidAtMs < quietSaidEveryMs) return null
      isQuiet = true
      quietSaidAtMs = nowMs()
      return 'No response from the server for some seconds. The connection or the server may be slow.'
    }
    const isOver = (sinceMs !== null || isQuiet) && outcomeOf(totals).toDo > 0
    sinceMs = null
    isQuiet = false
    return isOver ? again : null
  }
}

/** Names of the drives that everything waits for; empty where something else can be uploaded. */
function drivesAwaited({ stalls }: Overview): string {
  return stalls.flatMap((stall) => (stall.kind === 'drive-away' ? [stall.name] : [])).join(', ')
}

/** The line: bar, percent, files, bytes, speed, time left, what is not stored and will not be. */
export function progressText(overview: Overview): string {
  const { totals, bytesPerSecond, timeLeft } = overview
  const { bytesTotal, bytesAcknowledged } = totals
  const outcome = outcomeOf(totals, overview)
  const share = shareDone(totals, outcome)
  const bar = '█'.repeat(Math.floor(share * barWidth)).padEnd(barWidth, '░')
  const parts = [
    `${bar} ${String(percentOf(totals, outcome)).padStart(3)}%`,
    `${outcome.stored}/${outcome.dropped} files`,
    `${formatBytes(bytesAcknowledged)} of ${formatBytes(bytesTotal)}`,
    bytesPerSecond === null ? '' : `${formatBytes(bytesPerSecond)}/s`,
    timeLeft === null ? '' : `about ${formatDuration(timeLeft.highSeconds)} left`,
    writingText(overview) ?? '',
    ...reasonsOf(outcome).map(({ reason, count }) => `${count} ${reason}`),
  ]
  return parts.filter(Boolean).join('  ')
}

/** Said once nothing else is left to do. */
function writingText({ stalls }: Overview): string | null {
  const stall = stalls.find(({ kind }) => kind === 'being-written')
  return stall?.kind === 'being-written' ? `${countFiles(stall.files)} still being written` : null
}

function cutToFit(text: string, columns: number | undefined): string {
  return text.slice(0, Math.max(20, (columns ?? 80) - 1))
}
