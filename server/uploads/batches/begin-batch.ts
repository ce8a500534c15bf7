/** The use case of beginning a batch, and looking at those that are known. */

import { type BeginBatch, type KnownBatch, mostBatches } from '../../../src/shared/protocol/batches.ts'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { BatchRow } from '../../ledger/batches.ts'
import type { Uploads } from '../context.ts'

/** A folder has no more: the oldest are forgotten, complete or not. */
const mostKept = 10_000

/** How long a request waits for another one on the same batch, ms. */
const lockWaitMs = 10_000

/** Does the work while no other request changes this batch. @throws UploadError `task-busy` */
export async function withBatch<Result>(
  { library, locks }: Uploads,
  batchId: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const unlock = await locks.batch.acquire(`${library.folder}\0${batchId}`, lockWaitMs)
  try {
    return await work()
  } finally {
    unlock()
  }
}

/** Begins the batch, or opens it again: until its client ends it, it is not complete. @param sender name of the token */
export async function beginBatch(
  uploads: Uploads,
  batchId: string,
  sender: string,
  { name, files, bytes }: BeginBatch,
): Promise<KnownBatch> {
  const { ledger, library } = uploads
  const { folder } = library
  return withBatch(uploads, batchId, async () => {
    const announced = { announcedFiles: files, announcedBytes: bytes }
    await ledger.beginBatch({ folder, batchId, name, sender, ...announced, beganAtMs: uploads.now() })
    await ledger.keepLatestBatches(folder, mostKept)
    return batchAnswer(uploads, await batchOf(uploads, batchId))
  })
}

/** A batch of the token's own. @throws UploadError `not-found` */
export async function batchOf({ ledger, library }: Uploads, batchId: string): Promise<BatchRow> {
  const batch = await ledger.batch(library.folder, batchId)
  if (batch !== undefined) return batch
  throw new UploadError('not-found', 'There is no such batch. Begin it first.')
}

/**
 * The batches of the token's folder, or of all where it has the whole library; the latest first.
 * @param after the `next` of the page before
 */
export async function listBatches(uploads: Uploads, after: number | undefined, limit: number) {
  const { ledger, library } = uploads
  const folder = library.folder === '' ? undefined : library.folder
  const rows = await ledger.batches(folder, after ?? Number.MAX_SAFE_INTEGER)
  const page = rows.slice(0, Math.min(limit, mostBatches))
  const isMore = rows.length > page.length
  return {
    batches: page.map((row) => batchAnswer(uploads, row)),
    next: isMore ? String(page.at(-1)?.batchNo) : null,
  }
}

/** @param asked whose library the answer is for: who has the whole one is told the batch's folder */
export function batchAnswer(
  { library }: { readonly library: Pick<Uploads['library'], 'folder'> },
  row: BatchRow,
): KnownBatch {
  const iso = (ms: number) => new Date(ms).toISOString()
  const { batchId, name, sender, folder, announcedFiles, announcedBytes, named, failed, leftOut } = row
  return {
    ...{ batchId, name, sender, failed, leftOut },
    folder: library.folder === '' ? folder : '',
    announced: { files: announcedFiles, bytes: announcedBytes },
    stored: { files: named.files, bytes: named.bytes },
    complete: row.completeAtMs !== null,
    beganAt: iso(row.beganAtMs),
    activeAt: iso(row.activeAtMs),
    endedAt: row.endedAtMs === null ? null : iso(row.endedAtMs),
    completeAt: row.completeAtMs === null ? null : iso(row.completeAtMs),
  }
}
