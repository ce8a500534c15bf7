/** The live batches in their order, each with its files' ids and sums; changes go into the journal. */
import { type Batch, noneRemoved, type RemovedCounts } from '../../shared/batch.ts'
import type { Totals } from '../../shared/feed.ts'
import type { UploadItem } from '../../shared/upload.ts'
import type { Journal } from '../journal/journal.ts'
import { newBatch } from './new-batch.ts'
import { type Remaining, RunningTotals } from './totals.ts'

interface Entry {
  readonly batch: Batch
  readonly itemIds: Set<string>
  readonly totals: RunningTotals
}

/** What may be changed about a batch. */
export type BatchChange = Partial<Omit<Batch, 'id' | 'createdAtMs'>>

export class BatchList {
  readonly #journal: Journal
  /** In the order of the batches. */
  readonly #entries = new Map<string, Entry>()

  constructor(journal: Journal) {
    this.#journal = journal
    for (const batch of journal.batches()) this.#insert(batch)
  }

  get(batchId: string): Batch | undefined {
    return this.#entries.get(batchId)?.batch
  }

  has(batchId: string): boolean {
    return this.#entries.has(batchId)
  }

  ids(): IterableIterator<string> {
    return this.#entries.keys()
  }

  itemIds(batchId: string): ReadonlySet<string> {
    return this.#entries.get(batchId)?.itemIds ?? noItems
  }

  totals(batchId: string): Totals | undefined {
    const entry = this.#entries.get(batchId)
    if (!entry) return undefined
    const { removed, neverArrived } = entry.batch
    return { ...entry.totals.snapshot(), removed, neverArrived: neverArrived?.files ?? 0 }
  }

  /** Files that pages announced and never sent, of all batches. */
  get neverArrived(): number {
    return [...this.#entries.values()].reduce((sum, { batch }) => sum + (batch.neverArrived?.files ?? 0), 0)
  }

  /** Of all batches but those of previews. */
  get removed(): RemovedCounts {
    const dropped = [...this.#entries.values()].filter(({ batch }) => batch.previewsOf === null)
    return dropped.reduce((sum, { batch }) => plus(sum, batch.removed), noneRemoved)
  }

  remaining(batchId: string): Remaining | undefined {
    return this.#entries.get(batchId)?.totals
  }

  /** Adds a batch at the position that its order says. */
  add(batch: Batch): void {
    const isLast = [...this.#entries.values()].every((entry) => entry.batch.order <= batch.order)
    this.#insert(batch)
    this.#journal.putBatch(batch)
    if (!isLast) this.#sort()
  }

  change(batchId: string, change: BatchChange): void {
    const entry = this.#entries.get(batchId)
    if (!entry) return
    const batch = { ...entry.batch, ...change }
    this.#entries.set(batchId, { ...entry, batch })
    this.#journal.putBatch(batch)
  }

  /**
   * Puts the named batches first, in this order. Batches swap their `order` numbers, so that none is used twice.
   * @returns ids of those whose position changed
   */
  reorder(batchIds: readonly string[]): string[] {
    const named = [...new Set(batchIds)].filter((id) => this.#entries.has(id))
    const isNamed = new Set(named)
    const before = [...this.#entries.values()].map(({ batch }) => batch)
    const next = [...named, ...before.map(({ id }) => id).filter((id) => !isNamed.has(id))]
    const moved = next.filter((id, index) => before[index]?.id !== id)
    next.forEach((id, index) => {
      const order = before[index]?.order
      if (order !== undefined && this.get(id)?.order !== order) this.change(id, { order })
    })
    this.#sort()
    return moved
  }

  remove(batchId: string): void {
    if (this.#entries.delete(batchId)) this.#journal.removeBatch(batchId)
  }

  /** Adds an item to its batch, which must be on the list, and to the sums. */
  addItem(item: UploadItem): void {
    const entry = this.#entries.get(item.batchId)
    entry?.itemIds.add(item.id)
    entry?.totals.add(item)
  }

  /** Subtracts an item from the sums. @param forGood removes it from its batch too */
  subtractItem(item: UploadItem, forGood: boolean): void {
    const entry = this.#entries.get(item.batchId)
    entry?.totals.subtract(item)
    if (forGood) entry?.itemIds.delete(item.id)
  }

  #insert(batch: Batch): void {
    this.#entries.set(batch.id, { batch, itemIds: new Set(), totals: new RunningTotals() })
  }

  #sort(): void {
    const entries = [...this.#entries].sort(([, a], [, b]) => a.batch.order - b.batch.order)
    this.#entries.clear()
    for (const [id, entry] of entries) this.#entries.set(id, entry)
  }
}

/** @param sign -1 takes `more` away again */
export function plus(counts: RemovedCounts, more: RemovedCounts, sign: 1 | -1 = 1): RemovedCounts {
  const sum = (key: keyof RemovedCounts) => Math.max(0, counts[key] + sign * more[key])
  return {
    stored: sum('stored'),
    copies: sum('copies'),
    notStored: sum('notStored'),
    skipped: sum('skipped'),
  }
}

const noItems: ReadonlySet<string> = new Set()

/** A batch in place of one that was lost, for an item that names it. */
export function recoveredBatch(item: UploadItem): Batch {
  const name = item.relativePath.split('/')[0] ?? item.relativePath
  return newBatch({ id: item.batchId, name, order: item.order })
}
