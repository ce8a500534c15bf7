/** Writes the bytes appended to a growing file, cut at the boundaries of its chunks. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { createChunkHash } from '../../digests.ts'
import type { NewChunk, TaskRow } from '../../ledger/ledger.ts'
import type { ChunkWriter } from '../../storage/store.ts'
import { totalChunks } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import { taskGone } from '../upload-errors.ts'
import type { Tail, Tails } from './tails.ts'

export interface AppendContext {
  readonly uploads: Uploads
  readonly tails: Tails
}

export class TailWriter {
  readonly #context: AppendContext
  readonly #task: TaskRow
  readonly #tail: Tail
  #writer: ChunkWriter | undefined
  /** Whole chunks that do not count yet; undefined when each counts as soon as it is whole. */
  readonly #uncounted: NewChunk[] | undefined

  /** @param isOnTrial no chunk counts before `count` is called */
  constructor(context: AppendContext, task: TaskRow, tail: Tail, isOnTrial: boolean) {
    this.#context = context
    this.#task = task
    this.#tail = tail
    this.#uncounted = isOnTrial ? [] : undefined
  }

  /** @throws UploadError `file-too-large` for more bytes than the file has, `task-gone`, `storage-…` */
  async write(piece: Uint8Array): Promise<void> {
    let rest = piece
    while (rest.length > 0) {
      const part = rest.subarray(0, this.#missingInChunk())
      if (part.length === 0)
        throw new UploadError('file-too-large', 'These are more bytes than the file has.')
      await this.#writeWithinChunk(part)
      rest = rest.subarray(part.length)
    }
  }

  /** Ends the incomplete chunk; if its bytes cannot be kept, the upload is back at its last whole chunk. */
  async close(): Promise<void> {
    const { tails } = this.#context
    const writer = this.#writer
    this.#writer = undefined
    try {
      await writer?.finish()
      await this.#touch()
    } catch (thrown) {
      tails.forget(this.#task.taskId)
      await writer?.abandon()
      throw thrown
    }
  }

  /** Makes the chunks count that were written on trial. @throws UploadError `task-gone`, `storage-…` */
  async count(): Promise<void> {
    for (const chunk of this.#uncounted ?? []) await this.#add(chunk)
    if (this.#uncounted !== undefined) await this.#touch()
  }

  /** The tail and its task have the same time of activity as long as no other server appends to the file. */
  async #touch(): Promise<void> {
    const { uploads } = this.#context
    this.#tail.activeAtMs = uploads.now()
    await uploads.ledger.touchTask(this.#task.taskId, this.#tail.activeAtMs)
  }

  async #add(chunk: NewChunk): Promise<void> {
    const { uploads } = this.#context
    const count = await uploads.ledger.addChunk(this.#task.taskId, chunk, uploads.now())
    if (count === undefined) throw taskGone()
  }

  get #chunkIndex(): number {
    return Math.floor(this.#tail.offset / this.#task.chunkSize)
  }

  /** Bytes that the incomplete chunk still needs. */
  #missingInChunk(): number {
    const { size, chunkSize } = this.#task
    return Math.min(size, (this.#chunkIndex + 1) * chunkSize) - this.#tail.offset
  }

  async #writeWithinChunk(part: Uint8Array): Promise<void> {
    const chunkIndex = this.#chunkIndex
    try {
      this.#writer ??= await this.#openChunk()
      this.#tail.chunk.update(part)
      this.#tail.whole?.update(part)
      await this.#writer.write(part)
      this.#tail.offset += part.length
      if (this.#missingInChunk() > 0 && this.#chunkIndex === chunkIndex) return
      const writer = this.#writer
      await writer.finish()
      this.#writer = undefined
      const digest = this.#tail.chunk.digest()
      this.#tail.chunk = createChunkHash('crc32c')
      if (this.#uncounted) this.#uncounted.push({ chunkIndex, digest })
      else await this.#add({ chunkIndex, digest })
    } catch (thrown) {
      // It is unknown which of these bytes are on the disk.
      this.#context.tails.forget(this.#task.taskId)
      await this.#writer?.abandon()
      this.#writer = undefined
      throw thrown
    }
  }

  #openChunk(): Promise<ChunkWriter> {
    return this.#context.uploads.store.openChunk({
      taskId: this.#task.taskId,
      chunkIndex: this.#chunkIndex,
      totalChunks: totalChunks(this.#task),
      chunkSize: this.#task.chunkSize,
      offset: this.#tail.offset,
      length: this.#missingInChunk(),
      mayEndEarly: true,
      endsFile: false,
    })
  }
}
