/** The use case of receiving one chunk: its bytes are written at their offset, and count only once their digest matched. */
import { createHash, type Hash } from 'node:crypto'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import type { ChunkReceipt } from '../../src/shared/protocol/wire.ts'
import { DetailedError } from '../detailed-error.ts'
import type { TaskRow } from '../ledger/ledger.ts'
import { chunkReceipt } from './answers.ts'
import { chunkLength, totalChunks } from './chunk-plan.ts'
import type { Uploads } from './context.ts'
import { storageFull, taskBusy, taskGone } from './upload-errors.ts'

/** A body that has not been read yet. */
export interface ChunkBody {
  /**
   * Reads it to its end, piece by piece; waits for the promise that `onPiece` returns before reading the next piece.
   * @throws UploadError `connection-lost`, `request-timeout`, or the signal's reason
   */
  read(onPiece: (piece: Uint8Array) => Promise<void> | undefined, signal: AbortSignal): Promise<void>
}

interface ChunkRequest {
  readonly taskId: string
  readonly chunkIndex: number
  /** Bytes of the body. */
  readonly length: number
  /** Hex. */
  readonly sha256: string
  /** Its pieces are given away: nobody else uses them after `onPiece`. */
  readonly body: ChunkBody
}

/**
 * Receives one chunk. The same chunk again gets the same answer and changes nothing.
 * @throws UploadError `task-gone`, `chunk-invalid`, `chunk-conflict`, `chunk-corrupted`, `task-busy`, `storage-full`
 */
export async function receiveChunk(uploads: Uploads, request: ChunkRequest): Promise<ChunkReceipt> {
  refuseMisfit(await openTask(uploads, request.taskId), request)
  const lock = await uploads.activity.lockChunk(request.taskId, request.chunkIndex, uploads.limits.waitMs)
  try {
    // Looked up again: the task may have ended while this request waited for the lock.
    const task = await openTask(uploads, request.taskId)
    const known = await uploads.ledger.chunk(request.taskId, request.chunkIndex)
    if (known === undefined) {
      await refuseWhileVerified(uploads, task)
      return await storeChunk(uploads, task, request, lock.signal)
    }
    if (known.sha256 !== request.sha256) {
      throw new UploadError(
        'chunk-conflict',
        'The server has this chunk with other bytes. Offer the file again.',
      )
    }
    await request.body.read(() => undefined, lock.signal)
    return chunkReceipt(task, request.chunkIndex, await uploads.ledger.countChunks(request.taskId))
  } finally {
    lock.release()
  }
}

async function openTask(uploads: Uploads, taskId: string): Promise<TaskRow> {
  const task = await uploads.ledger.task(taskId)
  if (task === undefined) throw taskGone()
  if (task.copyOf !== null)
    throw new UploadError('task-busy', 'The server has this content and is copying it itself.')
  return task
}

/**
 * Refuses bytes for a suspect chunk that was removed while the file was already being verified: they must not change what
 * is about to be stored. A verification that begins later fails because the chunk is missing.
 * @throws UploadError `task-busy`
 */
export async function refuseWhileVerified(uploads: Uploads, task: TaskRow): Promise<void> {
  if (task.announcedChunks === null) return
  const { taskId } = task
  if (!uploads.jobs.isRunning(taskId) && !(await uploads.locks.job.isHeldElsewhere(taskId))) return
  throw taskBusy('The file is being verified. Send the chunk again in a moment.')
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

async function storeChunk(
  uploads: Uploads,
  task: TaskRow,
  request: ChunkRequest,
  signal: AbortSignal,
): Promise<ChunkReceipt> {
  const { taskId, chunkIndex, length, sha256 } = request
  if (length > (await uploads.store.freeBytes())) throw storageFull()
  // A file of one chunk gets its MD5 on the way in, so that completing it reads nothing back.
  const md5Hash = length === task.size ? createHash('md5') : undefined
  await writeChunk(uploads, task, request, signal, md5Hash)
  const count = await uploads.ledger.addChunk(taskId, { chunkIndex, sha256 }, uploads.now())
  if (count === undefined) throw taskGone()
  // A failure of an earlier completion no longer applies: the file has changed.
  uploads.jobs.forgetFailure(taskId)
  if (md5Hash !== undefined) uploads.knownMd5s.remember(taskId, { md5: md5Hash.digest('hex'), sha256 })
  uploads.log.debug({ taskId, chunkIndex, count }, 'chunk stored')
  return chunkReceipt(task, chunkIndex, count)
}

async function writeChunk(
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
    offset: chunkIndex * task.chunkSize,
    length,
    sha256,
    ownsPieces: true,
    // Nothing can be behind the last chunk, unless the chunk size was not known from the start.
    endsFile: task.announcedChunks === chunkIndex + 1,
  })
  try {
    await body.read((piece) => {
      sha256Hash.update(piece)
      md5Hash?.update(piece)
      return writer.write(piece)
    }, signal)
    if (sha256Hash.digest('hex') !== sha256) {
      const message = `The bytes of chunk ${chunkIndex} do not match its digest. Send it again.`
      throw new DetailedError('chunk-corrupted', message, { chunkIndex })
    }
    await writer.finish()
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  }
}
