/**
 * All rows of the queue in memory: a map by id and ordered lists of ids, changed in place once per feed event,
 * so that 100,000 rows cost one map and not a copy of it ten times a second. Knows no React.
 */
import type { FeedEvent, ItemRow } from '../../shared/feed.ts'

const none: readonly string[] = []

export class RowTable {
  /** Rises whenever rows come or go. */
  memberVersion = 0
  /** Rises whenever rows come, go or change their status: what a list filtered by status depends on. */
  statusVersion = 0
  readonly #rows = new Map<string, ItemRow>()
  #ids: string[] = []
  #idsByBatch = new Map<string, string[]>()

  get size(): number {
    return this.#rows.size
  }

  row(id: string): ItemRow | undefined {
    return this.#rows.get(id)
  }

  /** All ids in the order of the queue, or those of one batch. The array is alive: see `memberVersion`. */
  ids(batchId: string | null): readonly string[] {
    return batchId === null ? this.#ids : (this.#idsByBatch.get(batchId) ?? none)
  }

  apply(event: FeedEvent): void {
    if (event.reset) this.#clear()
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
    this.#putInOrder(moved)
  }

  #changed(before: ItemRow, after: ItemRow, moved: Set<string>): void {
    if (before.state.status !== after.state.status) this.statusVersion += 1
    if (before.order !== after.order) moved.add(after.batchId)
  }

  /** Files were moved to another place in the queue. */
  #putInOrder(batchIds: ReadonlySet<string>): void {
    if (batchIds.size === 0) return
    const byOrder = (a: string, b: string) => this.#order(a) - this.#order(b)
    this.#ids = this.#ids.toSorted(byOrder)
    for (const batchId of batchIds) {
      this.#idsByBatch.set(batchId, this.#idsByBatch.get(batchId)?.toSorted(byOrder) ?? [])
    }
    this.#membersChanged()
  }

  #clear(): void {
    this.#rows.clear()
    this.#ids = []
    this.#idsByBatch = new Map()
    this.#membersChanged()
  }

  #add(rows: ItemRow[]): void {
    if (rows.length === 0) return
    rows.sort((a, b) => a.order - b.order)
    this.#append(this.#ids, rows)
    for (const [batchId, own] of Map.groupBy(rows, (row) => row.batchId)) {
      const ids = this.#idsByBatch.get(batchId) ?? []
      this.#append(ids, own)
      this.#idsByBatch.set(batchId, ids)
    }
    this.#membersChanged()
  }

  /** New rows nearly always come after all others; only where they do not is the list sorted again. */
  #append(ids: string[], rows: readonly ItemRow[]): void {
    const first = rows[0]
    const last = ids.at(-1)
    const inOrder = first === undefined || last === undefined || this.#order(last) <= first.order
    for (const row of rows) ids.push(row.id)
    if (!inOrder) ids.sort((a, b) => this.#order(a) - this.#order(b))
  }

  #remove(removed: readonly string[]): void {
    const batchIds = new Set<string>()
    for (const id of removed) {
      const row = this.#rows.get(id)
      if (row === undefined) continue
      batchIds.add(row.batchId)
      this.#rows.delete(id)
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

  #order(id: string): number {
    return this.#rows.get(id)?.order ?? 0
  }

  #membersChanged(): void {
    this.memberVersion += 1
    this.statusVersion += 1
  }
}
