/** Measures how long batches are worked on; pauses do not count. */
import type { ItemList } from '../queue/item-list.ts'

interface Stretch {
  /** From where nothing was written down yet; ms since 1970. */
  sinceMs: number
  lastMs: number
}

/** A crash loses at most this much of the time. */
const writtenEveryMs = 5_000

export class WorkClock {
  readonly #list: ItemList
  readonly #stretches = new Map<string, Stretch>()

  constructor(list: ItemList) {
    this.#list = list
  }

  /** Something of a batch changed. @param nowMs ms since 1970 */
  note(batchId: string, nowMs: number): void {
    const stretch = this.#stretches.get(batchId)
    if (stretch) stretch.lastMs = nowMs
    else if (this.#isActive(batchId)) this.#stretches.set(batchId, { sinceMs: nowMs, lastMs: nowMs })
  }

  /** Writes down what came to an end, and now and then what goes on. */
  look(nowMs: number): void {
    for (const [batchId, stretch] of this.#stretches) {
      if (!this.#isActive(batchId)) this.#end(batchId, stretch)
      else if (nowMs - stretch.sinceMs >= writtenEveryMs) {
        this.#add(batchId, nowMs - stretch.sinceMs)
        stretch.sinceMs = nowMs
        stretch.lastMs = nowMs
      }
    }
  }

  stop(nowMs: number): void {
    this.look(nowMs)
    for (const [batchId, stretch] of this.#stretches) this.#end(batchId, stretch)
  }

  #end(batchId: string, { sinceMs, lastMs }: Stretch): void {
    this.#stretches.delete(batchId)
    this.#add(batchId, lastMs - sinceMs)
  }

  #add(batchId: string, ms: number): void {
    const activeMs = this.#list.batch(batchId)?.activeMs ?? 0
    this.#list.changeBatch(batchId, { activeMs: activeMs + ms })
  }

  #isActive(batchId: string): boolean {
    return (this.#list.batchOutlook(batchId)?.activeFiles ?? 0) > 0
  }
}
