/** What one subscriber of the feed has not received yet: ids only, so that a row that changes often is sent once. */

/** The content of one event. */
export interface News {
  /** True the first time: the subscriber then forgets what it knew. */
  readonly reset: boolean
  readonly itemIds: readonly string[]
  readonly removedItemIds: readonly string[]
  readonly batchIds: readonly string[]
  readonly removedBatchIds: readonly string[]
  /** Whether the subscriber does not know the present settings. */
  readonly settings: boolean
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
  #settings = true

  /** A new subscriber receives everything. */
  constructor(itemIds: Iterable<string>, batchIds: Iterable<string>) {
    this.#items = new Set(itemIds)
    this.#batches = new Set(batchIds)
  }

  /** Whether rows are left to be sent. */
  get hasItems(): boolean {
    return this.#items.size > 0
  }

  addOverview(): void {
    this.#overview = true
  }

  addSettings(): void {
    this.#settings = true
  }

  addItem(itemId: string): void {
    // An item that was removed and restored at once is there.
    this.#removedItems.delete(itemId)
    this.#items.add(itemId)
  }

  addRemovedItem(itemId: string): void {
    this.#items.delete(itemId)
    this.#removedItems.add(itemId)
  }

  addBatch(batchId: string): void {
    this.#removedBatches.delete(batchId)
    this.#batches.add(batchId)
  }

  addRemovedBatch(batchId: string): void {
    this.#batches.delete(batchId)
    this.#removedBatches.add(batchId)
  }

  /** Takes what is to be sent now; null where there is nothing. @param most items, and batches, of one event */
  take(most: number): News | null {
    const sets = [this.#items, this.#removedItems, this.#batches, this.#removedBatches]
    const hasNews = this.#reset || this.#overview || this.#settings
    if (!hasNews && sets.every(({ size }) => size === 0)) return null
    const [reset, settings] = [this.#reset, this.#settings]
    this.#reset = false
    this.#overview = false
    this.#settings = false
    return {
      reset,
      settings,
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
