/** The order of the queue: files that were moved to the top by their rank, then batch after batch, each file in the order it was queued. */
import type { UploadItem } from '../../shared/upload.ts'

export class QueueOrder {
  /** Item -> rank, of those moved to the top. */
  readonly #ranks = new Map<string, number>()
  /** The same items in their order; it may name some that have left since it was sorted. */
  #sorted: string[] = []
  #first = 0
  #isSorted = true
  readonly #byBatch = new Map<string, Set<string>>()

  /** Adds a queued item; one that is there already keeps its position unless its rank changed. */
  add({ id, batchId, rank }: UploadItem): void {
    if (rank === 0) return void this.#queueOf(batchId).add(id)
    if (this.#ranks.get(id) === rank) return
    this.#byBatch.get(batchId)?.delete(id)
    this.#ranks.set(id, rank)
    this.#isSorted = false
  }

  remove({ id, batchId }: UploadItem): void {
    this.#ranks.delete(id)
    const queue = this.#byBatch.get(batchId)
    if (queue?.delete(id) && queue.size === 0) this.#byBatch.delete(batchId)
  }

  /** Ids of all queued items, the next one first. @param batchIds the batches in their order */
  *ids(batchIds: Iterable<string>): Generator<string> {
    this.#sort()
    for (let index = this.#first; index < this.#sorted.length; index++) {
      const id = this.#sorted[index]
      if (id !== undefined && this.#ranks.has(id)) yield id
    }
    if (this.#byBatch.size === 0) return
    for (const batchId of batchIds) yield* this.#byBatch.get(batchId) ?? []
  }

  #queueOf(batchId: string): Set<string> {
    const queue = this.#byBatch.get(batchId) ?? new Set<string>()
    this.#byBatch.set(batchId, queue)
    return queue
  }

  /** Items that left from the front are skipped once, not at every call. */
  #sort(): void {
    if (!this.#isSorted) {
      this.#sorted = [...this.#ranks].sort(([, a], [, b]) => a - b).map(([id]) => id)
      this.#first = 0
      this.#isSorted = true
    }
    while (this.#first < this.#sorted.length && !this.#ranks.has(this.#sorted[this.#first] ?? ''))
      this.#first++
  }
}
