/** The batch that the window shows: the selected one while it exists, else null for all batches. */
import type { Totals } from '../../shared/feed.ts'
import { useQueue } from './queue-store.ts'
import { useView } from './view-store.ts'

export function useShownBatch(): string | null {
  const selected = useView((view) => view.batchId)
  return useQueue((state) => (selected !== null && state.batches.has(selected) ? selected : null))
}

/** The totals of the shown batch, or of all batches; undefined before they are known. */
export function useShownTotals(): Totals | undefined {
  const batchId = useShownBatch()
  return useQueue((state) => (batchId === null ? state.overview?.totals : state.batches.get(batchId)?.totals))
}
