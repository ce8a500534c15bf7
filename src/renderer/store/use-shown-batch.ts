/** The batch that the window shows: the chosen one while it exists, else null for all. */
import { useQueue } from './queue-store.ts'
import { useView } from './view-store.ts'

export function useShownBatch(): string | null {
  const chosen = useView((view) => view.batchId)
  return useQueue((state) => (chosen !== null && state.batches.has(chosen) ? chosen : null))
}
