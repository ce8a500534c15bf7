/** Writes one chunk at its offset of a partial file, in few large writes instead of many small ones. */
import type { FileHandle } from 'node:fs/promises'
import { PieceBuffer } from '../piece-buffer.ts'
import type { ChunkWrite, ChunkWriter } from '../store.ts'
import { coded, toStorageError } from './errors.ts'
import type { FileOperations } from './file-operations.ts'
import type { Reservation } from './free-space.ts'
import { openPartial } from './open-files.ts'
import { writeAll } from './whole-file.ts'

/** Bytes gathered before a write; with the write in progress, at most twice as many are held per chunk. */
const gatherBytes = 512 * 1024

interface OpenedChunk {
  /** Reserved for the chunk's bytes if their count is known; released by `finish` and `abandon`. */
  readonly room: Reservation
  readonly chunk: ChunkWrite
  /** Called by `finish` and `abandon` when nothing is written any more, with the handle still open. */
  readonly onEnd: (handle: FileHandle) => Promise<void>
}

export class DiskChunkWriter implements ChunkWriter {
  readonly #handle: FileHandle
  readonly #room: Reservation
  readonly #onEnd: OpenedChunk['onEnd']
  readonly #isLengthKnown: boolean
  readonly #endsFile: boolean
  readonly #ownsPieces: boolean
  readonly #buffer = new PieceBuffer()
  #offset: number
  #lastWrite: Promise<void> = Promise.resolve()
  #isEnded = false

  /**
   * @param handle closed by `finish` and `abandon`
   */
  constructor(handle: FileHandle, { room, chunk, onEnd }: OpenedChunk) {
    this.#handle = handle
    this.#room = room
    this.#onEnd = onEnd
    this.#isLengthKnown = chunk.length !== undefined
    this.#offset = chunk.offset
    this.#endsFile = chunk.endsFile
    this.#ownsPieces = chunk.ownsPieces ?? false
  }

  /** @param path absolute path of the partial, which is created when it does not exist */
  static async open(files: FileOperations, path: string, opened: OpenedChunk): Promise<DiskChunkWriter> {
    return new DiskChunkWriter(await openPartial(files, path, opened.chunk.chunkIndex === 0), opened)
  }

  write(piece: Uint8Array): Promise<void> | undefined {
    this.#buffer.add(piece)
    return this.#buffer.length < gatherBytes ? undefined : this.#flush()
  }

  async finish(): Promise<void> {
    await this.#flush()
    await this.#untilWritten()
    await coded(async () => {
      if (this.#endsFile) await this.#handle.truncate(this.#offset)
      await this.#end()
      // Network disks may report only now that they are full.
      await this.#handle.close()
    })
    this.#room.release()
  }

  async abandon(): Promise<void> {
    // The chunk's lock is released only when no write of it can land any more.
    await this.#lastWrite.catch(() => undefined)
    await this.#end()
    await this.#handle.close().catch(() => undefined)
    this.#room.release()
  }

  /** Once, even where the file cannot be closed. */
  async #end(): Promise<void> {
    if (this.#isEnded) return
    this.#isEnded = true
    await this.#onEnd(this.#handle)
  }

  /** Waits for the previous write, then starts the next; more bytes are gathered meanwhile. */
  async #flush(): Promise<void> {
    await this.#untilWritten()
    const { length } = this.#buffer
    if (length === 0) return
    if (!this.#isLengthKnown) await this.#room.grow(length)
    const pieces = this.#buffer.drain()
    this.#lastWrite = writeAll(this.#handle, pieces, length, this.#offset).then(() => {
      this.#room.written(length)
      this.#free(pieces)
    })
    // Awaited by the next call; until then a failure must not count as unhandled.
    this.#lastWrite.catch(() => undefined)
    this.#offset += length
  }

  async #untilWritten(): Promise<void> {
    try {
      await this.#lastWrite
    } catch (thrown) {
      throw toStorageError(thrown)
    }
  }

  /** Left to the garbage collector, the pieces would make it scan the whole heap once for every 20 MB received. */
  #free(pieces: readonly Uint8Array[]): void {
    if (!this.#ownsPieces) return
    for (const { buffer, length } of pieces) {
      if (buffer instanceof ArrayBuffer && buffer.byteLength === length) buffer.transfer(0)
    }
  }
}
