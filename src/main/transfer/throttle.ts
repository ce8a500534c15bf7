/** Shares a limit of bytes a second among all chunks that are being sent; a change of it holds at once. */

/** So much may go at once after a silence: longer, and the limit would not be felt as one. */
const burstMs = 100
/** Bytes asked for at a time under a limit: small, so that many streams take turns. */
export const throttledBytes = 16 * 1024

interface Waiter {
  readonly bytes: number
  readonly go: () => void
}

export class Throttle {
  #bytesPerSecond: number | null = null
  /** Bytes that may go now; below 0 when more went than was there. */
  #credit = 0
  #creditedMs = 0
  readonly #waiters = new Set<Waiter>()
  #timer: NodeJS.Timeout | undefined

  /** Whether there is a limit at all. */
  get isOpen(): boolean {
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
   * Fulfils when so many bytes may go, first come first served.
   * @throws the signal's reason
   */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#bytesPerSecond === null) return
    await new Promise<void>((resolve, reject) => {
      const waiter = { bytes, go: () => done(resolve) }
      const onAbort = () => done(() => reject(signal.reason))
      const done = (end: () => void) => {
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
      waiter.go()
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
