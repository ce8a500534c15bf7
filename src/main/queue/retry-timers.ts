/** When items are tried again: one timer for each item that waits for a moment. */
export class RetryTimers {
  readonly #timers = new Map<string, { readonly atMs: number; readonly timer: NodeJS.Timeout }>()

  /** The earliest of them, ms since 1970; null where none is set. */
  get nextMs(): number | null {
    let next: number | null = null
    for (const { atMs } of this.#timers.values()) next = Math.min(next ?? atMs, atMs)
    return next
  }

  /** @param atMs ms since 1970; a moment in the past fires soon */
  set(itemId: string, atMs: number, onTime: () => void): void {
    this.clear(itemId)
    const fire = () => {
      this.clear(itemId)
      onTime()
    }
    this.#timers.set(itemId, { atMs, timer: setTimeout(fire, Math.max(0, atMs - Date.now())) })
  }

  clear(itemId: string): void {
    clearTimeout(this.#timers.get(itemId)?.timer)
    this.#timers.delete(itemId)
  }

  clearAll(): void {
    for (const itemId of [...this.#timers.keys()]) this.clear(itemId)
  }
}
