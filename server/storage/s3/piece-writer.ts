/**
 * Writes bytes of a chunk when nobody knows how many will come: object storage wants that told beforehand. They are
 * gathered in memory, as many as there is room for, and go out as pieces, each an object of its own; a chunk that comes
 * whole in one piece goes straight to its target.
 */
import { Gathered } from '../piece-buffer.ts'
import type { ChunkWriter } from '../store.ts'
import { toS3Error } from './errors.ts'
import type { S3Target } from './stream-writer.ts'

/** A piece is not larger, bytes. */
const maxPieceBytes = 8 * 1024 * 1024
/** What every writer may hold, bytes; more only as long as there is room. */
const ownBytes = 256 * 1024
const stepBytes = 1024 * 1024
/** Of all writers together beyond their own, bytes. */
const roomBytes = 64 * 1024 * 1024

/** Memory that writers share. Who gets no more sends what he has: nobody waits for a client that is slow. */
export class PieceRoom {
  #left = roomBytes

  take(): boolean {
    if (this.#left < stepBytes) return false
    this.#left -= stepBytes
    return true
  }

  give(steps: number): void {
    this.#left += steps * stepBytes
  }
}

export interface PieceOptions {
  readonly room: PieceRoom
  /** Where the whole chunk belongs. */
  readonly target: S3Target
  /** Keeps a part of the chunk. @param offset in the chunk, bytes */
  putPiece(offset: number, bytes: Uint8Array): Promise<void>
  /** Where in the chunk the bytes begin. */
  readonly offset: number
  /** With so many the chunk is whole; undefined: with any, when they have ended. */
  readonly wholeLength: number | undefined
}

export class S3PieceWriter implements ChunkWriter {
  readonly #options: PieceOptions
  readonly #held = new Gathered()
  #offset: number
  #steps = 0

  constructor(options: PieceOptions) {
    this.#options = options
    this.#offset = options.offset
  }

  write(piece: Uint8Array): Promise<void> | undefined {
    const isFull = !this.#hasRoomFor(piece.length)
    const flushed = isFull ? this.#flush() : undefined
    this.#held.add(piece)
    return flushed
  }

  async finish(): Promise<void> {
    const { offset, wholeLength, target } = this.#options
    const isWhole =
      this.#offset === 0 && offset === 0 && this.#held.length === (wholeLength ?? this.#held.length)
    if (!isWhole) return this.#flush()
    try {
      await target.putBytes(Buffer.concat(this.#held.take()))
    } catch (thrown) {
      throw toS3Error(thrown)
    } finally {
      this.#letGo()
    }
  }

  async abandon(): Promise<void> {
    this.#letGo()
  }

  #hasRoomFor(bytes: number): boolean {
    const wanted = this.#held.length + bytes
    if (wanted > maxPieceBytes) return false
    while (ownBytes + this.#steps * stepBytes < wanted) {
      if (!this.#options.room.take()) return false
      this.#steps += 1
    }
    return true
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#held.take())
    const offset = this.#offset
    const steps = this.#steps
    this.#offset += bytes.length
    this.#steps = 0
    try {
      if (bytes.length > 0) await this.#options.putPiece(offset, bytes)
    } catch (thrown) {
      throw toS3Error(thrown)
    } finally {
      this.#options.room.give(steps)
    }
  }

  #letGo(): void {
    this.#held.take()
    this.#options.room.give(this.#steps)
    this.#steps = 0
  }
}
