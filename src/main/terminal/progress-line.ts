/** Shows an upload's progress on stderr: one line that is redrawn in a terminal; elsewhere only trouble with the server. */
import { formatBytes } from '../../shared/byte-size.ts'
import type { Overview } from '../../shared/feed.ts'
import type { Client } from '../client/client.ts'
import { escapeControls, formatDuration } from './terminal-text.ts'

const barWidth = 24
const redrawMs = 200

/** Follows the client's feed until `stop` is called. */
export function followProgress(client: Client): { stop(): void } {
  const { stderr } = process
  const live = stderr.isTTY === true
  let troubleSinceMs: number | null = null
  let awaitedDrives = ''
  let drawnAtMs = 0
  const clear = () => live && stderr.write('\r\x1b[2K')
  const unsubscribe = client.feed.subscribe(({ overview }) => {
    const { trouble } = overview.server
    if (trouble && trouble.sinceMs !== troubleSinceMs) {
      clear()
      stderr.write(`${escapeControls(`Waiting for the server: ${trouble.error.message}`)}\n`)
    }
    troubleSinceMs = trouble?.sinceMs ?? troubleSinceMs
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

/** Names of the drives that everything waits for; empty where something else can be uploaded. */
function drivesAwaited({ stalls }: Overview): string {
  return stalls.flatMap((stall) => (stall.kind === 'drive-away' ? [stall.name] : [])).join(', ')
}

/** The line: bar, percent, files, bytes, speed, time left. Canceled files do not count. */
export function progressText({ totals, bytesPerSecond, timeLeft }: Overview): string {
  const { bytesTotal, bytesAcknowledged, counts, files } = totals
  const share = bytesTotal > 0 ? bytesAcknowledged / bytesTotal : 0
  const bar = '█'.repeat(Math.floor(share * barWidth)).padEnd(barWidth, '░')
  const parts = [
    `${bar} ${String(Math.floor(share * 100)).padStart(3)}%`,
    `${counts.done}/${files - counts.canceled} files`,
    `${formatBytes(bytesAcknowledged)} of ${formatBytes(bytesTotal)}`,
    bytesPerSecond === null ? '' : `${formatBytes(bytesPerSecond)}/s`,
    timeLeft === null ? '' : `about ${formatDuration(timeLeft.highSeconds)} left`,
    counts.failed > 0 ? `${counts.failed} failed` : '',
  ]
  return parts.filter(Boolean).join('  ')
}

function cutToFit(text: string, columns: number | undefined): string {
  return text.slice(0, Math.max(20, (columns ?? 80) - 1))
}
