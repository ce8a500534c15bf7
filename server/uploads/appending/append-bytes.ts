/**
 * The use case of a file that grows at its end, from clients that know an offset and no chunks: its bytes become the
 * task's chunks one after the other, so that everything else about the task is as always.
 */
import { createHash } from 'node:crypto'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { FileRow, TaskRow } from '../../ledger/ledger.ts'
import { Refusal } from '../../refusal.ts'
import { partialPlan, totalChunks } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import { gone } from '../coordination/activity.ts'
import { untilStored } from '../finishing/complete.ts'
import { badChunks } from '../finishing/verify.ts'
import { type GrowingUpload, TailWriter } from './tail-writer.ts'
import { copyOfTail } from './tails.ts'

/** What the bytes of one request must have, or none of them counts. */
export interface BodyChecksum {
  readonly algorithm: 'sha1' | 'md5' | 'sha256'
  readonly hex: string
}

/** One request's bytes. */
export interface Growth {
  /** Where the client believes that the end is, bytes. */
  readonly offset: number
  /** Fails when the request breaks off. */
  readonly pieces: AsyncIterable<Uint8Array>
  readonly checksum: BodyChecksum | undefined
}

/** Bytes that have come from the beginning of the file on; the next ones belong there. */
export async function offsetOf({ uploads, tails }: GrowingUpload, task: TaskRow): Promise<number> {
  const tail = tails.get(task)
  if (tail !== undefined) return tail.offset
  const chunks = await uploads.ledger.chunks(task.taskId)
  const firstMissing = chunks.findIndex((chunk, position) => chunk.chunkIndex !== position)
  const whole = firstMissing === -1 ? chunks.length : firstMissing
  return Math.min(task.size, whole * task.chunkSize)
}

/**
 * Takes bytes at the end of what has come. What came before a failure is kept, unless the client gave a checksum: then
 * all of its bytes count or none.
 * @returns the new offset
 * @throws UploadError `task-gone`, `task-busy`, `chunk-conflict` for another offset, `chunk-corrupted`, `storage-…`, and
 * what the pieces throw
 */
export async function appendBytes(growing: GrowingUpload, taskId: string, growth: Growth): Promise<number> {
  const { uploads, tails } = growing
  const { signal, leave } = await uploads.activity.enterChunk(taskId, 0, uploads.limits.waitMs)
  try {
    const task = await uploads.ledger.task(taskId)
    if (task === undefined) throw gone()
    const end = await offsetOf(growing, task)
    if (end !== growth.offset) {
      throw new UploadError('chunk-conflict', `The upload is at ${end}, not at ${growth.offset}.`)
    }
    const tail = tails.begin(taskId, end)
    const before = growth.checksum && copyOfTail(tail)
    try {
      await takeAll(new TailWriter(growing, task, tail, before !== undefined), growth, signal)
    } catch (thrown) {
      if (before !== undefined) tails.goBack(taskId, tail, before)
      throw thrown
    }
    return tail.offset
  } finally {
    leave()
  }
}

/** Writes one request's bytes; what is written counts at once, or with a checksum only when that was right. */
async function takeAll(writer: TailWriter, { pieces, checksum }: Growth, signal: AbortSignal): Promise<void> {
  const hash = checksum && createHash(checksum.algorithm)
  try {
    for await (const piece of pieces) {
      signal.throwIfAborted()
      hash?.update(piece)
      await writer.write(piece)
    }
  } finally {
    await writer.settle()
  }
  if (hash?.digest('hex') !== checksum?.hex) {
    // 460 is what tus calls it: "Checksum Mismatch".
    const message = 'The bytes are not those of Upload-Checksum; none of them was kept. Send them again.'
    throw new Refusal('chunk-corrupted', message, { status: 460 })
  }
  await writer.count()
}

/**
 * Verifies and publishes a file of which all bytes have come, however long that takes. The MD5 is that of the bytes as
 * they came in; after a restart the chunks' own digests vouch for what is on the disk.
 * @throws UploadError `chunks-missing` when the disk lost some: the upload is at the first of them again
 */
export async function finishGrown(growing: GrowingUpload, taskId: string): Promise<FileRow> {
  const { uploads, tails } = growing
  const task = await uploads.ledger.task(taskId)
  const md5 = task && tails.get(task)?.md5?.digest('hex')
  tails.forget(taskId)
  const expected = md5 ?? (task && (await md5OfProven(uploads, task))) ?? ''
  return untilStored(uploads, taskId, expected)
}

async function md5OfProven(uploads: Uploads, task: TaskRow): Promise<string> {
  if (totalChunks(task) === 0) return createHash('md5').digest('hex')
  const sealed = await uploads.store.sealPartial(
    task.taskId,
    partialPlan(task),
    task.lastModifiedMs ?? undefined,
  )
  const bad = 'lost' in sealed ? sealed.lost : await badChunks(uploads, task)
  if ('lost' in sealed || bad.length > 0) {
    await uploads.ledger.removeChunks(task.taskId, bad)
    throw new UploadError('chunks-missing', 'The server lost some bytes. Ask for the offset and go on.')
  }
  return uploads.store.partialMd5(task.taskId, sealed, () => undefined)
}
