/** Tells a person that what was added held nothing new: its batch leaves the list without ever having had a file. */
import type { FeedEvent } from '../../../shared/feed.ts'
import { showAlert } from '../../store/alert-store.ts'

/** As many batches as may end between a command and its answer. */
const mostRemembered = 50

/** Batch id -> what to say if nothing comes of it. */
const awaited = new Map<string, string>()
let lately: readonly string[] = []

/** @param batchIds as the command that added them answered */
export function sayIfNothingNew(batchIds: readonly string[], words: string): void {
  for (const id of batchIds) {
    if (lately.includes(id)) showAlert('info', words)
    else awaited.set(id, words)
  }
}

/** Must be told every event of the feed. */
export function watchAdded(event: FeedEvent): void {
  // What happened while the page was away is not known.
  if (event.reset) awaited.clear()
  for (const batch of event.batches) if (batch.totals.files > 0) awaited.delete(batch.id)
  for (const id of event.removedBatchIds) {
    const words = awaited.get(id)
    if (words !== undefined) showAlert('info', words)
    awaited.delete(id)
  }
  lately = [...lately, ...event.removedBatchIds].slice(-mostRemembered)
}
