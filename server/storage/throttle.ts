/**
 * Slows the reading of stored files down to so many bytes per second, and stops it. Its state is in shared memory, so that
 * it can be changed while a worker thread reads.
 */
import { setTimeout as pause } from 'node:timers/promises'

/** Reading was stopped with `Throttle.stop`. */
export class ReadingStopped extends Error {
  override readonly name = 'ReadingStopped'
}

/** In KB per second, so that every rate fits into 32 bits. */
const unitBytes = 1024
const stopped = -1
const unlimited = 0
/** A pause is cut into pieces, so that a new rate and a stop soon have effect, ms. */
const longestPauseMs = 250

export class Throttle {
  /** Can be sent to a worker thread: a throttle that is made of it there has the same rate. */
  readonly shared: SharedArrayBuffer
  readonly #state: Int32Array

  constructor(shared = new SharedArrayBuffer(4)) {
    this.shared = shared
    this.#state = new Int32Array(shared)
  }

  /** @param bytesPerSecond infinite for no limit; at least 1 KB */
  setRate(bytesPerSecond: number): void {
    if (this.isStopped) return
    const units = Number.isFinite(bytesPerSecond) ? Math.floor(bytesPerSecond / unitBytes) : unlimited
    Atomics.store(this.#state, 0, units === unlimited && Number.isFinite(bytesPerSecond) ? 1 : units)
  }

  /** For good: whoever waits, and whoever waits from now on, gets ReadingStopped. */
  stop(): void {
    Atomics.store(this.#state, 0, stopped)
  }

  get isStopped(): boolean {
    return Atomics.load(this.#state, 0) === stopped
  }

  /**
   * Waits as long as so many bytes may take.
   * @param bytes that were just read
   * @throws ReadingStopped
   */
  async after(bytes: number): Promise<void> {
    const sinceMs = performance.now()
    while (true) {
      const units = Atomics.load(this.#state, 0)
      if (units === stopped) throw new ReadingStopped('reading was stopped')
      if (units === unlimited) return
      const leftMs = (bytes / (units * unitBytes)) * 1000 - (performance.now() - sinceMs)
      if (leftMs <= 0) return
      await pause(Math.min(leftMs, longestPauseMs))
    }
  }
}
