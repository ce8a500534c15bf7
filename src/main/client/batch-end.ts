/** When nothing of a batch is left to do. */
import type { ItemList } from '../queue/item-list.ts'

/**
 * Whether nothing of a batch will be sent any more without the person. Its sources may still have to be looked at again.
 * @param isReceiving whether files of it are still to come from a page
 */
export function isSent(list: ItemList, batchId: string, isReceiving: (batchId: string) => boolean): boolean {
  const batch = list.batch(batchId)
  const totals = list.batchTotals(batchId)
  if (!batch || !totals || batch.unscannedPaths.length > 0 || isReceiving(batchId)) return false
  if (totals.files === 0 && batch.neverArrived === null) return false
  return (list.batchRemaining(batchId)?.pendingFiles ?? 0) === 0 && totals.counts.paused === 0
}

/** Whether nothing of a batch is left to do, and its sources were looked at again. */
export function isOver(list: ItemList, batchId: string, isReceiving: (batchId: string) => boolean): boolean {
  return isSent(list, batchId, isReceiving) && list.batchRemaining(batchId)?.uncheckedFiles === 0
}
