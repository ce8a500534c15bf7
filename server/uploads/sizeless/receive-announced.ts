/**
 * The use case of receiving one chunk of an announced file: straight to its place when that is known, else through a
 * partial of its own. Nothing counts before the whole request was read: a form that breaks off is no chunk.
 */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { ChunkReceipt } from '../../../src/shared/protocol/wire.ts'
import type { ChunkRow, TaskRow } from '../../ledger/ledger.ts'
import { totalChunks } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import { gone } from '../coordination/activity.ts'
import { type ChunkBody, receipt, refuseWhileVerified } from '../receive-chunk.ts'
import { type Announcement, openAnnounced, storedAnnounced } from './announced-task.ts'
import { isLastChunk, learnPlan, positionOf, refuseTooLong } from './learned-plan.ts'
import { type Measured, measure, refuseLargerThan } from './measure-body.ts'
import { placeStaged, withStaged } from './unplaced-chunk.ts'

export interface ChunkAnnouncement extends Announcement {
  /** 0 … totalChunks - 1 */
  readonly chunkIndex: number
}

/** A chunk that comes together with its description, in whatever order. */
export interface AnnouncedChunk {
  /** The description, when it came before the bytes. */
  readonly early: ChunkAnnouncement | undefined
  /** The description, once the whole request was read. @throws UploadError when it breaks off or says nonsense */
  late(): Promise<ChunkAnnouncement>
  readonly body: ChunkBody
}

/** One request's right to change one chunk, and what it found when it got that. */
interface Turn {
  readonly task: TaskRow
  readonly chunkIndex: number
  /** The chunk, when the server has it. */
  readonly held: ChunkRow | undefined
  readonly signal: AbortSignal
}

/**
 * Takes one chunk. The same chunk again is answered the same way and changes nothing.
 * @throws UploadError `chunk-invalid`, `chunk-conflict`, `file-too-large`, `task-busy`, `task-gone`, `storage-full`
 */
export async function receiveAnnounced(uploads: Uploads, chunk: AnnouncedChunk): Promise<ChunkReceipt> {
  const { early, body } = chunk
  if (early === undefined) return receiveUndescribed(uploads, chunk)
  if ((await storedAnnounced(uploads, early)) === undefined) {
    return inTurn(uploads, early, (turn) => takeIn(uploads, turn, chunk))
  }
  await measure(uploads, body, { refuseTooLong: (bytes) => refuseLargerThan(maxOf(uploads), bytes) })
  await chunk.late()
  return receiptOfStored(early)
}

/** The bytes came first: they wait in a partial of their own until the description says where they belong. */
function receiveUndescribed(uploads: Uploads, { body, late }: AnnouncedChunk): Promise<ChunkReceipt> {
  const bounds = { refuseTooLong: (bytes: number) => refuseLargerThan(maxOf(uploads), bytes) }
  return withStaged(uploads, body, bounds, async (staged) => {
    const described = await late()
    if ((await storedAnnounced(uploads, described)) !== undefined) return receiptOfStored(described)
    return inTurn(uploads, described, async (turn) => {
      const { task, chunkIndex, held } = turn
      if (held?.isDoubted === false) return compare(uploads, turn, held, staged)
      await makeWay(uploads, turn)
      return receipt(task, chunkIndex, await placeStaged(uploads, task.taskId, chunkIndex, staged))
    })
  })
}

/** Works on one chunk of the announced task while nobody else does. */
async function inTurn<Result>(
  uploads: Uploads,
  announcement: ChunkAnnouncement,
  work: (turn: Turn) => Promise<Result>,
): Promise<Result> {
  const { chunkIndex } = announcement
  const { taskId } = await openAnnounced(uploads, announcement)
  const { signal, leave } = await uploads.activity.enterChunk(taskId, chunkIndex, uploads.limits.waitMs)
  try {
    const task = await uploads.ledger.task(taskId)
    if (task === undefined) throw gone()
    const held = await uploads.ledger.chunk(taskId, chunkIndex)
    return await work({ task, chunkIndex, held, signal })
  } finally {
    leave()
  }
}

async function takeIn(uploads: Uploads, turn: Turn, chunk: AnnouncedChunk): Promise<ChunkReceipt> {
  const { task, chunkIndex, held, signal } = turn
  if (held?.isDoubted === false) {
    const bounds = { signal, refuseTooLong: (bytes: number) => refuseLargerThan(maxOf(uploads), bytes) }
    const measured = await measure(uploads, chunk.body, bounds)
    await chunk.late()
    return compare(uploads, turn, held, measured)
  }
  await makeWay(uploads, turn)
  const position = positionOf(task, chunkIndex)
  if (position !== undefined) {
    return receipt(task, chunkIndex, await takeInPlace(uploads, turn, position, chunk))
  }
  const count = await withStaged(uploads, chunk.body, boundsOf(uploads, turn), async (staged) => {
    await chunk.late()
    return placeStaged(uploads, task.taskId, chunkIndex, staged)
  })
  return receipt(task, chunkIndex, count)
}

/** @param position offset in the file, bytes @returns the count of chunks that the server has */
async function takeInPlace(
  uploads: Uploads,
  turn: Turn,
  position: number,
  { body, late }: AnnouncedChunk,
): Promise<number> {
  const { task, chunkIndex } = turn
  const endsFile = isLastChunk(task, chunkIndex)
  const writer = await uploads.store.openChunk({
    taskId: task.taskId,
    chunkIndex,
    totalChunks: totalChunks(task),
    chunkSize: totalChunks(task) === 1 ? undefined : task.chunkSize,
    position,
    length: endsFile ? undefined : task.chunkSize,
    endsFile,
  })
  try {
    const onPiece = (piece: Uint8Array) => writer.write(piece)
    const { length, sha256 } = await measure(uploads, body, { ...boundsOf(uploads, turn), onPiece })
    const learned = learnPlan(task, chunkIndex, length, undefined, maxOf(uploads))
    await late()
    await writer.finish()
    const plan = learned && { ...learned, heldAs: null }
    const count = await uploads.ledger.addChunk(task.taskId, { chunkIndex, sha256 }, uploads.now(), plan)
    if (count === undefined) throw gone()
    return count
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  }
}

/** A doubted chunk is taken away before others take its place, so that no verification counts on it meanwhile. */
async function makeWay(uploads: Uploads, { task, chunkIndex, held }: Turn): Promise<void> {
  await refuseWhileVerified(uploads, task)
  if (held === undefined) return
  await uploads.ledger.removeChunks(task.taskId, [chunkIndex])
  await refuseWhileVerified(uploads, task)
}

async function compare(uploads: Uploads, turn: Turn, held: ChunkRow, sent: Measured): Promise<ChunkReceipt> {
  const { task, chunkIndex } = turn
  if (held.sha256 !== sent.sha256) {
    const message = `The server has chunk ${chunkIndex} with other bytes. Delete the upload to begin anew.`
    throw new UploadError('chunk-conflict', message)
  }
  return receipt(task, chunkIndex, await uploads.ledger.countChunks(task.taskId))
}

function boundsOf(uploads: Uploads, { task, chunkIndex, signal }: Turn) {
  return {
    signal,
    refuseTooLong: (bytes: number) => refuseTooLong(task, chunkIndex, bytes, maxOf(uploads)),
  }
}

function maxOf(uploads: Uploads): number {
  return uploads.limits.maxFileSize
}

function receiptOfStored({ chunkIndex, totalChunks }: ChunkAnnouncement): ChunkReceipt {
  return { chunkIndex, uploaded: totalChunks, total: totalChunks, progress: 100 }
}
