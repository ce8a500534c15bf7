/** Bytes that were handed to the network and that no server has acknowledged yet, of each file and in all. In memory only. */
import type { ChunkProgress } from '../pipeline/journey.ts'

export class Traffic {
  /** Item -> its unacknowledged bytes. */
  readonly #inFlight = new Map<string, number>()
  readonly #onAcknowledged: (itemId: string, bytes: number) => void
  #total = 0
  #sinceMs: number | null = null

  /** @param onAcknowledged called with the bytes of every chunk that a server has acknowledged */
  constructor(onAcknowledged: (itemId: string, bytes: number) => void) {
    this.#onAcknowledged = onAcknowledged
  }

  /** Bytes of an item that are not acknowledged yet. */
  of(itemId: string): number {
    return this.#inFlight.get(itemId) ?? 0
  }

  get total(): number {
    return this.#total
  }

  /** Since when nothing was acknowledged although bytes are in flight, ms since 1970; null when none are. */
  get silentSinceMs(): number | null {
    return this.#sinceMs
  }

  onChunk(itemId: string, { sent, acknowledged }: ChunkProgress): void {
    if (sent > 0) {
      this.#add(itemId, sent)
      this.#sinceMs ??= Date.now()
    }
    if (acknowledged === 0) return
    this.#add(itemId, -Math.min(acknowledged, this.of(itemId)))
    this.#sinceMs = this.#total > 0 ? Date.now() : null
    this.#onAcknowledged(itemId, acknowledged)
  }

  /** Nothing of an item is in flight any more, acknowledged or not. */
  onEnd(itemId: string): void {
    this.#add(itemId, -this.of(itemId))
    this.#inFlight.delete(itemId)
    if (this.#total === 0) this.#sinceMs = null
  }

  #add(itemId: string, bytes: number): void {
    this.#inFlight.set(itemId, this.of(itemId) + bytes)
    this.#total += bytes
  }
}
