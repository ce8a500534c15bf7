/** The live list of items and batches. Every change goes through here, into the journal and to the listeners. */

import type { Batch } from '../../shared/batch.ts'
import type { Totals } from '../../shared/feed.ts'
import type { Target } from '../../shared/ipc.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { isFinished, type UploadItem } from '../../shared/upload.ts'
import type { Journal } from '../journal/journal.ts'
import { type BatchChange, BatchList, recoveredBatch } from './batch-list.ts'
import { QueueOrder } from './queue-order.ts'
import { type Remaining, RunningTotals } from './totals.ts'

export interface ListListener {
  onItem(item: UploadItem): void
  onItemRemoved(itemId: string): void
  onBatch(batchId: string): void
  onBatchRemoved(batchId: string): void
}

export class ItemList {
  readonly #journal: Journal
  readonly #items = new Map<string, UploadItem>()
  readonly #order = new QueueOrder()
  /** Source path -> the item that was added last for it. */
  readonly #bySource = new Map<string, string>()
  readonly #batches: BatchList
  /** Of all items. */
  readonly #totals = new RunningTotals()
  /** Of all but previews, which are no files that anybody dropped. */
  readonly #originals = new RunningTotals()
  readonly #listeners = new Set<ListListener>()
  /** The lowest rank so far. */
  #topRank = 0

  /** Starts with what the journal holds; items whose batch was lost get a new one. */
  constructor(journal: Journal) {
    this.#journal = journal
    this.#batches = new BatchList(journal)
    for (const item of journal.items()) {
      if (!this.#batches.has(item.batchId)) this.#batches.add(recoveredBatch(item))
      this.#add(item)
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

  /** All items that meet the condition. */
  where(condition: (item: UploadItem) => boolean): UploadItem[] {
    return this.select({ all: true }).filter(condition)
  }

  /**
   * Ids of the queued items, the next one first.
   * @param isOpen whether items of a batch can be sent now; items that were moved to the top come regardless of it
   */
  queued(isOpen: (batchId: string) => boolean): Iterable<string> {
    return this.#order.ids([...this.#batches.ids()].filter(isOpen))
  }

  batch(batchId: string): Batch | undefined {
    return this.#batches.get(batchId)
  }

  batchIds(): IterableIterator<string> {
    return this.#batches.ids()
  }

  /** Of what was dropped: previews are no part of it. */
  totals(): Totals {
    const { removed, neverArrived } = this.#batches
    return { ...this.#originals.snapshot(), removed, neverArrived }
  }

  get remaining(): Remaining {
    return this.#totals
  }

  batchRemaining(batchId: string): Remaining | undefined {
    return this.#batches.remaining(batchId)
  }

  batchTotals(batchId: string): Totals | undefined {
    return this.#batches.totals(batchId)
  }

  /** The items that a command names; ids that are no longer on the list are skipped. */
  select(target: Target): UploadItem[] {
    if ('all' in target) return [...this.#items.values()]
    if ('itemIds' in target) return this.#named(target.itemIds)
    return target.batchIds.flatMap((batchId) => this.#named(this.#batches.itemIds(batchId)))
  }

  addBatch(batch: Batch): void {
    this.#batches.add(batch)
    this.notifyBatch(batch.id)
  }

  /** Adds a batch in the place before another one. */
  addBatchBefore(batch: Batch, otherId: string): void {
    const order = [...this.#batches.ids()].flatMap((id) => (id === otherId ? [batch.id, id] : [id]))
    this.addBatch(batch)
    this.reorderBatches(order)
  }

  /** All paths of a batch are read to the end. */
  markScanned(batchId: string): void {
    this.changeBatch(batchId, { unscannedPaths: [] })
    this.removeIfEmpty(batchId)
  }

  /** Removes a batch with all its items. */
  removeBatch(batchId: string): void {
    this.remove(this.select({ batchIds: [batchId] }))
    this.markScanned(batchId)
  }

  /** Changes a batch, if it is still on the list. */
  changeBatch(batchId: string, change: Omit<BatchChange, 'order'>): void {
    if (!this.#batches.has(batchId)) return
    this.#batches.change(batchId, change)
    this.notifyBatch(batchId)
  }

  /** Puts these batches before all others, in this order. */
  reorderBatches(batchIds: readonly string[]): void {
    for (const batchId of this.#batches.reorder(batchIds)) this.notifyBatch(batchId)
  }

  /** Puts items that are not finished before all others, in the order they are named. */
  moveToTop(items: readonly UploadItem[]): void {
    const unfinished = items.filter(({ state }) => !isFinished(state.status))
    const first = this.#topRank - unfinished.length
    this.put(unfinished.map((item, index) => ({ ...item, rank: first + index })))
  }

  /** Tells the listeners that something changed which a batch's row shows. */
  notifyBatch(batchId: string): void {
    for (const listener of this.#listeners) listener.onBatch(batchId)
  }

  /** Adds items or replaces them; the caller flushes where the change must not get lost. */
  put(items: readonly UploadItem[]): void {
    for (const item of items) {
      this.note(item)
      for (const listener of this.#listeners) listener.onItem(item)
    }
  }

  /** Replaces an item by one that differs in nothing that a row shows: no listener hears of it. */
  note(item: UploadItem): void {
    const before = this.#subtract(item.id)
    // Its drive is connected at another path now.
    if (before && before.sourcePath !== item.sourcePath) this.#forgetSource(before)
    this.#add(item)
    this.#journal.put(item)
  }

  /** Removes items from the list, and batches that are empty then. */
  remove(items: readonly UploadItem[]): void {
    for (const { id } of items) {
      const item = this.#subtract(id, true)
      if (!item) continue
      this.#order.remove(item)
      this.#items.delete(id)
      this.#forgetSource(item)
      this.#journal.remove(item)
      for (const listener of this.#listeners) listener.onItemRemoved(id)
    }
    for (const batchId of new Set(items.map((item) => item.batchId))) this.removeIfEmpty(batchId)
  }

  /**
   * Removes a batch that has no items, no path left to read, and nothing to say about files that never arrived; call it
   * when no more items will come for now.
   */
  removeIfEmpty(batchId: string): void {
    const batch = this.#batches.get(batchId)
    if (!batch || this.#batches.itemIds(batchId).size > 0 || isNeeded(batch)) {
      this.notifyBatch(batchId)
      return
    }
    this.#batches.remove(batchId)
    for (const listener of this.#listeners) listener.onBatchRemoved(batchId)
  }

  /** As `removeIfEmpty` where the person no longer wants the batch. */
  removeUnwanted(batchId: string): void {
    this.changeBatch(batchId, { unscannedPaths: [], awaitedFiles: null, neverArrived: null })
    this.removeIfEmpty(batchId)
  }

  #forgetSource({ id, sourcePath }: UploadItem): void {
    if (this.#bySource.get(sourcePath) === id) this.#bySource.delete(sourcePath)
  }

  #named(itemIds: Iterable<string>): UploadItem[] {
    return [...itemIds].flatMap((itemId) => this.#items.get(itemId) ?? [])
  }

  #add(item: UploadItem): void {
    this.#items.set(item.id, item)
    // Whether a file is on the list is told by its original.
    if (!item.isPreview) this.#bySource.set(item.sourcePath, item.id)
    this.#batches.addItem(item)
    this.#totals.add(item)
    if (!item.isPreview) this.#originals.add(item)
    this.#topRank = Math.min(this.#topRank, item.rank)
    if (item.state.status === 'queued') this.#order.add(item)
    else this.#order.remove(item)
  }

  #subtract(itemId: string, forGood = false): UploadItem | undefined {
    const item = this.#items.get(itemId)
    if (!item) return undefined
    this.#batches.subtractItem(item, forGood)
    this.#totals.subtract(item)
    if (!item.isPreview) this.#originals.subtract(item)
    return item
  }
}

/** Whether a batch has something to say or to do without any item. */
function isNeeded({ unscannedPaths, awaitedFiles, neverArrived }: Batch): boolean {
  return (
    unscannedPaths.length > 0 || awaitedFiles !== null || (neverArrived !== null && !neverArrived.dismissed)
  )
}
