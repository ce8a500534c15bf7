/** Who is next: files that were moved to the top by their rank, then batch after batch, each in the order it was queued. */
import type { UploadItem } from '../../shared/upload.ts'

export class QueueLine {
  /** Item -> rank, of those moved to the top. */
  readonly #raised = new Map<string, number>()
  /** Those again, in their order; may name some that have left meanwhile, until it is sorted again. */
  #sorted: string[] = []
  #first = 0
  #isSorted = true
  readonly #byBatch = new Map<string, Set<string>>()

  /** Takes a queued item in; one that is in already keeps its place unless its rank changed. */
  enter({ id, batchId, rank }: UploadItem): void {
    if (rank === 0) return void this.#lineOf(batchId).add(id)
    if (this.#raised.get(id) === rank) return
    this.#byBatch.get(batchId)?.delete(id)
    this.#raised.set(id, rank)
    this.#isSorted = false
  }

  leave({ id, batchId }: UploadItem): void {
    this.#raised.delete(id)
    const line = this.#byBatch.get(batchId)
    if (line?.delete(id) && line.size === 0) this.#byBatch.delete(batchId)
  }

  /** Ids of all who wait, first come first. @param batchIds the batches in their order */
  *inOrder(batchIds: Iterable<string>): Generator<string> {
    this.#sort()
    for (let index = this.#first; index < this.#sorted.length; index++) {
      const id = this.#sorted[index]
      if (id !== undefined && this.#raised.has(id)) yield id
    }
    if (this.#byBatch.size === 0) return
    for (const batchId of batchIds) yield* this.#byBatch.get(batchId) ?? []
  }

  #lineOf(batchId: string): Set<string> {
    const line = this.#byBatch.get(batchId) ?? new Set<string>()
    this.#byBatch.set(batchId, line)
    return line
  }

  /** Whoever left from the front is passed over once, not at every question. */
  #sort(): void {
    if (!this.#isSorted) {
      this.#sorted = [...this.#raised].sort(([, a], [, b]) => a - b).map(([id]) => id)
      this.#first = 0
      this.#isSorted = true
    }
    while (this.#first < this.#sorted.length && !this.#raised.has(this.#sorted[this.#first] ?? ''))
      this.#first++
  }
}
