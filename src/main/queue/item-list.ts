/** The live list of items and batches: every change goes through here, into the journal and on to whoever listens. */
import { UploadError } from '../../shared/errors.ts'
import type { Totals } from '../../shared/feed.ts'
import type { Target } from '../../shared/ipc.ts'
import type { Batch, UploadItem } from '../../shared/upload.ts'
import type { Journal } from '../journal/journal.ts'
import { RunningTotals } from './totals.ts'

export interface ListListener {
  onItem(item: UploadItem): void
  onItemRemoved(itemId: string): void
  onBatch(batchId: string): void
  onBatchRemoved(batchId: string): void
}

interface BatchEntry {
  readonly batch: Batch
  readonly itemIds: Set<string>
  readonly totals: RunningTotals
}

export class ItemList {
  readonly #journal: Journal
  readonly #items = new Map<string, UploadItem>()
  readonly #queued = new Set<string>()
  /** Source path -> the item that was added last for it. */
  readonly #bySource = new Map<string, string>()
  readonly #batches = new Map<string, BatchEntry>()
  readonly #totals = new RunningTotals()
  readonly #listeners = new Set<ListListener>()

  /** Takes over what the journal holds; items of a batch that was lost get one again. */
  constructor(journal: Journal) {
    this.#journal = journal
    for (const batch of journal.batches()) this.#enterBatch(batch)
    for (const item of journal.items()) {
      if (!this.#batches.has(item.batchId)) this.addBatch(recoveredBatch(item))
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

  /** The next item that waits for its turn and that `skip` does not name. */
  nextQueued(skip: { has(itemId: string): boolean }): UploadItem | undefined {
    for (const itemId of this.#queued) if (!skip.has(itemId)) return this.#items.get(itemId)
    return undefined
  }

  batch(batchId: string): Batch | undefined {
    return this.#batches.get(batchId)?.batch
  }

  batchIds(): IterableIterator<string> {
    return this.#batches.keys()
  }

  totals(): Totals {
    return this.#totals.snapshot()
  }

  /** What is still to be done without anybody's doing: neither paused, failed nor finished. */
  get outlook(): Pick<RunningTotals, 'activeFiles' | 'pendingFiles' | 'pendingBytes'> {
    return this.#totals
  }

  batchTotals(batchId: string): Totals | undefined {
    return this.#batches.get(batchId)?.totals.snapshot()
  }

  /** The items that a command names; ids that are no longer there are passed over. */
  select(target: Target): UploadItem[] {
    if ('all' in target) return [...this.#items.values()]
    if ('batchIds' in target)
      return target.batchIds.flatMap((batchId) => this.#named(this.#batches.get(batchId)?.itemIds ?? []))
    return this.#named(target.itemIds)
  }

  addBatch(batch: Batch): void {
    this.#journal.putBatch(batch)
    this.#enterBatch(batch)
    this.touchBatch(batch.id)
  }

  /** Notes that all paths of a batch are read to the end. */
  markScanned(batchId: string): void {
    this.changeBatch(batchId, { unscannedPaths: [] })
    this.settleBatch(batchId)
  }

  /** Notes what has changed about a batch, if it is still there. */
  changeBatch(batchId: string, change: Partial<Pick<Batch, 'unscannedPaths' | 'preset'>>): void {
    const entry = this.#batches.get(batchId)
    if (!entry) return
    const batch = { ...entry.batch, ...change }
    this.#batches.set(batchId, { ...entry, batch })
    this.#journal.putBatch(batch)
    this.touchBatch(batchId)
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
    for (const item of items) {
      this.#leave(item.id)
      this.#queued.delete(item.id)
      this.#items.delete(item.id)
      if (this.#bySource.get(item.sourcePath) === item.id) this.#bySource.delete(item.sourcePath)
      this.#batches.get(item.batchId)?.itemIds.delete(item.id)
      this.#journal.remove(item)
      for (const listener of this.#listeners) listener.onItemRemoved(item.id)
    }
    for (const batchId of new Set(items.map((item) => item.batchId))) this.settleBatch(batchId)
  }

  /** No more items will come for now: a batch that has none, and no path left to read, leaves the list. */
  settleBatch(batchId: string): void {
    const entry = this.#batches.get(batchId)
    if (!entry || entry.itemIds.size > 0 || entry.batch.unscannedPaths.length > 0) {
      this.touchBatch(batchId)
      return
    }
    this.#batches.delete(batchId)
    this.#journal.removeBatch(batchId)
    for (const listener of this.#listeners) listener.onBatchRemoved(batchId)
  }

  #named(itemIds: Iterable<string>): UploadItem[] {
    return [...itemIds].flatMap((itemId) => this.#items.get(itemId) ?? [])
  }

  #enterBatch(batch: Batch): void {
    this.#batches.set(batch.id, { batch, itemIds: new Set(), totals: new RunningTotals() })
  }

  #enter(item: UploadItem): void {
    this.#items.set(item.id, item)
    this.#bySource.set(item.sourcePath, item.id)
    const entry = this.#batches.get(item.batchId)
    entry?.itemIds.add(item.id)
    entry?.totals.add(item)
    this.#totals.add(item)
    // Adding again what is there keeps its place in line.
    if (item.state.status === 'queued') this.#queued.add(item.id)
    else this.#queued.delete(item.id)
  }

  #leave(itemId: string): void {
    const item = this.#items.get(itemId)
    if (!item) return
    this.#batches.get(item.batchId)?.totals.subtract(item)
    this.#totals.subtract(item)
  }
}

function recoveredBatch(item: UploadItem): Batch {
  const name = item.relativePath.split('/')[0] ?? item.relativePath
  return {
    id: item.batchId,
    name,
    order: item.order,
    createdAtMs: Date.now(),
    unscannedPaths: [],
    preset: null,
    serverId: null,
    activeMs: 0,
  }
}
