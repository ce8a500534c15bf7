/**
 * Bytes that wait to be written, in the pieces in which they came: pure. A client may send them one by one, and each
 * piece takes some hundred bytes of memory besides its own: tiny ones are copied together.
 */

/** Up to this a piece is copied, bytes. */
const tinyBytes = 1024
const blockBytes = 16 * 1024

export class Gathered {
  #pieces: Uint8Array[] = []
  #length = 0
  /** Where tiny pieces go. */
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

  /** All of it, which is not held any more. */
  take(): Uint8Array[] {
    this.#length = 0
    return this.#pieces.splice(0)
  }

  /** All but some bytes at the end, which stay; none when it is all one piece. */
  takeAllButLast(): Uint8Array[] {
    const taken = this.#pieces.splice(0, this.#pieces.length - 1)
    this.#length = this.#pieces[0]?.length ?? 0
    return taken
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
