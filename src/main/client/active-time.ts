/** Measures how long each batch is being worked on; pauses do not count. */
import type { ItemList } from '../queue/item-list.ts'

interface Span {
  /** Up to when time was added to the batch; ms since 1970. */
  sinceMs: number
  lastMs: number
}

/** A crash loses at most this much of the time. */
const savedEveryMs = 5_000

export class ActiveTime {
  readonly #list: ItemList
  readonly #spans = new Map<string, Span>()

  constructor(list: ItemList) {
    this.#list = list
  }

  /** An item of a batch changed. @param nowMs ms since 1970 */
  onChange(batchId: string, nowMs: number): void {
    const span = this.#spans.get(batchId)
    if (span) span.lastMs = nowMs
    else if (this.#isActive(batchId)) this.#spans.set(batchId, { sinceMs: nowMs, lastMs: nowMs })
  }

  /** Adds the time of spans that ended, and every few seconds that of those in progress. */
  update(nowMs: number): void {
    for (const [batchId, span] of this.#spans) {
      if (!this.#isActive(batchId)) this.#end(batchId, span)
      else if (nowMs - span.sinceMs >= savedEveryMs) {
        this.#add(batchId, nowMs - span.sinceMs)
        span.sinceMs = nowMs
        span.lastMs = nowMs
      }
    }
  }

  stop(nowMs: number): void {
    this.update(nowMs)
    for (const [batchId, span] of this.#spans) this.#end(batchId, span)
  }

  #end(batchId: string, { sinceMs, lastMs }: Span): void {
    this.#spans.delete(batchId)
    this.#add(batchId, lastMs - sinceMs)
  }

  #add(batchId: string, ms: number): void {
    const activeMs = this.#list.batch(batchId)?.activeMs ?? 0
    this.#list.changeBatch(batchId, { activeMs: activeMs + ms })
  }

  #isActive(batchId: string): boolean {
    return (this.#list.batchRemaining(batchId)?.activeFiles ?? 0) > 0
  }
}
