/** Which file goes first after a trouble of its connection, and that files which may be to blame go last. No side effects. */
import type { UploadItem } from '../../shared/upload.ts'

/**
 * The file with the fewest marks goes first; of those one that need not be read for long before it can be sent; of those
 * the next one.
 * @param queued in the order of the queue
 */
export function trialItem(queued: readonly UploadItem[]): UploadItem | undefined {
  let best: UploadItem | undefined
  for (const item of queued) if (!best || goesBefore(item, best)) best = item
  return best
}

function goesBefore(item: UploadItem, other: UploadItem): boolean {
  if (item.marks !== other.marks) return item.marks < other.marks
  return isReady(item) && !isReady(other)
}

function isReady({ md5 }: UploadItem): boolean {
  return md5 !== null
}

/**
 * The same items, those with marks after all others.
 * @param itemIds in the order of the queue
 */
export function* markedLast(
  itemIds: Iterable<string>,
  get: (itemId: string) => UploadItem | undefined,
): Generator<UploadItem> {
  const marked: UploadItem[] = []
  for (const itemId of itemIds) {
    const item = get(itemId)
    if (item && item.marks > 0) marked.push(item)
    else if (item) yield item
  }
  yield* marked
}
