/** The limits on chunks for all servers: one for each address, remembered across restarts. */
import type { ChunkLimitStore } from '../journal/chunk-limit-store.ts'
import { ChunkLimit } from '../transfer/chunk-limit.ts'

export class ChunkLimits {
  readonly #store: ChunkLimitStore
  readonly #onProblem: (thrown: unknown) => void
  readonly #limits = new Map<string, ChunkLimit>()

  constructor(store: ChunkLimitStore, onProblem: (thrown: unknown) => void) {
    this.#store = store
    this.#onProblem = onProblem
  }

  /** @param url address of the server */
  of(url: string): ChunkLimit {
    const known = this.#limits.get(url)
    if (known) return known
    const limit = new ChunkLimit(this.#store.get(url), (bytes) => this.#keep(url, bytes))
    this.#limits.set(url, limit)
    return limit
  }

  /** A disk that is full only means that the next start learns it again. */
  #keep(url: string, bytes: number): void {
    try {
      this.#store.keep(url, bytes)
    } catch (thrown) {
      this.#onProblem(thrown)
    }
  }
}
