/**
 * The use case of a file that grows at its end, for clients that know an offset and no chunks: its bytes become the task's
 * chunks one after the other, so that everything else about the task is as usual.
 */
import { createHash } from 'node:crypto'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { agree, type StatedDigests } from '../../digests.ts'
import type { FileRow, TaskRow } from '../../ledger/ledger.ts'
import { totalChunks } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import { untilStored } from '../finishing/complete.ts'
import { refuseUnproven } from '../finishing/refuse-unproven.ts'
import type { ChunkBody } from '../receive-chunk.ts'
import { snapshotOf, type Tail } from '../tails.ts'
import { isOpenEnded } from '../tasks.ts'
import { taskGone } from '../upload-errors.ts'
import { TailWriter } from './tail-writer.ts'

/** The digest that the bytes of one request must have, or none of them counts. */
export interface BodyChecksum {
  readonly algorithm: 'sha1' | 'md5' | 'sha256'
  readonly hex: string
}

/** The bytes of one request. */
interface Append {
  /** Where the client expects the end of the upload, bytes. */
  readonly offset: number
  readonly body: ChunkBody
  readonly checksum: BodyChecksum | undefined
  /** Told how many bytes of the file even a restarted server will have, whenever they are more. */
  readonly onKept?: (bytes: number) => void
}

/** The bytes of one request do not match its checksum; none of them was kept. */
export class ChecksumMismatch extends UploadError {
  constructor() {
    super('chunk-corrupted', 'The bytes do not match their checksum; none of them was kept. Send them again.')
  }
}

/** The upload is at another offset than the client expects. */
export class OtherOffset extends UploadError {
  /** Where it is, bytes. */
  readonly actual: number

  constructor(actual: number, expected: number) {
    super('chunk-conflict', `The upload is at ${actual}, not at ${expected}.`)
    this.actual = actual
  }
}

/** Bytes received from the beginning of the file on; the next ones belong there. */
export async function offsetOf(uploads: Uploads, task: TaskRow): Promise<number> {
  const tail = uploads.tails.get(task)
  if (tail !== undefined) return tail.offset
  const chunks = await uploads.ledger.chunks(task.taskId)
  const firstMissing = chunks.findIndex((chunk, position) => chunk.chunkIndex !== position)
  const whole = firstMissing === -1 ? chunks.length : firstMissing
  const bytes = whole * task.chunkSize
  return isOpenEnded(task) ? bytes : Math.min(task.size, bytes)
}

/**
 * Appends bytes to what has been received. Bytes that came before a failure are kept, unless the client sent a checksum:
 * then all of its bytes count or none.
 * @returns the new offset, bytes
 * @throws UploadError `task-gone`, `task-busy`, `chunk-conflict` (OtherOffset), `chunk-corrupted` (ChecksumMismatch),
 * `file-too-large` (MoreThanStated, or for more than the server accepts), `storage-…`, and what the body throws
 */
export async function appendBytes(uploads: Uploads, taskId: string, append: Append): Promise<number> {
  const { signal, release } = await uploads.activity.lockChunk(taskId, 0, uploads.limits.waitMs)
  try {
    const task = await uploads.ledger.task(taskId)
    if (task === undefined) throw taskGone()
    const end = await offsetOf(uploads, task)
    if (end !== append.offset) throw new OtherOffset(end, append.offset)
    const tail = uploads.tails.getOrBegin(taskId, end)
    const snapshot = append.checksum && snapshotOf(tail)
    const { onKept } = append
    try {
      const writer = new TailWriter(uploads, task, tail, { isOnTrial: snapshot !== undefined, onKept })
      await writeAll(writer, append, signal)
    } catch (thrown) {
      if (snapshot !== undefined) uploads.tails.restore(taskId, tail, snapshot)
      throw thrown
    }
    return tail.offset
  } finally {
    release()
  }
}

/** Writes the bytes of one request; they count at once, or with a checksum only when it matched. */
async function writeAll(writer: TailWriter, { body, checksum }: Append, signal: AbortSignal): Promise<void> {
  const hash = checksum && createHash(checksum.algorithm)
  let writing: Promise<void> = Promise.resolve()
  try {
    await body.read((piece) => {
      hash?.update(piece)
      writing = writer.write(piece)
      return writing
    }, signal)
    await writing
  } finally {
    // The body may end, cut off, while its last piece is still being written.
    await writing.catch(() => undefined)
    await writer.close()
  }
  if (hash?.digest('hex') !== checksum?.hex) throw new ChecksumMismatch()
  await writer.count()
}

/**
 * Verifies and publishes a file whose bytes have all been received, however long that takes. Its digests were computed as
 * the bytes came in; after a restart the chunks' own digests prove what is on the disk.
 * @param stated by the client, of the whole file
 * @throws UploadError `chunks-missing` when the disk lost some: the upload is back at the first of them; `digest-mismatch`
 */
export async function finishAppended(
  uploads: Uploads,
  taskId: string,
  stated: StatedDigests = {},
): Promise<FileRow> {
  const task = await uploads.ledger.task(taskId)
  const tail = task && uploads.tails.get(task)
  if (task !== undefined && tail !== undefined) await countLastChunk(uploads, task, tail)
  const digests = tail?.whole?.digests()
  uploads.tails.forget(taskId)
  if (task !== undefined && digests === undefined) await refuseUnproven(uploads, task)
  if (digests !== undefined && !agree(digests, stated)) throw otherDigest()
  return untilStored(uploads, taskId, digests ?? stated)
}

function otherDigest(): UploadError {
  return new UploadError('digest-mismatch', 'The file does not match the digest that was given for it.')
}

/** The last chunk of a growing file is whole only now that its client has said where the file ends. */
async function countLastChunk({ ledger, now }: Uploads, task: TaskRow, tail: Tail): Promise<void> {
  const { taskId, size, chunkSize } = task
  if (tail.offset !== size || size % chunkSize === 0) return
  const chunkIndex = totalChunks(task) - 1
  if ((await ledger.chunk(taskId, chunkIndex)) !== undefined) return
  const count = await ledger.addChunk(taskId, { chunkIndex, digest: tail.chunk.digest() }, now())
  if (count === undefined) throw taskGone()
}
