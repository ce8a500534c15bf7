/** The use case of receiving one chunk: its bytes stream to their place, and count only once their digest matched. */
import { createHash, type Hash } from 'node:crypto'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import type { ChunkReceipt } from '../../src/shared/protocol/wire.ts'
import type { TaskRow } from '../ledger/ledger.ts'
import { Refusal } from '../refusal.ts'
import { chunkLength, percent, totalChunks } from './chunk-plan.ts'
import type { Uploads } from './context.ts'
import { gone } from './coordination/activity.ts'

/** A body that has not been read yet. */
export interface ChunkBody {
  /**
   * Reads it to its end, piece by piece; a promise that `onPiece` returns is waited for before the next one.
   * @throws UploadError `connection-lost`, `request-timeout`, or the signal's reason
   */
  read(onPiece: (piece: Uint8Array) => Promise<void> | undefined, signal: AbortSignal): Promise<void>
}

export interface ChunkRequest {
  readonly taskId: string
  readonly chunkIndex: number
  /** Bytes of the body. */
  readonly length: number
  /** Hex. */
  readonly sha256: string
  /** Its pieces are given away: whoever reads them does not look at them again. */
  readonly body: ChunkBody
}

/**
 * Takes one chunk. The same chunk again is answered the same way and changes nothing.
 * @throws UploadError `task-gone`, `chunk-invalid`, `chunk-conflict`, `chunk-corrupted`, `task-busy`, `storage-full`
 */
export async function receiveChunk(uploads: Uploads, request: ChunkRequest): Promise<ChunkReceipt> {
  refuseMisfit(await openTask(uploads, request.taskId), request)
  const turn = await uploads.activity.enterChunk(request.taskId, request.chunkIndex, uploads.limits.waitMs)
  try {
    // Looked up again: the task may have ended while this request waited for its turn.
    const task = await openTask(uploads, request.taskId)
    const held = await uploads.ledger.chunk(request.taskId, request.chunkIndex)
    if (held === undefined) {
      await refuseWhileVerified(uploads, task)
      return await takeIn(uploads, task, request, turn.signal)
    }
    if (held.sha256 !== request.sha256) {
      throw new UploadError(
        'chunk-conflict',
        'The server holds this chunk with other bytes. Offer the file anew.',
      )
    }
    await request.body.read(() => undefined, turn.signal)
    return receipt(task, request.chunkIndex, await uploads.ledger.countChunks(request.taskId))
  } finally {
    turn.leave()
  }
}

async function openTask(uploads: Uploads, taskId: string): Promise<TaskRow> {
  const task = await uploads.ledger.task(taskId)
  if (task === undefined) throw gone()
  if (task.copyOf !== null)
    throw new UploadError('task-busy', 'The server has this content and copies it itself.')
  return task
}

/**
 * Refuses bytes for a doubted chunk that was taken away while the file was already being verified: they must not change
 * what is about to be stored. A verification that begins later fails for the want of the chunk.
 * @throws UploadError `task-busy`
 */
export async function refuseWhileVerified(uploads: Uploads, task: TaskRow): Promise<void> {
  if (task.announcedChunks === null) return
  const { taskId } = task
  if (!uploads.jobs.isRunning(taskId) && !(await uploads.jobTurns.isTakenElsewhere(taskId))) return
  throw new UploadError('task-busy', 'The file is being verified. Send the chunk again in a moment.', {
    retryAfterMs: 1_000,
  })
}

function refuseMisfit(task: TaskRow, { chunkIndex, length }: ChunkRequest): void {
  const total = totalChunks(task)
  if (chunkIndex >= total) {
    throw new UploadError('chunk-invalid', `The file has ${total} chunks; there is no chunk ${chunkIndex}.`)
  }
  const expected = chunkLength(task, chunkIndex)
  if (length === expected) return
  throw new UploadError('chunk-invalid', `Chunk ${chunkIndex} must have ${expected} bytes, not ${length}.`)
}

async function takeIn(
  uploads: Uploads,
  task: TaskRow,
  request: ChunkRequest,
  signal: AbortSignal,
): Promise<ChunkReceipt> {
  const { taskId, chunkIndex, length, sha256 } = request
  if (length > (await uploads.store.freeBytes())) {
    throw new UploadError('storage-full', 'The server has no room left. Free some space there.')
  }
  // A file of one chunk gets its MD5 on the way, so that completing it reads nothing back.
  const md5Hash = length === task.size ? createHash('md5') : undefined
  await streamIn(uploads, task, request, signal, md5Hash)
  const count = await uploads.ledger.addChunk(taskId, { chunkIndex, sha256 }, uploads.now())
  if (count === undefined) throw gone()
  // Whatever completing failed with before, it is another file now.
  uploads.jobs.forget(taskId)
  if (md5Hash !== undefined) uploads.activity.rememberMd5(taskId, { md5: md5Hash.digest('hex'), sha256 })
  uploads.log.debug({ taskId, chunkIndex, count }, 'chunk stored')
  return receipt(task, chunkIndex, count)
}

async function streamIn(
  uploads: Uploads,
  task: TaskRow,
  { taskId, chunkIndex, length, sha256, body }: ChunkRequest,
  signal: AbortSignal,
  md5Hash: Hash | undefined,
): Promise<void> {
  const sha256Hash = createHash('sha256')
  const writer = await uploads.store.openChunk({
    taskId,
    chunkIndex,
    totalChunks: totalChunks(task),
    chunkSize: task.chunkSize,
    position: chunkIndex * task.chunkSize,
    length,
    sha256,
    ownsPieces: true,
    // Behind the last chunk nothing can lie, unless the length of chunks was not always known beforehand.
    endsFile: task.announcedChunks === chunkIndex + 1,
  })
  try {
    await body.read((piece) => {
      sha256Hash.update(piece)
      md5Hash?.update(piece)
      return writer.write(piece)
    }, signal)
    if (sha256Hash.digest('hex') !== sha256) {
      const message = `Chunk ${chunkIndex} arrived with other bytes than its digest says. Send it again.`
      throw new Refusal('chunk-corrupted', message, { details: { chunkIndex } })
    }
    await writer.finish()
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  }
}

/** @param uploaded count of chunks that the server has */
export function receipt(task: TaskRow, chunkIndex: number, uploaded: number): ChunkReceipt {
  const total = totalChunks(task)
  return { chunkIndex, uploaded, total, progress: percent(uploaded, total) }
}
