/** The overview: what the window shows above and below its list. */
import type { BandwidthNow } from '../../shared/bandwidth.ts'
import type { CardRow } from '../../shared/cards.ts'
import type { DriveWait, Overview, RestartReport, ServerState } from '../../shared/feed.ts'
import type { ErrorInfo } from '../../shared/protocol/errors.ts'
import type { WatchRow } from '../../shared/watched.ts'
import type { ItemList } from '../queue/item-list.ts'
import type { Traffic } from '../queue/traffic.ts'
import type { Speeds } from './speeds.ts'
import { stallsOf } from './stalls.ts'

export interface OverviewSources {
  readonly list: ItemList
  readonly speeds: Speeds
  readonly traffic: Traffic
  /** The default server first, then the others that are in use. */
  readonly servers: readonly [ServerState, ...ServerState[]]
  /** Whether files of a batch are still to come from a page. */
  readonly isReceiving: (batchId: string) => boolean
  /** Id of the server that a batch goes to. */
  readonly serverOf: (batchId: string) => string
  /** When the first file that waits for a moment is tried again, ms since 1970. */
  readonly nextTryMs: number | null
  /** Drives that files wait for. */
  readonly drives: readonly DriveWait[]
  readonly bandwidth: BandwidthNow
  readonly restart: RestartReport | null
  readonly notices: readonly ErrorInfo[]
  readonly cards: readonly CardRow[]
  readonly watched: readonly WatchRow[]
}

export function overviewOf(sources: OverviewSources): Overview {
  const { list, speeds, traffic, servers, bandwidth, restart, notices } = sources
  const nowMs = Date.now()
  const totals = list.totals()
  const { pendingFiles, pendingBytes, activeFiles, movingFiles, uncheckedFiles } = list.remaining
  const stalls = stallsOf(
    {
      totals,
      pendingFiles,
      movingFiles,
      acknowledgedMs: speeds.lastMs,
      servers: servers.filter(({ id, trouble }) => trouble && isAwaited(sources, id)),
      drives: sources.drives,
      bandwidth,
      traffic,
      nextTryMs: sources.nextTryMs,
    },
    nowMs,
  )
  // Once the last active file is paused or fails, the speed measured just before no longer holds.
  const bytesPerSecond = activeFiles > 0 ? speeds.overall() : null
  const isEstimable = bytesPerSecond !== null && stalls.length === 0
  return {
    totals,
    scanning: [...list.batchIds()].some((batchId) => isGrowing(sources, batchId)),
    checking: uncheckedFiles > 0,
    bytesPerSecond,
    timeLeft: isEstimable ? speeds.history.timeFor(pendingBytes, nowMs) : null,
    bytesInFlight: traffic.total,
    stalls,
    server: servers[0],
    servers,
    bandwidth,
    restart,
    notices: [...notices],
    cards: sources.cards,
    watched: sources.watched,
  }
}

/** Whether more files of a batch may come. */
function isGrowing({ list, isReceiving }: OverviewSources, batchId: string): boolean {
  return isReceiving(batchId) || (list.batch(batchId)?.unscannedPaths.length ?? 0) > 0
}

/** Whether unfinished files are waiting for a server. */
function isAwaited({ list, serverOf }: OverviewSources, serverId: string): boolean {
  for (const batchId of list.batchIds()) {
    if (serverOf(batchId) === serverId && (list.batchRemaining(batchId)?.pendingFiles ?? 0) > 0) return true
  }
  return false
}
