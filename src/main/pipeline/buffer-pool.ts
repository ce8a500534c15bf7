/** Reuses memory for chunks: fresh megabytes for every chunk would pile up until the garbage collector runs. */

/** Free buffers beyond this many are dropped. */
const keptAtMost = 16
/** Sizes are rounded up to powers of two from here on, so that files of nearly one size share buffers. */
const smallestBytes = 64 * 1024

/** Hands out buffers. Give one back once nothing reads from it any more. */
export class BufferPool {
  readonly #free: Buffer[] = []

  /** @returns a buffer of at least `size` bytes, with the previous user's bytes still in it */
  take(size: number): Buffer {
    const index = this.#free.findIndex((buffer) => buffer.length >= size)
    const [found] = index < 0 ? [] : this.#free.splice(index, 1)
    return found ?? Buffer.allocUnsafeSlow(roundedUp(size))
  }

  giveBack(buffer: Buffer): void {
    this.#free.push(buffer)
    // Smallest first: a small file does not take a large chunk's memory.
    this.#free.sort((a, b) => a.length - b.length)
    if (this.#free.length > keptAtMost) this.#free.shift()
  }
}

function roundedUp(size: number): number {
  return Math.max(smallestBytes, 2 ** Math.ceil(Math.log2(Math.max(1, size))))
}
