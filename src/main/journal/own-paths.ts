/** What ids and paths in the journal may be: a crafted journal must not have PhotoFerry delete or write anything of its choice. */
import { lstatSync } from 'node:fs'
import { basename, dirname, extname, isAbsolute, join, normalize, sep } from 'node:path'
import type { Batch } from '../../shared/batch.ts'
import type { UploadItem } from '../../shared/upload.ts'

/** PhotoFerry makes ids itself (UUIDs, mostly); they become names of files and folders. */
const idPattern = /^[\w-]{1,64}$/
/** Beyond it the next numbers would not be whole any more. */
const highestOrder = 2 ** 50
const copyExtension = /^\.[a-z0-9]{1,5}$/

/** An item as it may be used, and whether a path in it was replaced; null for one that may not be used at all. */
export type Examined = { readonly item: UploadItem; readonly isReplaced: boolean } | null

/**
 * Checks ids and paths of an item as a journal holds it. Paths of PhotoFerry's own copies lead into its own folders or
 * nowhere: both are deleted once they are not needed.
 * @param stateDir absolute path
 */
export function examineItem(item: UploadItem, stateDir: string): Examined {
  if (!idPattern.test(item.id) || !idPattern.test(item.batchId) || item.order > highestOrder) return null
  const sourcePath = item.staged ? ownCopy(item.sourcePath, stateDir) : item.sourcePath
  if (sourcePath === null || (!item.staged && !isPath(sourcePath))) return null
  if (item.payload === null) return { item: { ...item, sourcePath }, isReplaced: false }
  const { path } = item.payload
  const extension = extname(path)
  const name = `${item.id}${copyExtension.test(extension) ? extension : '.jpg'}`
  const payload = { ...item.payload, path: join(stateDir, 'payloads', name) }
  // Where nothing is, or not the copy that is meant, a new one is made (see prepare.ts).
  return { item: { ...item, sourcePath, payload }, isReplaced: basename(path) !== name }
}

/** Whether a batch of a journal may be used: its id and its paths are what PhotoFerry itself would have written. */
export function isHonestBatch({ id, order, unscannedPaths, drives }: Batch): boolean {
  if (!idPattern.test(id) || order > highestOrder) return false
  return unscannedPaths.every(isPath) && drives.every(({ root }) => isPath(root))
}

/** Whether a number can be one of `Journal.nextOrder`. */
export function isOrder(order: number): boolean {
  return order <= highestOrder
}

/**
 * The path of an inbox copy below the state folder's own inbox; null where it can't be one. The state folder may have been
 * moved, or reached by another path, when the journal was written.
 */
function ownCopy(path: string, stateDir: string): string | null {
  // Of a file that a page skipped only the name is here.
  if (path === '') return path
  const inbox = join(stateDir, 'staging')
  if (path.includes('\0') || !isAbsolute(path) || normalize(path) !== path) return null
  if (path.startsWith(inbox + sep)) return path
  const moved = join(inbox, basename(dirname(path)), basename(path))
  const isThere = lstatSync(moved, { throwIfNoEntry: false })?.isFile() === true
  return isThere && basename(dirname(dirname(path))) === 'staging' ? moved : null
}

function isPath(path: string): boolean {
  return isAbsolute(path) && !path.includes('\0')
}
