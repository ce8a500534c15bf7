/**
 * The use case of a file that grows at its end, from clients that know an offset and no chunks: its bytes become the
 * task's chunks one after the other, so that everything else about the task is as always.
 */
import { createHash } from 'node:crypto'
import { UploadError } from '../../src/shared/errors.ts'
import type { FileRow, TaskRow } from '../ledger/ledger.ts'
import type { ChunkWriter } from '../storage/store.ts'
import { gone } from './activity.ts'
import { totalChunks } from './chunk-plan.ts'
import { completeUpload } from './complete.ts'
import type { Uploads } from './context.ts'
import { badChunks } from './finish.ts'
import type { Tail, Tails } from './tails.ts'

export interface GrowingUpload {
  readonly uploads: Uploads
  readonly tails: Tails
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
 * Takes bytes at the end of what has come; what came before a failure is kept.
 * @param offset where the client believes that the end is, bytes
 * @param pieces fails when the request breaks off
 * @returns the new offset
 * @throws UploadError `task-gone`, `task-busy`, `chunk-conflict` for another offset, `storage-…`, and what `pieces` throws
 */
export async function appendBytes(
  growing: GrowingUpload,
  taskId: string,
  offset: number,
  pieces: AsyncIterable<Uint8Array>,
): Promise<number> {
  const { uploads, tails } = growing
  const { signal, leave } = await uploads.activity.enterChunk(taskId, 0, uploads.limits.waitMs)
  try {
    const task = await uploads.ledger.task(taskId)
    if (task === undefined) throw gone()
    const end = await offsetOf(growing, task)
    if (end !== offset) throw new UploadError('chunk-conflict', `The upload is at ${end}, not at ${offset}.`)
    const tail = tails.begin(taskId, end)
    const writer = new TailWriter(growing, task, tail)
    try {
      for await (const piece of pieces) {
        signal.throwIfAborted()
        await writer.write(piece)
      }
    } finally {
      await writer.settle()
    }
    return tail.offset
  } finally {
    leave()
  }
}

/** Cuts a stream of bytes at the borders of chunks. */
class TailWriter {
  readonly #growing: GrowingUpload
  readonly #task: TaskRow
  readonly #tail: Tail
  #writer: ChunkWriter | undefined

  constructor(growing: GrowingUpload, task: TaskRow, tail: Tail) {
    this.#growing = growing
    this.#task = task
    this.#tail = tail
  }

  async write(piece: Uint8Array): Promise<void> {
    let rest = piece
    while (rest.length > 0) {
      const part = rest.subarray(0, this.#room())
      if (part.length === 0) throw new UploadError('bad-request', 'There are more bytes than the file has.')
      await this.#take(part)
      rest = rest.subarray(part.length)
    }
  }

  /** Ends a chunk that is not whole; when its bytes cannot be kept the upload is at its last whole chunk again. */
  async settle(): Promise<void> {
    const { uploads, tails } = this.#growing
    const writer = this.#writer
    this.#writer = undefined
    try {
      await writer?.finish()
      this.#tail.activeAtMs = uploads.now()
      await uploads.ledger.touchTask(this.#task.taskId, this.#tail.activeAtMs)
    } catch (thrown) {
      tails.forget(this.#task.taskId)
      await writer?.abandon()
      throw thrown
    }
  }

  get #chunkIndex(): number {
    return Math.floor(this.#tail.offset / this.#task.chunkSize)
  }

  /** Bytes that the chunk at the end still lacks. */
  #room(): number {
    const { size, chunkSize } = this.#task
    return Math.min(size, (this.#chunkIndex + 1) * chunkSize) - this.#tail.offset
  }

  async #take(part: Uint8Array): Promise<void> {
    const { uploads, tails } = this.#growing
    const { taskId } = this.#task
    const chunkIndex = this.#chunkIndex
    try {
      this.#writer ??= await uploads.store.openChunk({
        taskId,
        chunkIndex,
        position: this.#tail.offset,
        length: undefined,
        endsFile: false,
      })
      this.#tail.sha256.update(part)
      this.#tail.md5?.update(part)
      await this.#writer.write(part)
      this.#tail.offset += part.length
      if (this.#room() > 0 && this.#chunkIndex === chunkIndex) return
      const writer = this.#writer
      await writer.finish()
      this.#writer = undefined
      const sha256 = this.#tail.sha256.digest('hex')
      this.#tail.sha256 = createHash('sha256')
      const count = await uploads.ledger.addChunk(taskId, { chunkIndex, sha256 }, uploads.now())
      if (count === undefined) throw gone()
    } catch (thrown) {
      // Nobody knows which of these bytes are on the disk.
      tails.forget(taskId)
      await this.#writer?.abandon()
      this.#writer = undefined
      throw thrown
    }
  }
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
  while (true) {
    const answer = await completeUpload(uploads, taskId, expected)
    if (answer.kind === 'stored') return answer.file
  }
}

async function md5OfProven(uploads: Uploads, task: TaskRow): Promise<string> {
  if (totalChunks(task) === 0) return createHash('md5').digest('hex')
  const bad = await badChunks(uploads, task)
  if (bad.length > 0) {
    await uploads.ledger.removeChunks(task.taskId, bad)
    throw new UploadError('chunks-missing', 'The server lost some bytes. Ask for the offset and go on.')
  }
  return uploads.store.partialMd5(task.taskId, () => undefined)
}
