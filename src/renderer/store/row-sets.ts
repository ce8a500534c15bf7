/**
 * The sets among the rows of the queue: files of one shot, see shared/file-sets.ts. Each has a row of its own, which says of
 * all of them together what is true of all of them. Fast enough for 100,000 files: a set is looked for when it is shown.
 */
import type { ItemRow } from '../../shared/feed.ts'
import { setKeyOf, setsAmong } from '../../shared/file-sets.ts'
import { countedAs, type UploadStatus } from '../../shared/upload.ts'

/** Of a set's row: what its files come to. */
interface SetFacts {
  /** Ids, the main file first. */
  readonly itemIds: readonly string[]
  /** How many of them are stored. */
  readonly stored: number
}

/** A file, or a set: then all but `set` is that of the main file, or the sum of all files. */
export type ListRow = ItemRow & { readonly set?: SetFacts }

interface Bucket {
  readonly itemIds: string[]
  /** Null until somebody asks. */
  sets: readonly FileSet[] | null
}

interface FileSet {
  readonly id: string
  readonly itemIds: readonly string[]
  /** Undefined until somebody asks, and after a file of it changed. */
  row: ListRow | undefined
}

/** Which file's state stands for a set that is not all of one: what needs the person first, what is stored last. */
const speaksFirst: readonly UploadStatus[] = [
  'failed',
  'uploading',
  'verifying',
  'hashing',
  'preparing',
  'waiting',
  'queued',
  'paused',
  'empty',
  'skipped',
  'canceled',
  'done',
]

const prefix = 'set:'

/** Whether the row of a list is a set's. */
export const isSetId = (rowId: string) => rowId.startsWith(prefix)

export class RowSets {
  readonly #rowOf: (itemId: string) => ItemRow | undefined
  /** Batch -> key -> the one file that has it, or all of them. */
  readonly #byKey = new Map<string, Map<string, string | Bucket>>()
  /** Files that share their key with others. */
  readonly #byItem = new Map<string, Bucket>()

  constructor(rowOf: (itemId: string) => ItemRow | undefined) {
    this.#rowOf = rowOf
  }

  /** Whether there may be sets at all. */
  get mayBeAny(): boolean {
    return this.#byItem.size > 0
  }

  /** The set that a file belongs to; null where it stands for itself. */
  setOf(itemId: string): string | null {
    return this.#find(itemId)?.id ?? null
  }

  /** The files of a set, the main one first; none where there is no such set. */
  itemIds(setId: string): readonly string[] {
    return this.#require(setId)?.itemIds ?? []
  }

  /** The same object until a file of the set changes. */
  row(setId: string): ListRow | undefined {
    const set = this.#require(setId)
    if (set === undefined) return undefined
    set.row ??= rowOf(
      set.itemIds.flatMap((itemId) => this.#rowOf(itemId) ?? []),
      set,
    )
    return set.row
  }

  add({ id, batchId, relativePath }: ItemRow): void {
    const key = setKeyOf(relativePath)
    if (key === null) return
    const inBatch = this.#byKey.get(batchId) ?? new Map<string, string | Bucket>()
    this.#byKey.set(batchId, inBatch)
    const known = inBatch.get(key)
    if (known === undefined) return void inBatch.set(key, id)
    const bucket = typeof known === 'string' ? { itemIds: [known], sets: null } : known
    if (typeof known === 'string') {
      inBatch.set(key, bucket)
      this.#byItem.set(known, bucket)
    }
    bucket.itemIds.push(id)
    bucket.sets = null
    this.#byItem.set(id, bucket)
  }

  /** A file's row is another one. */
  change(itemId: string): void {
    for (const set of this.#byItem.get(itemId)?.sets ?? []) set.row = undefined
  }

  remove({ id, batchId, relativePath }: ItemRow): void {
    const key = setKeyOf(relativePath)
    const inBatch = this.#byKey.get(batchId)
    if (key === null || inBatch === undefined) return
    const known = inBatch.get(key)
    if (known === undefined || typeof known === 'string') return void inBatch.delete(key)
    const at = known.itemIds.indexOf(id)
    if (at >= 0) known.itemIds.splice(at, 1)
    known.sets = null
    this.#byItem.delete(id)
    const [only, ...others] = known.itemIds
    if (only === undefined || others.length > 0) return
    inBatch.set(key, only)
    this.#byItem.delete(only)
  }

  clear(): void {
    this.#byKey.clear()
    this.#byItem.clear()
  }

  #require(setId: string): FileSet | undefined {
    const set = this.#find(setId.slice(prefix.length))
    return set?.id === setId ? set : undefined
  }

  #find(itemId: string): FileSet | undefined {
    const bucket = this.#byItem.get(itemId)
    if (bucket === undefined) return undefined
    bucket.sets ??= this.#setsIn(bucket)
    return bucket.sets.find(({ itemIds }) => itemIds.includes(itemId))
  }

  #setsIn({ itemIds }: Bucket): FileSet[] {
    return setsAmong(itemIds.map((itemId) => this.#rowOf(itemId)?.relativePath ?? '')).map((members) => {
      const own = members.flatMap((index) => itemIds[index] ?? [])
      return { id: `${prefix}${own[0] ?? ''}`, itemIds: own, row: undefined }
    })
  }
}

/** A set is stored when all of its files are: until then its state is that of a file that is not. */
function rowOf(rows: readonly ItemRow[], { id, itemIds }: FileSet): ListRow | undefined {
  const [main] = rows
  if (main === undefined) return undefined
  const first = rows.reduce((one, other) => (rankOf(other) < rankOf(one) ? other : one))
  const sum = (of: (row: ItemRow) => number) => rows.reduce((total, row) => total + of(row), 0)
  const moves = rows.some(({ bytesPerSecond }) => bytesPerSecond !== null)
  return {
    ...main,
    id,
    size: sum(({ size }) => size),
    acknowledgedBytes: sum(({ acknowledgedBytes }) => acknowledgedBytes),
    inFlightBytes: sum(({ inFlightBytes }) => inFlightBytes),
    attempts: first.attempts,
    nameOnly: first.nameOnly,
    changed: rows.some(({ changed }) => changed),
    note: null,
    state: first.state,
    bytesPerSecond: moves ? sum(({ bytesPerSecond }) => bytesPerSecond ?? 0) : null,
    set: { itemIds, stored: rows.filter(({ state }) => countedAs(state.status) === 'stored').length },
  }
}

const ranks = new Map(speaksFirst.map((status, rank) => [status, rank]))

const rankOf = ({ state }: ItemRow) => ranks.get(state.status) ?? 0
