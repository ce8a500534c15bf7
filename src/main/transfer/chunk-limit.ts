/** How large a chunk may be on the way to one server, learned from those that did not get through. */
import { leastChunkBytes } from '../../shared/protocol/wire.ts'

/** A line that was too slow for large chunks is tried with them again after this. */
const slowForMs = 10 * 60 * 1000

export class ChunkLimit {
  readonly #onLearned: (bytes: number) => void
  #refusedBytes: number
  #slowBytes = Number.POSITIVE_INFINITY
  /** As `performance.now` counts. */
  #slowUntilMs = 0

  /**
   * @param bytes what was learned before; null for nothing
   * @param onLearned called with each new limit that a proxy sets, bytes
   */
  constructor(bytes: number | null = null, onLearned: (bytes: number) => void = () => undefined) {
    this.#refusedBytes = bytes ?? Number.POSITIVE_INFINITY
    this.#onLearned = onLearned
  }

  /** The largest chunk to ask the server for, bytes; null where none is known to be too large. */
  get bytes(): number | null {
    const slowBytes = performance.now() < this.#slowUntilMs ? this.#slowBytes : Number.POSITIVE_INFINITY
    const bytes = Math.min(this.#refusedBytes, slowBytes)
    return bytes === Number.POSITIVE_INFINITY ? null : bytes
  }

  /**
   * A chunk was refused for its size. Files that meet this at the same time halve the size once, not once each.
   * @returns whether a smaller one can be tried
   */
  onRefused(chunkBytes: number): boolean {
    if (chunkBytes <= leastChunkBytes) return false
    const bytes = halfOf(chunkBytes)
    if (bytes < this.#refusedBytes) {
      this.#refusedBytes = bytes
      this.#onLearned(bytes)
    }
    return true
  }

  /** A chunk did not arrive in time: for some minutes smaller ones are asked for. */
  onTimedOut(chunkBytes: number): void {
    this.#slowBytes = Math.min(halfOf(chunkBytes), this.bytes ?? Number.POSITIVE_INFINITY)
    this.#slowUntilMs = performance.now() + slowForMs
  }
}

function halfOf(chunkBytes: number): number {
  return Math.max(leastChunkBytes, Math.floor(chunkBytes / 2))
}
