/**
 * All rows of the queue: a map by id and ordered lists of ids. Changed in place once per feed event, because copying a
 * map of 100,000 rows ten times a second would be too slow. Knows no React.
 */
import type { FeedEvent, ItemRow } from '../../shared/feed.ts'
import { isSetId, type ListRow, RowSets } from './row-sets.ts'

const none: readonly string[] = []

export class RowTable {
  /** Rises whenever rows are added, removed or moved. */
  memberVersion = 0
  /** Rises with `memberVersion`, and whenever a row changes its status: what a list filtered by status depends on. */
  statusVersion = 0
  readonly #rows = new Map<string, ItemRow>()
  #ids: string[] = []
  #idsByBatch = new Map<string, string[]>()
  readonly #batchOrder = new Map<string, number>()
  readonly #sets = new RowSets((itemId) => this.#rows.get(itemId))

  get size(): number {
    return this.#rows.size
  }

  /** @param id of a file or of a set; the same object until it changes */
  row(id: string): ListRow | undefined {
    return isSetId(id) ? this.#sets.row(id) : this.#rows.get(id)
  }

  /** False where no file can belong to a set. */
  get mayHaveSets(): boolean {
    return this.#sets.mayBeAny
  }

  /** The set that a file belongs to, or null. */
  setOf(itemId: string): string | null {
    return this.#sets.setOf(itemId)
  }

  /** All files that a row stands for, whatever is shown of them: those of a set, the main one first, or the file itself. */
  filesOf(id: string): readonly string[] {
    return isSetId(id) ? this.#sets.itemIds(id) : [id]
  }

  /** All ids but those of previews in the order of the queue, or those of one batch. The array may change in place; see `memberVersion`. */
  ids(batchId: string | null): readonly string[] {
    return batchId === null ? this.#ids : (this.#idsByBatch.get(batchId) ?? none)
  }

  apply(event: FeedEvent): void {
    if (event.reset) this.#clear()
    const batchesMoved = this.#orderBatches(event)
    this.#remove(event.removedItemIds)
    const added: ItemRow[] = []
    const moved = new Set<string>()
    for (const row of event.items) {
      const known = this.#rows.get(row.id)
      this.#rows.set(row.id, row)
      if (known === undefined) added.push(row)
      else this.#changed(known, row, moved)
    }
    this.#add(added)
    if (batchesMoved || moved.size > 0) this.#putInOrder(moved)
  }

  /** @returns whether a known batch changed its position */
  #orderBatches({ batches, removedBatchIds }: FeedEvent): boolean {
    let moved = false
    for (const { id, order } of batches) {
      const before = this.#batchOrder.get(id)
      if (before !== undefined && before !== order) moved = true
      this.#batchOrder.set(id, order)
    }
    for (const id of removedBatchIds) this.#batchOrder.delete(id)
    return moved
  }

  #changed(before: ItemRow, after: ItemRow, moved: Set<string>): void {
    if (before.state.status !== after.state.status) this.statusVersion += 1
    this.#sets.change(after.id)
    if (before.order !== after.order || before.rank !== after.rank) moved.add(after.batchId)
  }

  /** Sorts again after files or batches were moved in the queue. */
  #putInOrder(batchIds: ReadonlySet<string>): void {
    this.#ids = this.#ids.toSorted(this.#byQueue)
    for (const batchId of batchIds) {
      this.#idsByBatch.set(batchId, this.#idsByBatch.get(batchId)?.toSorted(this.#byQueue) ?? [])
    }
    this.#membersChanged()
  }

  #clear(): void {
    this.#rows.clear()
    this.#sets.clear()
    this.#batchOrder.clear()
    this.#ids = []
    this.#idsByBatch = new Map()
    this.#membersChanged()
  }

  #add(rows: readonly ItemRow[]): void {
    if (rows.length === 0) return
    for (const row of rows) this.#sets.add(row)
    // All files are what was dropped; previews are shown in their own batch.
    this.#append(
      this.#ids,
      rows.filter(({ isPreview }) => !isPreview),
    )
    for (const [batchId, own] of Map.groupBy(rows, (row) => row.batchId)) {
      const ids = this.#idsByBatch.get(batchId) ?? []
      this.#append(ids, own)
      this.#idsByBatch.set(batchId, ids)
    }
    this.#membersChanged()
  }

  /** New rows nearly always arrive in order and belong at the end; only otherwise is the list sorted again. */
  #append(ids: string[], rows: readonly ItemRow[]): void {
    let last = ids.at(-1)
    let inOrder = true
    for (const { id } of rows) {
      if (inOrder && last !== undefined) inOrder = this.#byQueue(last, id) <= 0
      ids.push(id)
      last = id
    }
    if (!inOrder) ids.sort(this.#byQueue)
  }

  #remove(removed: readonly string[]): void {
    const batchIds = new Set<string>()
    for (const id of removed) {
      const row = this.#rows.get(id)
      if (row === undefined) continue
      batchIds.add(row.batchId)
      this.#rows.delete(id)
      this.#sets.remove(row)
    }
    if (batchIds.size === 0) return
    const isLeft = (id: string) => this.#rows.has(id)
    this.#ids = this.#ids.filter(isLeft)
    for (const batchId of batchIds) {
      const left = this.#idsByBatch.get(batchId)?.filter(isLeft) ?? []
      if (left.length === 0) this.#idsByBatch.delete(batchId)
      else this.#idsByBatch.set(batchId, left)
    }
    this.#membersChanged()
  }

  /** The order in which files are uploaded: by rank, by batch, by position in the batch. */
  readonly #byQueue = (a: string, b: string): number => {
    const one = this.#rows.get(a)
    const other = this.#rows.get(b)
    if (one === undefined || other === undefined) return 0
    return (
      one.rank - other.rank ||
      this.#positionOf(one.batchId) - this.#positionOf(other.batchId) ||
      one.order - other.order
    )
  }

  #positionOf(batchId: string): number {
    return this.#batchOrder.get(batchId) ?? Number.MAX_SAFE_INTEGER
  }

  #membersChanged(): void {
    this.memberVersion += 1
    this.statusVersion += 1
  }
}
