/** One timer per item that waits for a moment. */
export class Alarms {
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #moments = new Map<string, number>()

  /** When the first of them rings, ms since 1970; null where none is set. */
  get nextMs(): number | null {
    let first: number | null = null
    for (const atMs of this.#moments.values()) first = Math.min(first ?? atMs, atMs)
    return first
  }

  /** @param atMs ms since 1970; a moment that has passed rings soon */
  set(itemId: string, atMs: number, ring: () => void): void {
    this.clear(itemId)
    const timer = setTimeout(
      () => {
        this.clear(itemId)
        ring()
      },
      Math.max(0, atMs - Date.now()),
    )
    this.#timers.set(itemId, timer)
    this.#moments.set(itemId, atMs)
  }

  clear(itemId: string): void {
    clearTimeout(this.#timers.get(itemId))
    this.#timers.delete(itemId)
    this.#moments.delete(itemId)
  }

  clearAll(): void {
    for (const itemId of [...this.#timers.keys()]) this.clear(itemId)
  }
}
