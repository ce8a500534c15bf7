/**
 * Verifies a whole file, then hands it to publish. The order is the promise of `done`: bytes durable, size and digest
 * right, name given, folder durable, ledger committed; only then does anybody hear of success.
 */
import { createHash } from 'node:crypto'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { FileRow, TaskRow } from '../../ledger/ledger.ts'
import { Refusal } from '../../refusal.ts'
import type { OnBytes, SealedPartial } from '../../storage/store.ts'
import { allChunks, partialPlan } from '../chunk-plan.ts'
import { isIntact, type Uploads } from '../context.ts'
import { gone } from '../coordination/activity.ts'
import { commitPublished, findPublished, publishFile } from './publish.ts'

export interface FinishOptions {
  readonly onBytes: OnBytes
  /** Aborted when another server may be at work on the same task. */
  readonly lost: AbortSignal
}

/**
 * @param md5 what the client says the whole file's MD5 is
 * @throws UploadError `task-gone`, `chunks-missing`, `digest-mismatch`, `storage-full`, `storage-failed`
 */
export async function finishUpload(
  uploads: Uploads,
  taskId: string,
  md5: string,
  { onBytes, lost }: FinishOptions,
): Promise<FileRow> {
  const task = await uploads.ledger.task(taskId)
  if (task === undefined) return finished(uploads, taskId)
  if (task.md5 !== null && task.md5 !== md5) throw mismatch(uploads, task)
  if (task.copyOf === null) await refuseMissingChunks(uploads, task)
  else await copyContent(uploads, task, task.copyOf)
  const sealed = await uploads.store.sealPartial(taskId, partialPlan(task), task.lastModifiedMs ?? undefined)
  if ('lost' in sealed) {
    const published = await findPublished(uploads, task, md5)
    if (published !== undefined) return commitPublished(uploads, task, md5, published)
    throw await missAgain(uploads, task, sealed.lost)
  }
  await verify(uploads, task, md5, sealed, onBytes)
  // From here on a restart can finish the work without the client.
  if (task.md5 === null) await uploads.ledger.setVerifiedMd5(taskId, md5)
  lost.throwIfAborted()
  return publishFile(uploads, task, md5, sealed)
}

async function finished(uploads: Uploads, taskId: string): Promise<FileRow> {
  const file = await uploads.ledger.fileOfTask(taskId)
  if (file === undefined) throw gone()
  return file
}

async function refuseMissingChunks(uploads: Uploads, task: TaskRow): Promise<void> {
  const held = new Set((await uploads.ledger.chunks(task.taskId)).map((chunk) => chunk.chunkIndex))
  const missing = allChunks(task).filter((chunkIndex) => !held.has(chunkIndex))
  if (missing.length > 0) throw chunksMissing(missing)
}

async function copyContent(uploads: Uploads, task: TaskRow, copyOf: string): Promise<void> {
  const source = await uploads.ledger.fileAt(copyOf)
  const usable = source !== undefined && source.md5 === task.md5 && (await isIntact(uploads, source))
  if (usable && (await uploads.store.copyToPartial(copyOf, task.taskId))) return
  throw await missAgain(uploads, task, allChunks(task))
}

async function verify(
  uploads: Uploads,
  task: TaskRow,
  md5: string,
  sealed: SealedPartial,
  onBytes: OnBytes,
): Promise<void> {
  const known = await knownMd5(uploads, task)
  const actual = known ?? (await uploads.store.partialMd5(task.taskId, sealed, onBytes))
  if (actual === md5) return
  if (task.copyOf !== null) {
    // The stored original went bad on the disk: it must not serve as anybody's copy again.
    const source = await uploads.ledger.fileAt(task.copyOf)
    uploads.log.error({ path: task.copyOf }, 'stored file does not have its digest any more')
    if (source !== undefined) await uploads.ledger.forgetFile(source.fileId)
    throw await missAgain(uploads, task, allChunks(task))
  }
  const bad = await badChunks(uploads, task)
  if (bad.length > 0) throw await missAgain(uploads, task, bad)
  // Who announced the file keeps its task: any of the chunks may be sent again, with other bytes.
  if (task.announcedChunks !== null) await uploads.ledger.doubtChunks(task.taskId)
  throw mismatch(uploads, task)
}

/** The MD5 of a file that came in one chunk, if it is still that chunk. */
async function knownMd5({ activity, ledger }: Uploads, { taskId }: TaskRow): Promise<string | undefined> {
  const known = activity.takeMd5(taskId)
  if (known === undefined) return undefined
  return (await ledger.chunk(taskId, 0))?.sha256 === known.sha256 ? known.md5 : undefined
}

/** Chunks of a sealed file whose bytes in the store are not those that were received. */
export async function badChunks(uploads: Uploads, task: TaskRow): Promise<number[]> {
  const onDisk = await uploads.store.partialChunkDigests(task.taskId, task.chunkSize)
  const recorded = await uploads.ledger.chunks(task.taskId)
  return (
    recorded
      // A last chunk without bytes has none on the disk either.
      .filter((chunk) => (onDisk[chunk.chunkIndex] ?? sha256OfNothing) !== chunk.sha256)
      .map((chunk) => chunk.chunkIndex)
  )
}

const sha256OfNothing = createHash('sha256').digest('hex')

/** Forgets chunks (or the copy in their place), so that the client sends them; answers the error that says so. */
async function missAgain(uploads: Uploads, task: TaskRow, chunkIndexes: readonly number[]): Promise<Refusal> {
  uploads.log.warn({ taskId: task.taskId, chunks: chunkIndexes.length }, 'chunks must be sent again')
  uploads.activity.takeMd5(task.taskId)
  if (task.copyOf !== null) {
    await uploads.store.discardPartial(task.taskId)
    await uploads.ledger.clearCopyOf(task.taskId)
  }
  await uploads.ledger.removeChunks(task.taskId, chunkIndexes)
  return chunksMissing(chunkIndexes)
}

function chunksMissing(missingChunks: readonly number[]): Refusal {
  return new Refusal(
    'chunks-missing',
    `${missingChunks.length} chunks are missing. Send them, then complete again.`,
    {
      details: { missingChunks },
    },
  )
}

function mismatch(uploads: Uploads, task: TaskRow): UploadError {
  const remedy =
    task.announcedChunks === null
      ? 'Offer the file anew.'
      : 'Send the chunk that is wrong again, or all of them, then complete again.'
  return new UploadError(
    'digest-mismatch',
    `${uploads.library.told(task.relativePath)} does not have the digest that was given for it. ${remedy}`,
  )
}
