/** The live list of items and batches: every change goes through here, into the journal and on to whoever listens. */

import type { Totals } from '../../shared/feed.ts'
import type { Target } from '../../shared/ipc.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { type Batch, isFinished, type UploadItem } from '../../shared/upload.ts'
import type { Journal } from '../journal/journal.ts'
import { type BatchChange, BatchShelf, recoveredBatch } from './batch-shelf.ts'
import { QueueLine } from './queue-line.ts'
import { RunningTotals } from './totals.ts'

export interface ListListener {
  onItem(item: UploadItem): void
  onItemRemoved(itemId: string): void
  onBatch(batchId: string): void
  onBatchRemoved(batchId: string): void
}

export class ItemList {
  readonly #journal: Journal
  readonly #items = new Map<string, UploadItem>()
  readonly #line = new QueueLine()
  /** Source path -> the item that was added last for it. */
  readonly #bySource = new Map<string, string>()
  readonly #batches: BatchShelf
  readonly #totals = new RunningTotals()
  readonly #listeners = new Set<ListListener>()
  /** The least rank there is. */
  #topRank = 0

  /** Takes over what the journal holds; items of a batch that was lost get one again. */
  constructor(journal: Journal) {
    this.#journal = journal
    this.#batches = new BatchShelf(journal)
    for (const item of journal.items()) {
      if (!this.#batches.has(item.batchId)) this.#batches.add(recoveredBatch(item))
      this.#enter(item)
    }
  }

  listen(listener: ListListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get(itemId: string): UploadItem | undefined {
    return this.#items.get(itemId)
  }

  /** @throws UploadError `not-found` */
  require(itemId: string): UploadItem {
    const item = this.#items.get(itemId)
    if (item) return item
    throw new UploadError('not-found', 'This file is no longer on the list.', {
      facts: { kind: 'file-off-list' },
    })
  }

  /** The item that was added last for a source. */
  bySource(sourcePath: string): UploadItem | undefined {
    return this.#items.get(this.#bySource.get(sourcePath) ?? '')
  }

  /** All items of which `condition` holds. */
  where(condition: (item: UploadItem) => boolean): UploadItem[] {
    return this.select({ all: true }).filter(condition)
  }

  /**
   * Ids of the items that wait for their turn, the next one first.
   * @param isOpen whether items of a batch can be sent now; of those moved to the top all are named
   */
  queued(isOpen: (batchId: string) => boolean): Iterable<string> {
    return this.#line.inOrder([...this.#batches.ids()].filter(isOpen))
  }

  batch(batchId: string): Batch | undefined {
    return this.#batches.get(batchId)
  }

  batchIds(): IterableIterator<string> {
    return this.#batches.ids()
  }

  totals(): Totals {
    return this.#totals.snapshot()
  }

  /** What is still to be done without anybody's doing: neither paused, failed nor finished. */
  get outlook(): Pick<RunningTotals, 'activeFiles' | 'pendingFiles' | 'pendingBytes'> {
    return this.#totals
  }

  batchOutlook(batchId: string): ReturnType<BatchShelf['outlook']> {
    return this.#batches.outlook(batchId)
  }

  batchTotals(batchId: string): Totals | undefined {
    return this.#batches.totals(batchId)
  }

  /** The items that a command names; ids that are no longer there are passed over. */
  select(target: Target): UploadItem[] {
    if ('all' in target) return [...this.#items.values()]
    if ('itemIds' in target) return this.#named(target.itemIds)
    return target.batchIds.flatMap((batchId) => this.#named(this.#batches.itemIds(batchId)))
  }

  addBatch(batch: Batch): void {
    this.#batches.add(batch)
    this.touchBatch(batch.id)
  }

  /** Notes that all paths of a batch are read to the end. */
  markScanned(batchId: string): void {
    this.changeBatch(batchId, { unscannedPaths: [] })
    this.settleBatch(batchId)
  }

  /** Notes what has changed about a batch, if it is still there. */
  changeBatch(batchId: string, change: Omit<BatchChange, 'order'>): void {
    if (!this.#batches.has(batchId)) return
    this.#batches.change(batchId, change)
    this.touchBatch(batchId)
  }

  /** Puts these batches before all others, in this order. */
  reorderBatches(batchIds: readonly string[]): void {
    for (const batchId of this.#batches.reorder(batchIds)) this.touchBatch(batchId)
  }

  /** Lets items that are not finished go before all others, in the order they are named. */
  raise(items: readonly UploadItem[]): void {
    const unfinished = items.filter(({ state }) => !isFinished(state.status))
    const first = this.#topRank - unfinished.length
    this.put(unfinished.map((item, index) => ({ ...item, rank: first + index })))
  }

  /** Says that a batch changed in something that its row shows. */
  touchBatch(batchId: string): void {
    for (const listener of this.#listeners) listener.onBatch(batchId)
  }

  /** Adds items or replaces them; the caller flushes where the change must not get lost. */
  put(items: readonly UploadItem[]): void {
    for (const item of items) {
      this.#leave(item.id)
      this.#enter(item)
      this.#journal.put(item)
      for (const listener of this.#listeners) listener.onItem(item)
    }
  }

  /** Takes items off the list, and batches that are empty then. */
  remove(items: readonly UploadItem[]): void {
    for (const { id } of items) {
      const item = this.#leave(id, true)
      if (!item) continue
      this.#line.leave(item)
      this.#items.delete(id)
      if (this.#bySource.get(item.sourcePath) === id) this.#bySource.delete(item.sourcePath)
      this.#journal.remove(item)
      for (const listener of this.#listeners) listener.onItemRemoved(id)
    }
    for (const batchId of new Set(items.map((item) => item.batchId))) this.settleBatch(batchId)
  }

  /** No more items will come for now: a batch that has none, and no path left to read, leaves the list. */
  settleBatch(batchId: string): void {
    const batch = this.#batches.get(batchId)
    if (!batch || this.#batches.itemIds(batchId).size > 0 || batch.unscannedPaths.length > 0) {
      this.touchBatch(batchId)
      return
    }
    this.#batches.remove(batchId)
    for (const listener of this.#listeners) listener.onBatchRemoved(batchId)
  }

  #named(itemIds: Iterable<string>): UploadItem[] {
    return [...itemIds].flatMap((itemId) => this.#items.get(itemId) ?? [])
  }

  #enter(item: UploadItem): void {
    this.#items.set(item.id, item)
    this.#bySource.set(item.sourcePath, item.id)
    this.#batches.enterItem(item)
    this.#totals.add(item)
    this.#topRank = Math.min(this.#topRank, item.rank)
    if (item.state.status === 'queued') this.#line.enter(item)
    else this.#line.leave(item)
  }

  #leave(itemId: string, forGood = false): UploadItem | undefined {
    const item = this.#items.get(itemId)
    if (!item) return undefined
    this.#batches.leaveItem(item, forGood)
    this.#totals.subtract(item)
    return item
  }
}
