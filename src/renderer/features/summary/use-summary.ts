/** The batch whose result is shown above the list, with all that is said of it. */
import type { BatchRow, ServerState } from '../../../shared/feed.ts'
import { type Outcome, outcomeOf } from '../../../shared/outcome.ts'
import { isFinished } from '../../../shared/upload.ts'
import { useQueue } from '../../store/queue-store.ts'
import { countOf } from '../../store/status-groups.ts'
import { useShownBatch } from '../../store/use-shown-batch.ts'
import type { Holdups } from '../../text/verdict-text.ts'

export interface Summary {
  /** The shown batch, or the only one; null where files of several are shown. */
  readonly batch: BatchRow | null
  readonly outcome: Outcome
  readonly unfinished: { readonly scanning: boolean; readonly checking: boolean }
  readonly holdups: Holdups
  /** The servers that the files go to, each once. */
  readonly servers: readonly ServerState[]
}

/** @returns null while nothing is known */
export function useSummary(): Summary | null {
  const shown = useShownBatch()
  const only = useQueue((state) => (state.batchIds.length === 1 ? state.batchIds[0] : null)) ?? null
  const batchId = shown ?? only
  const batch = useQueue((state) => (batchId === null ? null : (state.batches.get(batchId) ?? null)))
  const batches = useQueue((state) => state.batches)
  const overview = useQueue((state) => state.overview)
  if (overview === null) return null
  const { totals, scanning, checking } = batch ?? overview
  const unfinished = { scanning, checking }
  const ids = new Set(
    batch === null ? [...batches.values()].map(({ serverId }) => serverId) : [batch.serverId],
  )
  const servers = overview.servers.filter(({ id }) => ids.has(id))
  const toDo = countOf(totals, (status) => !isFinished(status))
  return {
    batch,
    outcome: outcomeOf(totals, unfinished),
    unfinished,
    holdups: {
      paused: toDo > 0 && totals.counts.paused === toDo,
      serverAway: servers.length > 0 && servers.every(({ reachability }) => reachability === 'unreachable'),
      awaitedDrives: batch?.awaitedDrives ?? [],
    },
    servers,
  }
}
