/** Dropped folders that were not read to their end: nobody knows how many of their files are missing from the list. */
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
