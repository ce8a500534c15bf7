/** What of a drop is not on the list: folders that were not read to their end, and files that a page has not sent yet. */
import type { ItemList } from '../queue/item-list.ts'

/**
 * Absolute paths of a batch that are still to be read, or were given up; empty once it is off the list. A dropped file that
 * is on the list is not among them, although it counts as read only together with the whole drop.
 */
export function unreadPathsOf(list: ItemList, batchId: string): string[] {
  const { unscannedPaths = [] } = list.batch(batchId) ?? {}
  if (unscannedPaths.length === 0) return []
  const found = new Set(list.select({ batchIds: [batchId] }).map(({ sourcePath }) => sourcePath))
  return unscannedPaths.filter((path) => !found.has(path))
}

/** Files of a batch that came, those included that were removed from the list since. */
export function arrivedFiles(list: ItemList, batchId: string): number {
  const totals = list.batchTotals(batchId)
  return totals ? totals.files + totals.removed.stored + totals.removed.notStored : 0
}

/** How many files a page has announced for a batch and not sent yet; 0 where no page is sending any. */
export function filesToCome(list: ItemList, batchId: string): number {
  const awaited = list.batch(batchId)?.awaitedFiles ?? null
  return awaited === null ? 0 : Math.max(0, awaited - arrivedFiles(list, batchId))
}
