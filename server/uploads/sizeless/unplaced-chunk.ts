/**
 * Chunks of announced files whose place is not known while they come in: each gets a partial of its own, and is copied
 * to its place as soon as that is known. A last chunk stays in its partial until another one has told the size.
 */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { type TaskPlan, type TaskRow, unknownBytes } from '../../ledger/ledger.ts'
import { totalChunks } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import { gone } from '../coordination/activity.ts'
import type { ChunkBody } from '../receive-chunk.ts'
import { newTaskId } from '../task-id.ts'
import { isLastChunk, learnPlan } from './learned-plan.ts'
import { type Measured, type MeasureOptions, measure } from './measure-body.ts'

/** Copying a few chunks is quick; who waits longer than this hears `task-busy`. */
const planWaitMs = 30_000

/** A chunk that lies in a partial of its own. */
export interface Staged extends Measured {
  /** The partial's name. */
  readonly partial: string
}

/**
 * Reads a chunk into a partial of its own, which goes afterwards unless its task came to hold it.
 * @param use does what is to be done with the chunk
 */
export async function withStaged<Result>(
  uploads: Uploads,
  body: ChunkBody,
  options: Omit<MeasureOptions, 'onPiece'>,
  use: (staged: Staged) => Promise<Result>,
): Promise<Result> {
  const partial = newTaskId()
  // Clean-up leaves alone what somebody is at work on.
  const turn = await uploads.activity.enterChunk(partial, 0, 0)
  try {
    return await use({ partial, ...(await fill(uploads, partial, body, options)) })
  } finally {
    if (!(await uploads.ledger.isHeld(partial))) await uploads.store.discardPartial(partial)
    turn.leave()
  }
}

async function fill(
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
    position: 0,
    length: undefined,
    endsFile: true,
  })
  try {
    const measured = await measure(uploads, body, { ...options, onPiece: (piece) => writer.write(piece) })
    await writer.finish()
    return measured
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  }
}

/**
 * Gives a staged chunk its place, or lets the task hold it; the caller has the chunk's turn.
 * @returns the count of chunks that the server has
 * @throws UploadError `task-gone`, `chunk-invalid`, `file-too-large`, `storage-…`
 */
export async function placeStaged(
  uploads: Uploads,
  taskId: string,
  chunkIndex: number,
  staged: Staged,
): Promise<number> {
  const endTurn = await uploads.planTurns.take(taskId, planWaitMs)
  try {
    const task = await uploads.ledger.task(taskId)
    if (task === undefined) throw gone()
    const heldLength = await lengthHeld(uploads, task)
    const learned = learnPlan(task, chunkIndex, staged.length, heldLength, uploads.limits.maxFileSize)
    const plan = learned && { ...learned, heldAs: isToBeHeld(learned) ? staged.partial : null }
    if (plan?.heldAs == null) {
      const heldAs = heldLength === undefined ? null : task.heldAs
      await copyToPlaces(uploads, { ...task, ...learned, heldAs }, chunkIndex, staged.partial)
    }
    const { sha256 } = staged
    const count = await uploads.ledger.addChunk(taskId, { chunkIndex, sha256 }, uploads.now(), plan)
    if (count === undefined) throw gone()
    if (task.heldAs !== null) await uploads.store.discardPartial(task.heldAs)
    return count
  } finally {
    endTurn()
  }
}

function isToBeHeld(learned: Omit<TaskPlan, 'heldAs'>): boolean {
  return learned.chunkSize === unknownBytes
}

/** Bytes of the last chunk when it is held aside; a held chunk that somebody removed is forgotten. */
async function lengthHeld(uploads: Uploads, task: TaskRow): Promise<number | undefined> {
  if (task.heldAs === null) return undefined
  const length = await uploads.store.partialSize(task.heldAs)
  if (length === undefined) await uploads.ledger.removeChunks(task.taskId, [totalChunks(task) - 1])
  return length
}

/** The chunk, and the last one that was waiting for what this one told. */
async function copyToPlaces(
  uploads: Uploads,
  task: TaskRow,
  chunkIndex: number,
  partial: string,
): Promise<void> {
  await copyToPlace(uploads, task, chunkIndex, partial)
  if (task.heldAs !== null) await copyToPlace(uploads, task, totalChunks(task) - 1, task.heldAs)
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
    position: chunkIndex * task.chunkSize,
    length: await uploads.store.partialSize(partial),
    endsFile: isLastChunk(task, chunkIndex),
  })
  try {
    const content = await uploads.store.readPartial(partial)
    if (content === undefined) {
      throw new UploadError('storage-failed', `Chunk ${chunkIndex} has vanished. Send it again.`)
    }
    if (content.size === 0) await content.close()
    else for await (const piece of content.stream(0, content.size - 1)) await writer.write(piece)
    await writer.finish()
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  }
}
