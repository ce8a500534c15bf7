/** Shows an upload's progress on stderr: one line that is redrawn in a terminal; elsewhere only trouble with the server. */
import { formatBytes } from '../../shared/byte-size.ts'
import type { Overview, ServerTrouble } from '../../shared/feed.ts'
import { outcomeOf, percentOf, reasonsOf, shareDone } from '../../shared/outcome.ts'
import type { Client } from '../client/client.ts'
import { countFiles, escapeControls, formatDuration } from './terminal-text.ts'

const barWidth = 24
const redrawMs = 200

/** Follows the client's feed until `stop` is called. */
export function followProgress(client: Client): { stop(): void } {
  const { stderr } = process
  const live = stderr.isTTY === true
  const isNews = newTroubles()
  let awaitedDrives = ''
  let drawnAtMs = 0
  let hasNamedWriting = false
  const clear = () => live && stderr.write('\r\x1b[2K')
  const unsubscribe = client.feed.subscribe(({ overview }) => {
    const { trouble } = overview.server
    if (trouble && isNews(trouble)) {
      clear()
      stderr.write(`${escapeControls(`Waiting for the server: ${trouble.error.message}`)}\n`)
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

/** Tells a trouble, or another reason for it, from one that was printed already. */
function newTroubles(): (trouble: ServerTrouble) => boolean {
  let sinceMs: number | null = null
  const printed = new Set<string>()
  return (trouble) => {
    if (trouble.sinceMs !== sinceMs) printed.clear()
    sinceMs = trouble.sinceMs
    if (printed.has(trouble.error.code)) return false
    printed.add(trouble.error.code)
    return true
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
