/** What one subscriber of the feed has not been told yet: ids only, so that a row that changes often is told once. */

/** What is told in one event. */
export interface News {
  /** True the first time: whatever the subscriber knew is to be forgotten. */
  readonly reset: boolean
  readonly itemIds: readonly string[]
  readonly removedItemIds: readonly string[]
  readonly batchIds: readonly string[]
  readonly removedBatchIds: readonly string[]
  /** Whether items are left for the next event. */
  readonly more: boolean
}

export class Backlog {
  readonly #items: Set<string>
  readonly #batches: Set<string>
  readonly #removedItems = new Set<string>()
  readonly #removedBatches = new Set<string>()
  #reset = true
  /** Whether something of the overview changed. */
  #overview = true

  /** Everything is news to a new subscriber. */
  constructor(itemIds: Iterable<string>, batchIds: Iterable<string>) {
    this.#items = new Set(itemIds)
    this.#batches = new Set(batchIds)
  }

  /** Whether rows are left to be told. */
  get hasItems(): boolean {
    return this.#items.size > 0
  }

  noteOverview(): void {
    this.#overview = true
  }

  noteItem(itemId: string): void {
    // One that was taken off the list and brought back at once is there.
    this.#removedItems.delete(itemId)
    this.#items.add(itemId)
  }

  noteItemRemoved(itemId: string): void {
    this.#items.delete(itemId)
    this.#removedItems.add(itemId)
  }

  noteBatch(batchId: string): void {
    this.#removedBatches.delete(batchId)
    this.#batches.add(batchId)
  }

  noteBatchRemoved(batchId: string): void {
    this.#batches.delete(batchId)
    this.#removedBatches.add(batchId)
  }

  /** Takes what is to be told now; null where there is nothing. @param most items, and batches, of one event */
  take(most: number): News | null {
    const sets = [this.#items, this.#removedItems, this.#batches, this.#removedBatches]
    if (!this.#reset && !this.#overview && sets.every(({ size }) => size === 0)) return null
    const reset = this.#reset
    this.#reset = false
    this.#overview = false
    return {
      reset,
      itemIds: takeSome(this.#items, most),
      removedItemIds: takeSome(this.#removedItems, Number.POSITIVE_INFINITY),
      batchIds: takeSome(this.#batches, most),
      removedBatchIds: takeSome(this.#removedBatches, Number.POSITIVE_INFINITY),
      more: this.hasItems,
    }
  }
}

/** Removes up to `count` values from the set, oldest first. */
function takeSome(set: Set<string>, count: number): string[] {
  const some: string[] = []
  for (const value of set) {
    if (some.length >= count) break
    some.push(value)
    set.delete(value)
  }
  return some
}
