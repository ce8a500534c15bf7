/**
 * Chunks of sizeless files whose offset is unknown while they arrive: each gets a partial of its own, and is copied to its
 * place as soon as the offset is known. A last chunk stays in its partial until another one has revealed the chunk size.
 */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { type TaskPlan, type TaskRow, unknownBytes } from '../../ledger/ledger.ts'
import { totalChunks } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import type { ChunkBody } from '../receive-chunk.ts'
import { newTaskId } from '../tasks.ts'
import { taskGone } from '../upload-errors.ts'
import { isLastChunk, learnPlan } from './learned-plan.ts'
import { keptDigest, type Measured, type MeasureOptions, measureBody } from './measure-body.ts'

/** Copying a few chunks is fast; a request that waits longer than this gets `task-busy`, ms. */
const planWaitMs = 30_000

export interface UnplacedChunk extends Measured {
  /** The partial that holds it. */
  readonly partial: string
}

/**
 * Reads a chunk into a partial of its own, which is removed afterwards unless the chunk stays unplaced.
 * @param use does what is to be done with the chunk
 */
export async function withUnplaced<Result>(
  uploads: Uploads,
  body: ChunkBody,
  options: Omit<MeasureOptions, 'onPiece'>,
  use: (chunk: UnplacedChunk) => Promise<Result>,
): Promise<Result> {
  const partial = newTaskId()
  // Clean-up leaves a partial alone while somebody writes to it.
  const lock = await uploads.activity.lockChunk(partial, 0, 0)
  try {
    return await use({ partial, ...(await writePartial(uploads, partial, body, options)) })
  } finally {
    if (!(await uploads.ledger.isUnplacedPartial(partial))) await uploads.store.discardPartial(partial)
    lock.release()
  }
}

async function writePartial(
  uploads: Uploads,
  partial: string,
  body: ChunkBody,
  options: Omit<MeasureOptions, 'onPiece'>,
): Promise<Measured> {
  const writer = await uploads.store.openChunk({
    taskId: partial,
    chunkIndex: 0,
    totalChunks: 1,
    chunkSize: undefined,
    offset: 0,
    length: undefined,
    endsFile: true,
  })
  try {
    const onPiece = (piece: Uint8Array) => writer.write(piece)
    const measured = await measureBody(body, { ...options, onPiece })
    await writer.finish()
    return measured
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  }
}

/**
 * Copies an unplaced chunk to its place, or records it with its task while the offset is unknown. The caller has the lock
 * of the chunk.
 * @returns the count of chunks that the server has
 * @throws UploadError `task-gone`, `chunk-invalid`, `file-too-large`, `storage-…`
 */
export async function placeOrKeep(
  uploads: Uploads,
  taskId: string,
  chunkIndex: number,
  chunk: UnplacedChunk,
): Promise<number> {
  const unlock = await uploads.locks.plan.acquire(taskId, planWaitMs)
  try {
    const task = await uploads.ledger.task(taskId)
    if (task === undefined) throw taskGone()
    const unplacedLength = await lengthOfUnplaced(uploads, task)
    const learned = learnPlan(task, chunkIndex, chunk.length, unplacedLength, uploads.limits.maxFileSize)
    const plan = learned && { ...learned, unplacedPartial: staysUnplaced(learned) ? chunk.partial : null }
    if (plan?.unplacedPartial == null) {
      const unplacedPartial = unplacedLength === undefined ? null : task.unplacedPartial
      await copyToPlaces(uploads, { ...task, ...learned, unplacedPartial }, chunkIndex, chunk.partial)
    }
    const row = { chunkIndex, digest: keptDigest(chunk) }
    const count = await uploads.ledger.addChunk(taskId, row, uploads.now(), plan)
    if (count === undefined) throw taskGone()
    if (task.unplacedPartial !== null) await uploads.store.discardPartial(task.unplacedPartial)
    return count
  } finally {
    unlock()
  }
}

function staysUnplaced(learned: Omit<TaskPlan, 'unplacedPartial'>): boolean {
  return learned.chunkSize === unknownBytes
}

/** Bytes of the last chunk while it is unplaced; one whose partial somebody removed is forgotten. */
async function lengthOfUnplaced(uploads: Uploads, task: TaskRow): Promise<number | undefined> {
  if (task.unplacedPartial === null) return undefined
  const length = await uploads.store.partialSize(task.unplacedPartial)
  if (length === undefined) await uploads.ledger.removeChunks(task.taskId, [totalChunks(task) - 1])
  return length
}

/** Places the chunk, and the last one that was waiting for the size that this one revealed. */
async function copyToPlaces(
  uploads: Uploads,
  task: TaskRow,
  chunkIndex: number,
  partial: string,
): Promise<void> {
  await copyToPlace(uploads, task, chunkIndex, partial)
  if (task.unplacedPartial !== null) {
    await copyToPlace(uploads, task, totalChunks(task) - 1, task.unplacedPartial)
  }
}

async function copyToPlace(
  uploads: Uploads,
  task: TaskRow,
  chunkIndex: number,
  partial: string,
): Promise<void> {
  const writer = await uploads.store.openChunk({
    taskId: task.taskId,
    chunkIndex,
    totalChunks: totalChunks(task),
    chunkSize: task.chunkSize,
    offset: chunkIndex * task.chunkSize,
    length: await uploads.store.partialSize(partial),
    endsFile: isLastChunk(task, chunkIndex),
  })
  try {
    const content = await uploads.store.readPartial(partial)
    if (content === undefined) {
      throw new UploadError('storage-failed', `Chunk ${chunkIndex} has disappeared. Send it again.`)
    }
    if (content.size === 0) await content.close()
    else for await (const piece of content.stream(0, content.size - 1)) await writer.write(piece)
    await writer.finish()
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  }
}
