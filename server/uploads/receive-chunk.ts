/** The use case of receiving one chunk: its bytes are written at their offset, and count only once their digest matched. */
import { UploadError } from '../../src/shared/protocol/errors.ts'
import type { ChunkDigest, ChunkReceipt } from '../../src/shared/protocol/wire.ts'
import { DetailedError } from '../detailed-error.ts'
import { algorithmOf, type ChunkHash, createChunkHash, type FileHash, namedDigest } from '../digests.ts'
import type { TaskRow } from '../ledger/ledger.ts'
import { chunkReceipt } from './answers.ts'
import { chunkLength, totalChunks } from './chunk-plan.ts'
import type { Uploads } from './context.ts'
import { taskBusy, taskGone } from './upload-errors.ts'

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
  /** `<algorithm>:<hex>`, as the client states it. */
  readonly digest: string
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
    await compare(uploads, request, known.digest, lock.signal)
    return chunkReceipt(task, request.chunkIndex, await uploads.ledger.countChunks(request.taskId))
  } finally {
    lock.release()
  }
}

/**
 * Compares a chunk that came before with its bytes now. The row may have it in another algorithm than the client's.
 * @param known the row's digest
 * @throws UploadError `chunk-conflict`, `chunk-corrupted`
 */
async function compare(
  uploads: Uploads,
  request: ChunkRequest,
  known: string,
  signal: AbortSignal,
): Promise<void> {
  const algorithm = algorithmOf(known)
  const isAlike = algorithm === algorithmOf(request.digest)
  if (isAlike && request.digest !== known) throw await conflict(uploads, request)
  const stated = createChunkHash(algorithmOf(request.digest))
  const recorded = isAlike ? stated : createChunkHash(algorithm)
  await request.body.read((piece) => {
    stated.update(piece)
    if (!isAlike) recorded.update(piece)
    return undefined
  }, signal)
  refuseCorrupted(request, stated.digest())
  if (!isAlike && recorded.digest() !== known) throw await conflict(uploads, request)
}

/** From now on nobody is told that the chunk is there: its bytes may be those of another file with the same MD5. */
async function conflict(uploads: Uploads, { taskId, chunkIndex }: ChunkRequest): Promise<UploadError> {
  await uploads.ledger.contestChunk(taskId, chunkIndex)
  return new UploadError(
    'chunk-conflict',
    'The server has this chunk with other bytes. Offer the file again.',
  )
}

/** @param actual the digest of the bytes that came */
function refuseCorrupted({ chunkIndex, digest }: ChunkRequest, actual: string): void {
  if (actual === digest) return
  const message = `The bytes of chunk ${chunkIndex} do not match its digest. Send it again.`
  throw new DetailedError('chunk-corrupted', message, { chunkIndex })
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
  const { taskId, chunkIndex, length } = request
  const whole = length === task.size ? uploads.knownDigests.hashOfOnlyChunk(task) : undefined
  await writeChunk(uploads, task, request, signal, whole)
  const digests = whole?.digests()
  const digest = digests === undefined ? request.digest : namedDigest('sha-256', digests.sha256)
  const count = await uploads.ledger.addChunk(taskId, { chunkIndex, digest }, uploads.now())
  if (count === undefined) throw taskGone()
  // A failure of an earlier completion no longer applies: the file has changed.
  uploads.jobs.forgetFailure(taskId)
  // A store that checks SHA-256 by itself has not checked a chunk that came with another digest: it is read back.
  const isChecked = uploads.store.chunkDigest !== 'sha-256' || algorithmOf(request.digest) === 'sha-256'
  if (digests !== undefined && isChecked) uploads.knownDigests.remember(taskId, digests)
  await uploads.knownDigests.onChunk(task, chunkIndex)
  uploads.log.debug({ taskId, chunkIndex, count }, 'chunk stored')
  return chunkReceipt(task, chunkIndex, count)
}

async function writeChunk(
  uploads: Uploads,
  task: TaskRow,
  request: ChunkRequest,
  signal: AbortSignal,
  whole: FileHash | undefined,
): Promise<void> {
  const { taskId, chunkIndex, length, digest, body } = request
  const algorithm = algorithmOf(digest)
  const writer = await uploads.store.openChunk({
    taskId,
    chunkIndex,
    totalChunks: totalChunks(task),
    chunkSize: task.chunkSize,
    offset: chunkIndex * task.chunkSize,
    length,
    ...(algorithm === 'sha-256' && { sha256: digest.slice('sha-256:'.length) }),
    ownsPieces: true,
    // Nothing can be behind the last chunk, unless the chunk size was not known from the start.
    endsFile: task.announcedChunks === chunkIndex + 1,
  })
  try {
    const hash = hashFor(algorithm, whole)
    await body.read((piece) => {
      hash.update(piece)
      return writer.write(piece)
    }, signal)
    refuseCorrupted(request, hash.digest())
    await writer.finish()
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  }
}

/** Hashes a chunk, and with it the file that it is the whole of: a SHA-256 of both is computed once. */
function hashFor(algorithm: ChunkDigest, whole: FileHash | undefined): Pick<ChunkHash, 'update' | 'digest'> {
  if (whole === undefined) return createChunkHash(algorithm)
  const own = algorithm === 'sha-256' ? undefined : createChunkHash(algorithm)
  return {
    update: (piece) => {
      whole.update(piece)
      own?.update(piece)
    },
    digest: () => own?.digest() ?? namedDigest('sha-256', whole.copy().digests().sha256),
  }
}
