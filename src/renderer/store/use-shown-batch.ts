/** The batch that the window shows: the chosen one while it exists, else null for all. */
import type { Totals } from '../../shared/feed.ts'
import { useQueue } from './queue-store.ts'
import { useView } from './view-store.ts'

export function useShownBatch(): string | null {
  const chosen = useView((view) => view.batchId)
  return useQueue((state) => (chosen !== null && state.batches.has(chosen) ? chosen : null))
}

/** The totals of what is shown: of that batch, or of all; undefined before they are known. */
export function useShownTotals(): Totals | undefined {
  const batchId = useShownBatch()
  return useQueue((state) => (batchId === null ? state.overview?.totals : state.batches.get(batchId)?.totals))
}
