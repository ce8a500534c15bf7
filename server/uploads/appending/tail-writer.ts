/** Writes what comes at the end of a growing file, cut at the borders of its chunks. The use case append-bytes' own. */
import { createHash } from 'node:crypto'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { ChunkRow, TaskRow } from '../../ledger/ledger.ts'
import type { ChunkWriter } from '../../storage/store.ts'
import { totalChunks } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import { gone } from '../coordination/activity.ts'
import type { Tail, Tails } from './tails.ts'

export interface GrowingUpload {
  readonly uploads: Uploads
  readonly tails: Tails
}

/** Cuts a stream of bytes at the borders of chunks. */
export class TailWriter {
  readonly #growing: GrowingUpload
  readonly #task: TaskRow
  readonly #tail: Tail
  #writer: ChunkWriter | undefined
  /** Whole chunks that do not count yet; undefined where each counts as soon as it is whole. */
  readonly #uncounted: Omit<ChunkRow, 'isDoubted'>[] | undefined

  /** @param isOnTrial nothing counts before `count` is called */
  constructor(growing: GrowingUpload, task: TaskRow, tail: Tail, isOnTrial: boolean) {
    this.#growing = growing
    this.#task = task
    this.#tail = tail
    this.#uncounted = isOnTrial ? [] : undefined
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
    const { tails } = this.#growing
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

  /** Lets what was written on trial count. @throws UploadError `task-gone`, `storage-…` */
  async count(): Promise<void> {
    for (const chunk of this.#uncounted ?? []) await this.#add(chunk)
    if (this.#uncounted !== undefined) await this.#touch()
  }

  /** The tail and its task have the same sign of life as long as no other server adds to the file. */
  async #touch(): Promise<void> {
    const { uploads } = this.#growing
    this.#tail.activeAtMs = uploads.now()
    await uploads.ledger.touchTask(this.#task.taskId, this.#tail.activeAtMs)
  }

  async #add(chunk: Omit<ChunkRow, 'isDoubted'>): Promise<void> {
    const { uploads } = this.#growing
    const count = await uploads.ledger.addChunk(this.#task.taskId, chunk, uploads.now())
    if (count === undefined) throw gone()
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
        totalChunks: totalChunks(this.#task),
        chunkSize: this.#task.chunkSize,
        position: this.#tail.offset,
        length: this.#room(),
        mayBreakOff: true,
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
      if (this.#uncounted) this.#uncounted.push({ chunkIndex, sha256 })
      else await this.#add({ chunkIndex, sha256 })
    } catch (thrown) {
      // Nobody knows which of these bytes are on the disk.
      tails.forget(taskId)
      await this.#writer?.abandon()
      this.#writer = undefined
      throw thrown
    }
  }
}
