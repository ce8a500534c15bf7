/** How long files have waited for something on this machine, such as room for a copy or the end of their writing. */
import type { AwakeClock } from './awake-clock.ts'

export class LocalWaits {
  readonly #clock: Pick<AwakeClock, 'nowMs'>
  readonly #patienceMs: number
  /** Item -> when its wait began, ms awake. */
  readonly #since = new Map<string, number>()

  /** @param patienceMs how long each file is waited for, ms awake; Infinity for as long as it takes */
  constructor(clock: Pick<AwakeClock, 'nowMs'>, patienceMs: number) {
    this.#clock = clock
    this.#patienceMs = patienceMs
  }

  /** The file has to wait, perhaps again. @returns how much longer at most, ms */
  leftMs(itemId: string): number {
    const sinceMs = this.#since.get(itemId) ?? this.#clock.nowMs
    this.#since.set(itemId, sinceMs)
    return Math.max(0, sinceMs + this.#patienceMs - this.#clock.nowMs)
  }

  /** The file came further, or is not to be sent any more. */
  end(itemId: string): void {
    this.#since.delete(itemId)
  }
}
