/**
 * Memory for the bytes of many small files, cut from slabs that are used again: fresh memory for each would pile up until the
 * garbage collector runs. Who takes bounds how much is in use (queue/room.ts).
 */

/** As large as the largest small file, bytes. */
const slabBytes = 1024 * 1024
/** Unused slabs beyond this many are dropped. */
const keptAtMost = 20

interface Slab {
  readonly memory: Buffer
  /** From its beginning, bytes. */
  used: number
  /** Pieces that are not given back yet. */
  pieces: number
}

/** Bytes that are one file's until they are given back. */
export interface Piece {
  /** With the previous user's bytes still in it. */
  readonly bytes: Buffer
  /** Call it once, when nothing reads from `bytes` any more. */
  release(): void
}

export class SlabPool {
  readonly #free: Slab[] = []
  /** From which the next pieces are cut. */
  #current: Slab | null = null

  /** @param size bytes; a piece that is larger than a slab has memory of its own */
  take(size: number): Piece {
    const slab = this.#withRoom(size)
    const bytes = slab.memory.subarray(slab.used, slab.used + size)
    slab.used += size
    slab.pieces += 1
    return { bytes, release: () => this.#release(slab) }
  }

  #withRoom(size: number): Slab {
    if (this.#current !== null && this.#current.used + size <= this.#current.memory.length)
      return this.#current
    if (size > slabBytes) return newSlab(size)
    this.#current = this.#free.pop() ?? newSlab(slabBytes)
    return this.#current
  }

  #release(slab: Slab): void {
    slab.pieces -= 1
    if (slab.pieces > 0) return
    slab.used = 0
    const isShared = slab.memory.length === slabBytes && slab !== this.#current
    if (isShared && this.#free.length < keptAtMost) this.#free.push(slab)
  }
}

function newSlab(bytes: number): Slab {
  return { memory: Buffer.allocUnsafeSlow(bytes), used: 0, pieces: 0 }
}
