/** Tells the user that nothing they added was new: such a batch leaves the list without ever having had a file. */
import type { FeedEvent } from '../../../shared/feed.ts'
import { showAlert } from '../../store/alert-store.ts'

/** At least as many batches as may end between a command and its answer. */
const mostRemembered = 50

/** Batch id -> what to say if the batch goes away without a file. */
const watched = new Map<string, string>()
/** Ids of the batches that were removed last. */
let removedLately: readonly string[] = []

/** @param batchIds as answered by the command that added them */
export function alertIfNothingNew(batchIds: readonly string[], text: string): void {
  for (const id of batchIds) {
    if (removedLately.includes(id)) showAlert('info', text)
    else watched.set(id, text)
  }
}

/** Must be called with every event of the feed. */
export function watchAddedBatches(event: FeedEvent): void {
  // Nobody knows what happened while the page was disconnected.
  if (event.reset) watched.clear()
  for (const batch of event.batches) if (batch.totals.files > 0) watched.delete(batch.id)
  for (const id of event.removedBatchIds) {
    const text = watched.get(id)
    if (text !== undefined) showAlert('info', text)
    watched.delete(id)
  }
  removedLately = [...removedLately, ...event.removedBatchIds].slice(-mostRemembered)
}
