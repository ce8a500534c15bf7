/** Shows an upload's progress on stderr: one line that is redrawn in a terminal; elsewhere only trouble with the server. */
import { formatBytes } from '../../shared/byte-size.ts'
import type { Overview } from '../../shared/feed.ts'
import { outcomeOf, percentOf, reasonsOf, shareDone } from '../../shared/outcome.ts'
import type { Client } from '../client/client.ts'
import { escapeControls, formatDuration } from './terminal-text.ts'

const barWidth = 24
const redrawMs = 200

/** Follows the client's feed until `stop` is called. */
export function followProgress(client: Client): { stop(): void } {
  const { stderr } = process
  const live = stderr.isTTY === true
  let troubleSinceMs: number | null = null
  let drawnAtMs = 0
  const clear = () => live && stderr.write('\r\x1b[2K')
  const unsubscribe = client.feed.subscribe(({ overview }) => {
    const { trouble } = overview.server
    if (trouble && trouble.sinceMs !== troubleSinceMs) {
      clear()
      stderr.write(`${escapeControls(`Waiting for the server: ${trouble.error.message}`)}\n`)
    }
    troubleSinceMs = trouble?.sinceMs ?? troubleSinceMs
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

/** The line: bar, percent, files, bytes, speed, time left, what is not stored and will not be. */
export function progressText({ totals, bytesPerSecond, timeLeft }: Overview): string {
  const { bytesTotal, bytesAcknowledged } = totals
  const outcome = outcomeOf(totals)
  const share = shareDone(totals, outcome)
  const bar = '█'.repeat(Math.floor(share * barWidth)).padEnd(barWidth, '░')
  const parts = [
    `${bar} ${String(percentOf(totals, outcome)).padStart(3)}%`,
    `${outcome.stored}/${outcome.dropped} files`,
    `${formatBytes(bytesAcknowledged)} of ${formatBytes(bytesTotal)}`,
    bytesPerSecond === null ? '' : `${formatBytes(bytesPerSecond)}/s`,
    timeLeft === null ? '' : `about ${formatDuration(timeLeft.highSeconds)} left`,
    ...reasonsOf(outcome).map(({ reason, count }) => `${count} ${reason}`),
  ]
  return parts.filter(Boolean).join('  ')
}

function cutToFit(text: string, columns: number | undefined): string {
  return text.slice(0, Math.max(20, (columns ?? 80) - 1))
}
