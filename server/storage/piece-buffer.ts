/**
 * Bytes that wait to be written, in the pieces in which they arrived. Each piece takes some hundred bytes of memory besides
 * its own, and a client may send single bytes: tiny pieces are copied together.
 */

/** Pieces up to this size are copied, bytes. */
const tinyBytes = 1024
const blockBytes = 16 * 1024

export class PieceBuffer {
  #pieces: Uint8Array[] = []
  #length = 0
  /** The unused rest of the block that tiny pieces are copied into. */
  #room = new Uint8Array()

  /** Bytes. */
  get length(): number {
    return this.#length
  }

  add(piece: Uint8Array): void {
    this.#length += piece.length
    if (piece.length > tinyBytes) this.#pieces.push(piece)
    else this.#addCopy(piece)
  }

  /** Removes and returns all pieces. */
  drain(): Uint8Array[] {
    this.#length = 0
    return this.#pieces.splice(0)
  }

  /** Removes and returns all pieces but the last; none when there is only one. */
  drainAllButLast(): Uint8Array[] {
    const drained = this.#pieces.splice(0, this.#pieces.length - 1)
    this.#length = this.#pieces[0]?.length ?? 0
    return drained
  }

  #addCopy(piece: Uint8Array): void {
    if (this.#room.length < piece.length) this.#room = new Uint8Array(blockBytes)
    const copy = this.#room.subarray(0, piece.length)
    copy.set(piece)
    this.#room = this.#room.subarray(piece.length)
    const last = this.#pieces.at(-1)
    if (last?.buffer !== copy.buffer || last.byteOffset + last.length !== copy.byteOffset) {
      this.#pieces.push(copy)
      return
    }
    this.#pieces.splice(-1, 1, new Uint8Array(last.buffer, last.byteOffset, last.length + copy.length))
  }
}
