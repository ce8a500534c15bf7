/**
 * The use case of naming the stored files of a batch and ending it. A client's word makes no batch complete: each file that
 * it names must be stored, verified and whole by the ledger, with the size and the SHA-256 that the client has read.
 */
import { createHash } from 'node:crypto'
import type { NamedFile, NamedFilesAnswer, NameFiles } from '../../../src/shared/protocol/batches.ts'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { BatchRow, NamedFiles } from '../../ledger/batches.ts'
import type { Uploads } from '../context.ts'
import { batchAnswer, batchOf, withBatch } from './begin-batch.ts'
import { completionMessage } from './completion-message.ts'

/** Of one folder; its clients try again once the receiver has confirmed some. */
const mostUnconfirmed = 1_000

/**
 * Names files, all of them or none, and ends the batch if that is asked for.
 * @throws UploadError `not-found`, `name-invalid`, `bad-request` for paths that are not in order, `too-many-requests`
 */
export async function nameFiles(
  uploads: Uploads,
  batchId: string,
  { after, files, end }: NameFiles,
): Promise<NamedFilesAnswer> {
  return withBatch(uploads, batchId, async () => {
    const batch = await batchOf(uploads, batchId)
    const before = after === null ? nothingNamed(uploads.now()) : batch.named
    const paths = files.map(({ path }) => uploads.library.toServerPath(path))
    refuseDisorder(after === null ? null : uploads.library.toServerPath(after), paths)
    // The client and the server do not agree on what is named: nothing is, until they do.
    if (after !== null && before.upTo !== uploads.library.toServerPath(after))
      return answer(uploads, batch, [])
    const missing = await notStored(uploads, files, paths)
    if (missing.length > 0) return answer(uploads, batch, missing)
    const named = addTo(before, files, paths)
    await uploads.ledger.setNamed(batch.batchNo, named, uploads.now())
    if (end !== undefined) await endBatch(uploads, { ...batch, named }, end)
    return answer(uploads, await batchOf(uploads, batchId), [])
  })
}

function nothingNamed(nowMs: number): NamedFiles {
  return { files: 0, bytes: 0, upTo: null, digest: null, sinceMs: nowMs }
}

/** In the byte order, and none twice: so a file that is named twice can't stand for two. @throws UploadError `bad-request` */
function refuseDisorder(after: string | null, paths: readonly string[]): void {
  const bytes = [...(after === null ? [] : [after]), ...paths].map((path) => Buffer.from(path))
  const isInOrder = bytes.every((path, at) => at === 0 || Buffer.compare(bytes[at - 1] ?? path, path) < 0)
  if (isInOrder) return
  throw new UploadError('bad-request', 'Name the files in the byte order of their paths, each of them once.')
}

/** The paths of those that are not stored with this content, as the client knows them. */
async function notStored(
  { ledger }: Uploads,
  files: readonly NamedFile[],
  paths: readonly string[],
): Promise<string[]> {
  const missing = await Promise.all(
    files.map(async ({ path, size, sha256 }, at) => {
      const row = await ledger.fileAt(paths[at] ?? '')
      const isStored = row?.size === size && row.sha256 === sha256 && row.damagedAtMs === null
      return isStored ? [] : [path]
    }),
  )
  return missing.flat()
}

function addTo(before: NamedFiles, files: readonly NamedFile[], paths: readonly string[]): NamedFiles {
  let { digest } = before
  // File by file, so that it does not matter how they are divided into pages.
  for (const [at, { size, sha256 }] of files.entries()) {
    const file = `${digest}\0${paths[at]}\0${size}\0${sha256}`
    digest = createHash('sha256').update(file).digest('hex')
  }
  return {
    files: before.files + files.length,
    bytes: files.reduce((sum, { size }) => sum + size, before.bytes),
    upTo: paths.at(-1) ?? before.upTo,
    digest,
    sinceMs: before.sinceMs,
  }
}

/** @param batch with what is named of it now */
async function endBatch(
  uploads: Uploads,
  batch: BatchRow,
  { failed, leftOut }: NonNullable<NameFiles['end']>,
): Promise<void> {
  const { ledger, library, log, now } = uploads
  const isComplete =
    failed === 0 &&
    batch.named.files > 0 &&
    !(await ledger.isDamagedSince(library.folder, batch.named.sinceMs))
  const isNews = isComplete && batch.named.digest !== batch.completeDigest
  const endedAtMs = now()
  const end = {
    ...{ batchNo: batch.batchNo, failed, leftOut, endedAtMs },
    // What came to the batch after it was begun.
    announcedFiles: Math.max(batch.announcedFiles, batch.named.files + failed + leftOut),
    announcedBytes: Math.max(batch.announcedBytes, batch.named.bytes),
    completeAtMs: isComplete ? endedAtMs : null,
    completeDigest: isComplete ? batch.named.digest : batch.completeDigest,
  }
  const isToTell = isNews && uploads.onBatchComplete !== undefined
  if (isToTell) await refuseUntilConfirmed(uploads)
  await ledger.endBatch(end, isToTell ? completionMessage({ ...batch, ...end }) : null)
  const { files, bytes } = batch.named
  log.info({ batch: batch.name, files, bytes, failed, leftOut, complete: isComplete }, 'batch ended')
  if (isToTell) uploads.onBatchComplete?.()
}

/** @throws UploadError `too-many-requests` */
async function refuseUntilConfirmed({ ledger, library }: Uploads): Promise<void> {
  if ((await ledger.countMessages(library.folder)) < mostUnconfirmed) return
  const reason = `The receiver of the webhook has not confirmed ${mostUnconfirmed} batches. Try again later.`
  throw new UploadError('too-many-requests', reason, { retryAfterMs: 60_000 })
}

function answer(uploads: Uploads, batch: BatchRow, missing: readonly string[]): NamedFilesAnswer {
  const { upTo } = batch.named
  return {
    after: upTo === null ? null : uploads.library.toClientPath(upTo),
    missing: [...missing],
    batch: batchAnswer(uploads, batch),
  }
}
