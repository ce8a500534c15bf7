/** One timer per item that waits for a moment. */
export class Alarms {
  readonly #timers = new Map<string, NodeJS.Timeout>()

  /** @param atMs ms since 1970; a moment that has passed rings soon */
  set(itemId: string, atMs: number, ring: () => void): void {
    this.clear(itemId)
    const timer = setTimeout(
      () => {
        this.#timers.delete(itemId)
        ring()
      },
      Math.max(0, atMs - Date.now()),
    )
    this.#timers.set(itemId, timer)
  }

  clear(itemId: string): void {
    clearTimeout(this.#timers.get(itemId))
    this.#timers.delete(itemId)
  }

  clearAll(): void {
    for (const itemId of [...this.#timers.keys()]) this.clear(itemId)
  }
}
