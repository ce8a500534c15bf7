/**
 * The use case of a file that grows at its end, for clients that know an offset and no chunks: its bytes become the task's
 * chunks one after the other, so that everything else about the task is as usual.
 */
import { createHash } from 'node:crypto'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { FileRow, TaskRow } from '../../ledger/ledger.ts'
import { untilStored } from '../finishing/complete.ts'
import { refuseUnproven } from '../finishing/refuse-unproven.ts'
import { taskGone } from '../upload-errors.ts'
import { type AppendContext, TailWriter } from './tail-writer.ts'
import { snapshotOf } from './tails.ts'

/** The digest that the bytes of one request must have, or none of them counts. */
export interface BodyChecksum {
  readonly algorithm: 'sha1' | 'md5' | 'sha256'
  readonly hex: string
}

/** The bytes of one request. */
interface Append {
  /** Where the client expects the end of the upload, bytes. */
  readonly offset: number
  /** Fails when the request breaks off. */
  readonly pieces: AsyncIterable<Uint8Array>
  readonly checksum: BodyChecksum | undefined
}

/** The bytes of one request do not match its checksum; none of them was kept. */
export class ChecksumMismatch extends UploadError {
  constructor() {
    super(
      'chunk-corrupted',
      'The bytes do not match Upload-Checksum; none of them was kept. Send them again.',
    )
  }
}

/** Bytes received from the beginning of the file on; the next ones belong there. */
export async function offsetOf({ uploads, tails }: AppendContext, task: TaskRow): Promise<number> {
  const tail = tails.get(task)
  if (tail !== undefined) return tail.offset
  const chunks = await uploads.ledger.chunks(task.taskId)
  const firstMissing = chunks.findIndex((chunk, position) => chunk.chunkIndex !== position)
  const whole = firstMissing === -1 ? chunks.length : firstMissing
  return Math.min(task.size, whole * task.chunkSize)
}

/**
 * Appends bytes to what has been received. Bytes that came before a failure are kept, unless the client sent a checksum:
 * then all of its bytes count or none.
 * @returns the new offset, bytes
 * @throws UploadError `task-gone`, `task-busy`, `chunk-conflict` for another offset, `chunk-corrupted` (ChecksumMismatch),
 * `storage-…`, and what `pieces` throws
 */
export async function appendBytes(context: AppendContext, taskId: string, append: Append): Promise<number> {
  const { uploads, tails } = context
  const { signal, release } = await uploads.activity.lockChunk(taskId, 0, uploads.limits.waitMs)
  try {
    const task = await uploads.ledger.task(taskId)
    if (task === undefined) throw taskGone()
    const end = await offsetOf(context, task)
    if (end !== append.offset) {
      throw new UploadError('chunk-conflict', `The upload is at ${end}, not at ${append.offset}.`)
    }
    const tail = tails.getOrBegin(taskId, end)
    const snapshot = append.checksum && snapshotOf(tail)
    try {
      await writeAll(new TailWriter(context, task, tail, snapshot !== undefined), append, signal)
    } catch (thrown) {
      if (snapshot !== undefined) tails.restore(taskId, tail, snapshot)
      throw thrown
    }
    return tail.offset
  } finally {
    release()
  }
}

/** Writes the bytes of one request; they count at once, or with a checksum only when it matched. */
async function writeAll(
  writer: TailWriter,
  { pieces, checksum }: Append,
  signal: AbortSignal,
): Promise<void> {
  const hash = checksum && createHash(checksum.algorithm)
  try {
    for await (const piece of pieces) {
      signal.throwIfAborted()
      hash?.update(piece)
      await writer.write(piece)
    }
  } finally {
    await writer.close()
  }
  if (hash?.digest('hex') !== checksum?.hex) throw new ChecksumMismatch()
  await writer.count()
}

/**
 * Verifies and publishes a file whose bytes have all been received, however long that takes. Its digests were computed as
 * the bytes came in; after a restart the chunks' own digests prove what is on the disk.
 * @throws UploadError `chunks-missing` when the disk lost some: the upload is back at the first of them
 */
export async function finishAppended(context: AppendContext, taskId: string): Promise<FileRow> {
  const { uploads, tails } = context
  const task = await uploads.ledger.task(taskId)
  const digests = task && tails.get(task)?.whole?.digests()
  tails.forget(taskId)
  if (task !== undefined && digests === undefined) await refuseUnproven(uploads, task)
  return untilStored(uploads, taskId, digests ?? {})
}
