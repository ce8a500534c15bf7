/**
 * Verifies a whole file, then publishes it. The order is what `done` promises (R1, docs/promises.md: done means stored and
 * identical, after any crash): bytes durable, size and digest correct, name given, folder durable, ledger committed; only
 * then is the client told.
 */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { ChunkDigest } from '../../../src/shared/protocol/wire.ts'
import type { DetailedError } from '../../detailed-error.ts'
import { agree, algorithmOf, digestOfNothing, type FileDigests, type StatedDigests } from '../../digests.ts'
import type { FileRow, TaskRow } from '../../ledger/ledger.ts'
import type { OnBytes, SealedPartial } from '../../storage/store.ts'
import { allChunks, partialPlan } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import { isOpenEnded, statedOf } from '../tasks.ts'
import { chunksMissing, taskGone } from '../upload-errors.ts'
import { commitPublished, findPublished, publishFile } from './publish.ts'
import { conditionOf, recordDamage } from './stored-content.ts'
import { forgetUnsynced } from './unsynced.ts'

interface VerifyOptions {
  readonly onBytes: OnBytes
  /** Aborted when another server may be working on the same task. */
  readonly lost: AbortSignal
}

/**
 * @param stated of the whole file, by the client that completes it
 * @throws UploadError `task-gone`, `chunks-missing`, `digest-mismatch`, `storage-full`, `storage-failed`
 */
export async function verifyAndPublish(
  uploads: Uploads,
  taskId: string,
  stated: StatedDigests,
  { onBytes, lost }: VerifyOptions,
): Promise<FileRow> {
  const task = await uploads.ledger.task(taskId)
  if (task === undefined) return storedFileOf(uploads, taskId)
  const known = statedOf(task)
  if (!agree(known, stated)) throw mismatch(uploads, task)
  const expected = { md5: known.md5 ?? stated.md5, sha256: known.sha256 ?? stated.sha256 }
  if (isOpenEnded(task)) throw sizeUnknown()
  if (task.copyOf === null) await refuseMissingChunks(uploads, task)
  else await copyContent(uploads, task, task.copyOf)
  const sealed = await uploads.store.sealPartial(taskId, partialPlan(task), task.lastModifiedMs ?? undefined)
  if ('lost' in sealed) {
    if (sealed.failedSync !== undefined) throw await forgetUnsynced(uploads, task, sealed.failedSync)
    // What only this client states was never verified, so a row must not get it: it can only be compared.
    const published =
      (await findPublished(uploads, task, known)) ?? (await findPublished(uploads, task, expected))
    if (published !== undefined) return commitPublished(uploads, task, published)
    throw await requestAgain(uploads, task, sealed.lost)
  }
  const digests = await verify(uploads, task, expected, sealed, onBytes)
  // From here on, a restarted server can finish the work without the client.
  if (known.md5 === undefined || known.sha256 === undefined) await uploads.ledger.setVerified(taskId, digests)
  lost.throwIfAborted()
  return publishFile(uploads, task, digests, sealed)
}

/** A growing file has no end that could be verified before its client says where that is. */
function sizeUnknown(): UploadError {
  return new UploadError('bad-request', 'The client of this upload has not said yet how large the file is.')
}

async function storedFileOf(uploads: Uploads, taskId: string): Promise<FileRow> {
  const file = await uploads.ledger.fileOfTask(taskId)
  if (file === undefined) throw taskGone()
  return file
}

async function refuseMissingChunks(uploads: Uploads, task: TaskRow): Promise<void> {
  const present = new Set((await uploads.ledger.chunks(task.taskId)).map((chunk) => chunk.chunkIndex))
  const missing = allChunks(task).filter((chunkIndex) => !present.has(chunkIndex))
  if (missing.length > 0) throw missingError(missing)
}

async function copyContent(uploads: Uploads, task: TaskRow, copyOf: string): Promise<void> {
  const source = await uploads.ledger.fileAt(copyOf)
  const isSame = source !== undefined && source.sha256 !== null && source.sha256 === task.sha256
  const isUsable = isSame && (await conditionOf(uploads, source)) !== 'unusable'
  if (isUsable && (await uploads.store.copyToPartial(copyOf, task.taskId))) return
  throw await requestAgain(uploads, task, allChunks(task))
}

async function verify(
  uploads: Uploads,
  task: TaskRow,
  expected: StatedDigests,
  sealed: SealedPartial,
  onBytes: OnBytes,
): Promise<FileDigests> {
  if (sealed.isTouched === true) uploads.knownDigests.forget(task.taskId)
  const known = await uploads.knownDigests.take(task, onBytes)
  const actual = known ?? (await uploads.store.partialDigests(task.taskId, sealed, onBytes))
  if (agree(actual, expected)) return actual
  if (task.copyOf !== null) {
    // The stored original was damaged on the disk: it must not be copied again.
    const source = await uploads.ledger.fileAt(task.copyOf)
    if (source !== undefined) await recordDamage(uploads, source, 'bytes')
    throw await requestAgain(uploads, task, allChunks(task))
  }
  const bad = await badChunks(uploads, task)
  if (bad.length > 0) throw await requestAgain(uploads, task, bad)
  // A sizeless upload keeps its task: any of its chunks may be sent again with other bytes.
  if (task.announcedChunks !== null) await uploads.ledger.suspectChunks(task.taskId)
  throw mismatch(uploads, task)
}

/** Indexes of the chunks of a sealed file whose bytes in the store are not those that were received. */
export async function badChunks(uploads: Uploads, task: TaskRow): Promise<number[]> {
  const recorded = await uploads.ledger.chunks(task.taskId)
  const algorithms: ChunkDigest[] = []
  for (const { chunkIndex, digest } of recorded) algorithms[chunkIndex] = algorithmOf(digest)
  const stored = await uploads.store.partialChunkDigests(task.taskId, task.chunkSize, algorithms)
  return (
    recorded
      // An empty last chunk has no bytes in the store either.
      .filter(
        ({ chunkIndex, digest }) => (stored[chunkIndex] ?? digestOfNothing(algorithmOf(digest))) !== digest,
      )
      .map((chunk) => chunk.chunkIndex)
  )
}

/** Forgets chunks (or the copy instead of them), so that the client sends them. @returns the error that says so */
async function requestAgain(
  uploads: Uploads,
  task: TaskRow,
  chunkIndexes: readonly number[],
): Promise<DetailedError> {
  uploads.log.warn({ taskId: task.taskId, chunks: chunkIndexes.length }, 'chunks must be sent again')
  uploads.knownDigests.forget(task.taskId)
  if (task.copyOf !== null) {
    await uploads.store.discardPartial(task.taskId)
    await uploads.ledger.clearCopyOf(task.taskId)
  }
  await uploads.ledger.removeChunks(task.taskId, chunkIndexes)
  return missingError(chunkIndexes)
}

function missingError(missingChunks: readonly number[]): DetailedError {
  const message = `${missingChunks.length} chunks are missing. Send them, then complete again.`
  return chunksMissing(missingChunks, message)
}

function mismatch(uploads: Uploads, task: TaskRow): UploadError {
  const remedy =
    task.announcedChunks === null
      ? 'Offer the file again.'
      : 'Send the chunk that is wrong again, or all of them, then complete again.'
  return new UploadError(
    'digest-mismatch',
    `${uploads.library.toClientPath(task.relativePath)} does not match the digest that was given for it. ${remedy}`,
  )
}
