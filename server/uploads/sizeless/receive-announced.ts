/**
 * The use case of receiving one chunk of a sizeless file: written at its offset when that is known, else through a partial
 * of its own. Nothing counts before the whole request was read: a form that breaks off is no chunk.
 */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { type ChunkReceipt, chunkDigests } from '../../../src/shared/protocol/wire.ts'
import { algorithmOf } from '../../digests.ts'
import type { ChunkRow, TaskRow } from '../../ledger/ledger.ts'
import { chunkReceipt } from '../answers.ts'
import { totalChunks } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import { type ChunkBody, refuseWhileVerified } from '../receive-chunk.ts'
import { fileTooLarge, taskGone } from '../upload-errors.ts'
import { type Announcement, openAnnounced } from './announcement.ts'
import { chunkOffset, isLastChunk, learnPlan, refuseTooLong } from './learned-plan.ts'
import {
  keptAlgorithms,
  keptDigest,
  type Measured,
  type MeasureOptions,
  measureBody,
} from './measure-body.ts'
import { placeOrKeep, withUnplaced } from './unplaced-chunk.ts'

export interface ChunkAnnouncement extends Announcement {
  /** 0 … totalChunks - 1 */
  readonly chunkIndex: number
}

/** A chunk that arrives together with its description, in either order. */
interface AnnouncedChunk {
  /** The description, when it came before the bytes. */
  readonly early: ChunkAnnouncement | undefined
  /** The description, once the whole request was read. @throws UploadError when it breaks off or is invalid */
  late(): Promise<ChunkAnnouncement>
  readonly body: ChunkBody
}

/** A chunk that only this request may change, and its state when the request got the lock. */
interface LockedChunk {
  readonly task: TaskRow
  readonly chunkIndex: number
  /** The chunk, when the server has it. */
  readonly known: ChunkRow | undefined
  readonly signal: AbortSignal
}

/**
 * Receives one chunk. The same chunk again gets the same answer and changes nothing.
 * @throws UploadError `chunk-invalid`, `chunk-conflict`, `file-too-large`, `task-busy`, `task-gone`, `storage-full`
 */
export async function receiveAnnounced(uploads: Uploads, chunk: AnnouncedChunk): Promise<ChunkReceipt> {
  const { early } = chunk
  if (early === undefined) return receiveUndescribed(uploads, chunk)
  return whileLocked(uploads, early, (locked) => receiveDescribed(uploads, locked, chunk))
}

/** The bytes came first: they wait in a partial of their own until the description says where they belong. */
function receiveUndescribed(uploads: Uploads, { body, late }: AnnouncedChunk): Promise<ChunkReceipt> {
  // The server may have this chunk already, with a digest of either kind.
  const options = { algorithms: chunkDigests, ...withinMaxFileSize(uploads) }
  return withUnplaced(uploads, body, options, async (unplaced) => {
    return whileLocked(uploads, await late(), async (locked) => {
      const { task, chunkIndex, known } = locked
      if (known?.isSuspect === false) return compare(uploads, locked, known, unplaced)
      await removeSuspect(uploads, locked)
      const count = await placeOrKeep(uploads, task.taskId, chunkIndex, unplaced)
      return chunkReceipt(task, chunkIndex, count)
    })
  })
}

/** Works on one chunk of the announced task while no other request does. */
async function whileLocked<Result>(
  uploads: Uploads,
  announcement: ChunkAnnouncement,
  work: (locked: LockedChunk) => Promise<Result>,
): Promise<Result> {
  const { chunkIndex } = announcement
  const { taskId } = await openAnnounced(uploads, announcement)
  const { signal, release } = await uploads.activity.lockChunk(taskId, chunkIndex, uploads.limits.waitMs)
  try {
    const task = await uploads.ledger.task(taskId)
    if (task === undefined) throw taskGone()
    const known = await uploads.ledger.chunk(taskId, chunkIndex)
    return await work({ task, chunkIndex, known, signal })
  } finally {
    release()
  }
}

async function receiveDescribed(
  uploads: Uploads,
  locked: LockedChunk,
  chunk: AnnouncedChunk,
): Promise<ChunkReceipt> {
  const { task, chunkIndex, known, signal } = locked
  if (known?.isSuspect === false) {
    const measured = await measureBody(chunk.body, {
      algorithms: [algorithmOf(known.digest)],
      signal,
      ...withinMaxFileSize(uploads),
    })
    await chunk.late()
    return compare(uploads, locked, known, measured)
  }
  await removeSuspect(uploads, locked)
  const offset = chunkOffset(task, chunkIndex)
  if (offset !== undefined) {
    return chunkReceipt(task, chunkIndex, await writeInPlace(uploads, locked, offset, chunk))
  }
  const options = { algorithms: keptAlgorithms, ...withinChunk(uploads, locked) }
  const count = await withUnplaced(uploads, chunk.body, options, async (unplaced) => {
    await chunk.late()
    return placeOrKeep(uploads, task.taskId, chunkIndex, unplaced)
  })
  return chunkReceipt(task, chunkIndex, count)
}

/** @param offset in the file, bytes @returns the count of chunks that the server has */
async function writeInPlace(
  uploads: Uploads,
  locked: LockedChunk,
  offset: number,
  { body, late }: AnnouncedChunk,
): Promise<number> {
  const { task, chunkIndex } = locked
  const endsFile = isLastChunk(task, chunkIndex)
  const writer = await uploads.store.openChunk({
    taskId: task.taskId,
    chunkIndex,
    totalChunks: totalChunks(task),
    chunkSize: totalChunks(task) === 1 ? undefined : task.chunkSize,
    offset,
    length: endsFile ? undefined : task.chunkSize,
    endsFile,
  })
  try {
    const onPiece = (piece: Uint8Array) => writer.write(piece)
    const options = { algorithms: keptAlgorithms, ...withinChunk(uploads, locked), onPiece }
    const measured = await measureBody(body, options)
    const learned = learnPlan(task, chunkIndex, measured.length, undefined, uploads.limits.maxFileSize)
    await late()
    await writer.finish()
    const plan = learned && { ...learned, unplacedPartial: null }
    const chunk = { chunkIndex, digest: keptDigest(measured) }
    const count = await uploads.ledger.addChunk(task.taskId, chunk, uploads.now(), plan)
    if (count === undefined) throw taskGone()
    return count
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  }
}

/** A suspect chunk is removed before others replace it, so that no verification relies on it meanwhile. */
async function removeSuspect(uploads: Uploads, { task, chunkIndex, known }: LockedChunk): Promise<void> {
  await refuseWhileVerified(uploads, task)
  if (known === undefined) return
  await uploads.ledger.removeChunks(task.taskId, [chunkIndex])
  await refuseWhileVerified(uploads, task)
}

async function compare(
  uploads: Uploads,
  { task, chunkIndex }: LockedChunk,
  known: ChunkRow,
  sent: Measured,
): Promise<ChunkReceipt> {
  if (sent.digests.get(algorithmOf(known.digest)) !== known.digest) {
    // From now on nobody is told that it is there: the announcement may stand for two files.
    await uploads.ledger.contestChunk(task.taskId, chunkIndex)
    const message = `The server has chunk ${chunkIndex} with other bytes. Delete the upload to start over.`
    throw new UploadError('chunk-conflict', message)
  }
  return chunkReceipt(task, chunkIndex, await uploads.ledger.countChunks(task.taskId))
}

/** Limits a body of which nothing else is known. */
function withinMaxFileSize({ limits: { maxFileSize } }: Uploads): Pick<MeasureOptions, 'refuseTooLong'> {
  return {
    refuseTooLong: (bytes) => {
      if (bytes > maxFileSize) throw fileTooLarge(maxFileSize)
    },
  }
}

/** Limits a body by what is known of the file's chunks. */
function withinChunk(
  { limits: { maxFileSize } }: Uploads,
  { task, chunkIndex, signal }: LockedChunk,
): Pick<MeasureOptions, 'refuseTooLong' | 'signal'> {
  return { signal, refuseTooLong: (bytes) => refuseTooLong(task, chunkIndex, bytes, maxFileSize) }
}
