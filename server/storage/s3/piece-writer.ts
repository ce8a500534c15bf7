/**
 * Writes a chunk of unknown length; object storage needs the length beforehand. The bytes are gathered in memory, as many as
 * there is room for, and sent as pieces, each an object of its own. A chunk that fits into one piece goes straight to its
 * target.
 */
import { PieceBuffer } from '../piece-buffer.ts'
import type { ChunkWriter } from '../store.ts'
import { toStorageError } from './errors.ts'
import type { S3Target } from './stream-writer.ts'

/** Of a piece, bytes. */
const maxPieceBytes = 8 * 1024 * 1024
/** What every writer may hold, bytes; more only while there is room. */
const ownBytes = 256 * 1024
const stepBytes = 1024 * 1024
/** What all writers together may hold beyond their own, bytes. */
const roomBytes = 64 * 1024 * 1024

/** Memory that writers share, in steps. A writer that gets no more sends what it has: nobody waits for a slow client. */
export class PieceRoom {
  #left = roomBytes

  /** @returns false when there is no room for one more step */
  reserveStep(): boolean {
    if (this.#left < stepBytes) return false
    this.#left -= stepBytes
    return true
  }

  release(steps: number): void {
    this.#left += steps * stepBytes
  }
}

interface PieceOptions {
  readonly room: PieceRoom
  /** Where the whole chunk belongs. */
  readonly target: S3Target
  /** Stores a part of the chunk. @param offset in the chunk, bytes */
  putPiece(offset: number, bytes: Uint8Array): Promise<void>
  /** Where in the chunk the bytes begin. */
  readonly offset: number
  /** Bytes of the whole chunk; undefined when any count makes it whole. */
  readonly wholeLength: number | undefined
}

export class S3PieceWriter implements ChunkWriter {
  readonly #options: PieceOptions
  readonly #buffer = new PieceBuffer()
  #offset: number
  #steps = 0

  constructor(options: PieceOptions) {
    this.#options = options
    this.#offset = options.offset
  }

  write(piece: Uint8Array): Promise<void> | undefined {
    const isFull = !this.#hasRoomFor(piece.length)
    const flushed = isFull ? this.#flush() : undefined
    this.#buffer.add(piece)
    return flushed
  }

  async finish(): Promise<void> {
    const { offset, wholeLength, target } = this.#options
    const isWhole =
      this.#offset === 0 && offset === 0 && this.#buffer.length === (wholeLength ?? this.#buffer.length)
    if (!isWhole) return this.#flush()
    try {
      await target.putBytes(Buffer.concat(this.#buffer.drain()))
    } catch (thrown) {
      throw toStorageError(thrown)
    } finally {
      this.#drop()
    }
  }

  async abandon(): Promise<void> {
    this.#drop()
  }

  #hasRoomFor(bytes: number): boolean {
    const wanted = this.#buffer.length + bytes
    if (wanted > maxPieceBytes) return false
    while (ownBytes + this.#steps * stepBytes < wanted) {
      if (!this.#options.room.reserveStep()) return false
      this.#steps += 1
    }
    return true
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#buffer.drain())
    const offset = this.#offset
    const steps = this.#steps
    this.#offset += bytes.length
    this.#steps = 0
    try {
      if (bytes.length > 0) await this.#options.putPiece(offset, bytes)
    } catch (thrown) {
      throw toStorageError(thrown)
    } finally {
      this.#options.room.release(steps)
    }
  }

  #drop(): void {
    this.#buffer.drain()
    this.#options.room.release(this.#steps)
    this.#steps = 0
  }
}
