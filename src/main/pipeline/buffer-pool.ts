/**
 * Reuses memory for chunks, which is shared with the threads that hash them: fresh megabytes for every chunk would pile up
 * until the garbage collector runs. Its total has a bound, whatever size of chunks servers ask for and however many are to be
 * sent at once.
 */

/** Buffers in use and free ones together, bytes; a larger one is handed out alone. */
const mostBytes = 64 * 1024 * 1024
/** Free buffers beyond this many are dropped. */
const keptAtMost = 16
/** Sizes are rounded up to powers of two from here on, so that files of nearly one size share buffers. */
const smallestBytes = 64 * 1024

interface Waiter {
  readonly size: number
  readonly resolve: (buffer: Buffer) => void
}

/** Hands out buffers. Give one back once nothing reads from it any more. */
export class BufferPool {
  readonly #free: Buffer[] = []
  /** First come, first served. */
  readonly #waiters = new Set<Waiter>()
  #usedBytes = 0

  /**
   * Fulfils when there is room for it.
   * @returns a buffer of at least `size` bytes, with the previous user's bytes still in it
   * @throws the signal's reason
   */
  async take(size: number, signal: AbortSignal): Promise<Buffer> {
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const waiter = {
        size,
        resolve: (buffer: Buffer) => {
          signal.removeEventListener('abort', onAbort)
          resolve(buffer)
        },
      }
      const onAbort = () => {
        this.#waiters.delete(waiter)
        reject(signal.reason)
        this.#serve()
      }
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiters.add(waiter)
      this.#serve()
    })
  }

  giveBack(buffer: Buffer): void {
    this.#usedBytes -= buffer.length
    this.#free.push(buffer)
    // Smallest first: a small file does not take a large chunk's memory.
    this.#free.sort((a, b) => a.length - b.length)
    this.#dropFree()
    this.#serve()
  }

  #serve(): void {
    for (const waiter of this.#waiters) {
      const index = this.#free.findIndex((buffer) => buffer.length >= waiter.size)
      const bytes = this.#free[index]?.length ?? roundedUp(waiter.size)
      if (this.#usedBytes > 0 && this.#usedBytes + bytes > mostBytes) return
      const [found] = index < 0 ? [] : this.#free.splice(index, 1)
      this.#waiters.delete(waiter)
      this.#usedBytes += bytes
      if (!found) this.#dropFree()
      waiter.resolve(found ?? Buffer.from(new SharedArrayBuffer(bytes)))
    }
  }

  /** Drops the free buffers for which there is no room beside those in use, the smallest first. */
  #dropFree(): void {
    const freeBytes = () => this.#free.reduce((sum, { length }) => sum + length, 0)
    while (
      this.#free.length > keptAtMost ||
      (this.#free.length > 0 && this.#usedBytes + freeBytes() > mostBytes)
    ) {
      this.#free.shift()
    }
  }
}

function roundedUp(size: number): number {
  return Math.max(smallestBytes, 2 ** Math.ceil(Math.log2(Math.max(1, size))))
}
