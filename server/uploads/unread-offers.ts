/** Offers of files that their clients have not read yet: known by their size, and by a digest of their ends. */
import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { type CreateTaskRequest, endsBytes } from '../../src/shared/protocol/wire.ts'
import type { FileRow } from '../ledger/ledger.ts'
import type { Store } from '../storage/store.ts'
import type { Uploads } from './context.ts'
import { hasTwin } from './open-tasks.ts'

/** Where more files than this have the size of an offer, it is cheaper for the client to read its file. */
const mostLookedAt = 16

/**
 * Whether a stored file may have the content of an offer without digests, or an upload of this path that was offered with
 * its digests or is another's: then the client has to name them.
 */
export async function mayBeKnown(
  uploads: Uploads,
  relativePath: string,
  request: CreateTaskRequest,
): Promise<boolean> {
  const { ledger, store } = uploads
  const { fileSize, hash, sha256, ends } = request
  if (ends === undefined || hash !== undefined || sha256 !== undefined) return false
  const open = await ledger.openTasksOf(relativePath, fileSize)
  if (open.some((task) => task.ends === null && (task.md5 !== null || task.sha256 !== null))) return true
  if (await hasTwin(uploads, relativePath, request)) return true
  const files = await ledger.filesOfSize(fileSize)
  if (files.length > mostLookedAt) return true
  for (const file of files) {
    if ((await endsOf(store, file)) === ends) return true
  }
  return false
}

/** As the protocol defines `ends`; undefined where the file is gone. */
async function endsOf(store: Store, file: FileRow): Promise<string | undefined> {
  const last = file.size - 1
  const first = await readRange(store, file, 0, Math.min(endsBytes - 1, last))
  const rest = await readRange(store, file, Math.max(0, file.size - endsBytes), last)
  if (first === undefined || rest === undefined) return undefined
  return createHash('sha256').update(first).update(rest).digest('hex')
}

/** @param end last byte, included */
async function readRange(
  store: Store,
  { storedPath, size }: FileRow,
  start: number,
  end: number,
): Promise<Buffer | undefined> {
  const content = await store.read(storedPath)
  if (content === undefined) return undefined
  // A file that somebody has cut short may not have this range.
  if (content.size === size && end >= start) return buffer(content.stream(start, end))
  await content.close()
  return content.size === size ? Buffer.alloc(0) : undefined
}
