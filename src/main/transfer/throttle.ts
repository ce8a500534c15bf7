/** Shares a limit of bytes per second among all chunks that are being sent. A new limit applies at once. */

/** After a pause, this much may go at once. Any longer, and the limit would not be felt as one. */
const burstMs = 100
/** Bytes to acquire at a time under a limit: few, so that many streams take turns. */
export const throttledBytes = 16 * 1024

interface Waiter {
  readonly bytes: number
  readonly resolve: () => void
}

export class Throttle {
  #bytesPerSecond: number | null = null
  /** Bytes that may go now; below 0 after more went than was there. */
  #credit = 0
  #creditedMs = 0
  readonly #waiters = new Set<Waiter>()
  #timer: NodeJS.Timeout | undefined

  get isUnlimited(): boolean {
    return this.#bytesPerSecond === null
  }

  /** @param bytesPerSecond null for no limit */
  set(bytesPerSecond: number | null): void {
    this.#earn(performance.now())
    this.#bytesPerSecond = bytesPerSecond
    this.#credit = Math.min(this.#credit, 0)
    this.#drain()
  }

  /**
   * Fulfils when that many bytes may go, first come first served.
   * @throws the signal's reason
   */
  async acquire(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#bytesPerSecond === null) return
    await new Promise<void>((resolve, reject) => {
      const waiter = { bytes, resolve: () => finish(resolve) }
      const onAbort = () => finish(() => reject(signal.reason))
      const finish = (end: () => void) => {
        signal.removeEventListener('abort', onAbort)
        this.#waiters.delete(waiter)
        end()
      }
      signal.addEventListener('abort', onAbort)
      this.#waiters.add(waiter)
      this.#drain()
    })
  }

  #drain(): void {
    clearTimeout(this.#timer)
    this.#earn(performance.now())
    for (const waiter of this.#waiters) {
      if (this.#bytesPerSecond !== null) {
        if (this.#credit < 0) break
        this.#credit -= waiter.bytes
      }
      waiter.resolve()
    }
    if (this.#waiters.size === 0 || this.#bytesPerSecond === null) return
    const waitMs = Math.max(1, Math.ceil((-this.#credit * 1000) / this.#bytesPerSecond))
    this.#timer = setTimeout(() => this.#drain(), waitMs)
  }

  #earn(nowMs: number): void {
    const rate = this.#bytesPerSecond ?? 0
    const earned = (rate * (nowMs - this.#creditedMs)) / 1000
    this.#credit = Math.min(this.#credit + earned, (rate * burstMs) / 1000)
    this.#creditedMs = nowMs
  }
}
