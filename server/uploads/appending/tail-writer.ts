/** Writes the bytes appended to a growing file, cut at the boundaries of its chunks. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { createChunkHash } from '../../digests.ts'
import type { NewChunk, TaskRow } from '../../ledger/ledger.ts'
import type { ChunkWriter } from '../../storage/store.ts'
import { totalChunks } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import type { Tail } from '../tails.ts'
import { isOpenEnded } from '../tasks.ts'
import { fileTooLarge, taskGone } from '../upload-errors.ts'

interface TailWriterOptions {
  /** No chunk counts before `count` is called. */
  readonly isOnTrial: boolean
  /** Told how many bytes of the file the ledger has, in whole chunks. */
  readonly onKept: ((bytes: number) => void) | undefined
}

/** More bytes came than the client said that the file has. */
export class MoreThanStated extends UploadError {
  constructor() {
    super('file-too-large', 'These are more bytes than the file has.')
  }
}

export class TailWriter {
  readonly #uploads: Uploads
  readonly #task: TaskRow
  readonly #tail: Tail
  readonly #onKept: TailWriterOptions['onKept']
  #writer: ChunkWriter | undefined
  /** Whole chunks that do not count yet; undefined when each counts as soon as it is whole. */
  readonly #uncounted: NewChunk[] | undefined

  constructor(uploads: Uploads, task: TaskRow, tail: Tail, { isOnTrial, onKept }: TailWriterOptions) {
    this.#uploads = uploads
    this.#task = task
    this.#tail = tail
    this.#onKept = onKept
    this.#uncounted = isOnTrial ? [] : undefined
  }

  /**
   * @throws UploadError `file-too-large` for more bytes than the file may have, MoreThanStated when its client said so;
   * `task-gone`, `storage-…`
   */
  async write(piece: Uint8Array): Promise<void> {
    let rest = piece
    while (rest.length > 0) {
      const part = rest.subarray(0, this.#missingInChunk())
      if (part.length === 0) throw this.#tooLong()
      await this.#writeWithinChunk(part)
      rest = rest.subarray(part.length)
    }
  }

  /** Ends the incomplete chunk; if its bytes cannot be kept, the upload is back at its last whole chunk. */
  async close(): Promise<void> {
    const writer = this.#writer
    this.#writer = undefined
    try {
      await writer?.finish()
      await this.#touch()
    } catch (thrown) {
      this.#uploads.tails.forget(this.#task.taskId)
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
    const { ledger, now } = this.#uploads
    this.#tail.activeAtMs = now()
    await ledger.touchTask(this.#task.taskId, this.#tail.activeAtMs)
  }

  async #add(chunk: NewChunk): Promise<void> {
    const { ledger, now } = this.#uploads
    const count = await ledger.addChunk(this.#task.taskId, chunk, now())
    if (count === undefined) throw taskGone()
    this.#onKept?.(Math.min(this.#end, (chunk.chunkIndex + 1) * this.#task.chunkSize))
  }

  #tooLong(): UploadError {
    return isOpenEnded(this.#task) ? fileTooLarge(this.#uploads.limits.maxFileSize) : new MoreThanStated()
  }

  get #chunkIndex(): number {
    return Math.floor(this.#tail.offset / this.#task.chunkSize)
  }

  /** Where the file ends at the latest, bytes. */
  get #end(): number {
    return isOpenEnded(this.#task) ? this.#uploads.limits.maxFileSize : this.#task.size
  }

  /** Bytes that the incomplete chunk still needs. */
  #missingInChunk(): number {
    return Math.min(this.#end, (this.#chunkIndex + 1) * this.#task.chunkSize) - this.#tail.offset
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
      await this.#endChunk(chunkIndex)
    } catch (thrown) {
      // It is unknown which of these bytes are on the disk.
      this.#uploads.tails.forget(this.#task.taskId)
      await this.#writer?.abandon()
      this.#writer = undefined
      throw thrown
    }
  }

  /** All bytes of the chunk are written. */
  async #endChunk(chunkIndex: number): Promise<void> {
    // A file of the largest size may end in the middle of a chunk: that one counts when its client says so.
    if (isOpenEnded(this.#task) && this.#tail.offset % this.#task.chunkSize > 0) return
    const digest = this.#tail.chunk.digest()
    this.#tail.chunk = createChunkHash('crc32c')
    if (this.#uncounted) this.#uncounted.push({ chunkIndex, digest })
    else await this.#add({ chunkIndex, digest })
  }

  #openChunk(): Promise<ChunkWriter> {
    const { taskId, chunkSize } = this.#task
    const total = totalChunks({ size: this.#end, chunkSize })
    return this.#uploads.store.openChunk({
      taskId,
      chunkIndex: this.#chunkIndex,
      totalChunks: total,
      chunkSize,
      offset: this.#tail.offset,
      length: this.#missingInChunk(),
      mayEndEarly: true,
      // What a killed server received may be more than the file turns out to have.
      endsFile: !isOpenEnded(this.#task) && this.#chunkIndex === total - 1,
    })
  }
}
