/** Writes one chunk's bytes at their offset of a partial file, few large writes in the place of many small ones. */
import type { FileHandle } from 'node:fs/promises'
import { Gathered } from '../piece-buffer.ts'
import type { ChunkPlace, ChunkWriter } from '../store.ts'
import { coded, toStorageError } from './errors.ts'
import type { DiskFiles } from './file-operations.ts'
import { openPartial } from './open-files.ts'

/** Bytes gathered before a write; with the write under way at most twice this is held per chunk. */
const gatherBytes = 512 * 1024

export class DiskChunkWriter implements ChunkWriter {
  readonly #handle: FileHandle
  readonly #endsFile: boolean
  readonly #ownsPieces: boolean
  readonly #gathered = new Gathered()
  #position: number
  #underWay: Promise<void> = Promise.resolve()

  /** @param handle closed by `finish` and `abandon` */
  constructor(handle: FileHandle, place: ChunkPlace) {
    this.#handle = handle
    this.#position = place.position
    this.#endsFile = place.endsFile
    this.#ownsPieces = place.ownsPieces ?? false
  }

  /** @param path absolute path of the partial, which is made when it is not there */
  static async open(files: DiskFiles, path: string, place: ChunkPlace): Promise<DiskChunkWriter> {
    return new DiskChunkWriter(await openPartial(files, path, place.chunkIndex === 0), place)
  }

  write(piece: Uint8Array): Promise<void> | undefined {
    this.#gathered.add(piece)
    return this.#gathered.length < gatherBytes ? undefined : this.#flush()
  }

  async finish(): Promise<void> {
    await this.#flush()
    await this.#settled()
    await coded(async () => {
      if (this.#endsFile) await this.#handle.truncate(this.#position)
      // Disks of other machines may say only now that they are full.
      await this.#handle.close()
    })
  }

  async abandon(): Promise<void> {
    // The chunk's turn ends only when no write of it can land any more.
    await this.#underWay.catch(() => undefined)
    await this.#handle.close().catch(() => undefined)
  }

  /** Waits for the write before, then starts the next and lets more bytes be gathered meanwhile. */
  async #flush(): Promise<void> {
    await this.#settled()
    const { length } = this.#gathered
    if (length === 0) return
    const pieces = this.#gathered.take()
    this.#underWay = this.#writeAll(pieces, length, this.#position).then(() => this.#letGo(pieces))
    // Awaited by the next call; until then a failure must not count as unhandled.
    this.#underWay.catch(() => undefined)
    this.#position += length
  }

  async #settled(): Promise<void> {
    try {
      await this.#underWay
    } catch (thrown) {
      throw toStorageError(thrown)
    }
  }

  async #writeAll(pieces: readonly Uint8Array[], length: number, position: number): Promise<void> {
    const { bytesWritten } = await this.#handle.writev(pieces, position)
    // A disk that is nearly full takes a part; writing the rest brings out the reason.
    let done = bytesWritten
    if (done === length) return
    const rest = Buffer.concat(pieces).subarray(done)
    while (done < length) {
      const { bytesWritten: more } = await this.#handle.write(
        rest,
        done - bytesWritten,
        length - done,
        position + done,
      )
      done += more
    }
  }

  /** Left to the garbage collector, they would have it go through the whole heap once for every 20 MB that come in. */
  #letGo(pieces: readonly Uint8Array[]): void {
    if (!this.#ownsPieces) return
    for (const { buffer, length } of pieces) {
      if (buffer instanceof ArrayBuffer && buffer.byteLength === length) buffer.transfer(0)
    }
  }
}
