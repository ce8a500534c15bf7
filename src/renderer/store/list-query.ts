/** Filters and sorts the files of a list: by batch, status, kind, failure reason and name; files of a set are one row. Fast enough for 100,000 rows. */

import type { ItemRow } from '../../shared/feed.ts'
import { type FileGroup, fileGroups, kindOf } from '../../shared/file-kinds.ts'
import type { ErrorCode } from '../../shared/protocol/errors.ts'
import { uploadStatuses } from '../../shared/upload.ts'
import { naturalKey } from './natural-key.ts'
import type { RowTable } from './row-table.ts'
import { matchesFilter, type StatusFilter } from './status-groups.ts'

/** `queue` is the order in which files are uploaded. */
export const sortColumns = ['queue', 'name', 'kind', 'size', 'progress', 'speed'] as const
export type SortColumn = (typeof sortColumns)[number]

export interface Sort {
  readonly column: SortColumn
  readonly descending: boolean
}

export interface ListQuery {
  /** Null for all batches. */
  readonly batchId: string | null
  readonly status: StatusFilter
  /** Null for all kinds. */
  readonly kind: FileGroup | null
  /** Only files that failed for this reason; null for no such filter. */
  readonly reason: ErrorCode | null
  /** Only these ids; null for no such filter. */
  readonly only: ReadonlySet<string> | null
  /** Words that must all be in the path, ignoring case; empty for no search. */
  readonly search: string
  readonly sort: Sort
}

export const queueOrder: Sort = { column: 'queue', descending: false }
export const everyFile: ListQuery = {
  batchId: null,
  status: 'all',
  kind: null,
  reason: null,
  only: null,
  search: '',
  sort: queueOrder,
}

/** The rows of a list. */
export interface Shown {
  /** Ids of files and sets, in the order of the list. The array may be the table's own: do not change it. */
  readonly rows: readonly string[]
  /** How many files they stand for; those of an opened set stand for themselves. */
  readonly files: number
  /** The files that a row stands for: of a set those that the query finds, its main file first. */
  readonly filesOf: (rowId: string) => readonly string[]
  /** Row of a file of an opened set -> that of the set. */
  readonly parents: ReadonlyMap<string, string>
  /** Whether there is a set among the rows. */
  readonly hasSets: boolean
}

const noParents: ReadonlyMap<string, string> = new Map()
const itself = (rowId: string) => [rowId]

/** What a list shows. A set is one row wherever one of its files is found, and its files follow it where it is open. */
export function shownOf(table: RowTable, query: ListQuery, open: ReadonlySet<string>): Shown {
  const inBatch = table.ids(query.batchId)
  const matches = conditionOf(query)
  const found = matches === null ? inBatch : inBatch.filter((id) => matches(table.row(id)))
  const sets = table.mayHaveSets ? setsIn(table, found) : null
  if (sets === null || sets.filesBySet.size === 0) {
    const rows = inOrder(table, found, query.sort)
    return { rows, files: rows.length, filesOf: itself, parents: noParents, hasSets: false }
  }
  const { filesBySet } = sets
  const filesOf = (rowId: string) => filesBySet.get(rowId) ?? [rowId]
  const parents = new Map<string, string>()
  const rows: string[] = []
  for (const rowId of inOrder(table, sets.rows, query.sort)) {
    rows.push(rowId)
    if (!open.has(rowId)) continue
    for (const itemId of filesBySet.get(rowId) ?? []) {
      rows.push(itemId)
      parents.set(itemId, rowId)
    }
  }
  return { rows, files: found.length, filesOf, parents, hasSets: true }
}

/** The rows with each set in the place of its first file. */
function setsIn(table: RowTable, found: readonly string[]) {
  const filesBySet = new Map<string, string[]>()
  const rows: string[] = []
  for (const id of found) {
    const setId = table.setOf(id)
    const files = setId === null ? undefined : filesBySet.get(setId)
    if (files) files.push(id)
    else rows.push(setId ?? id)
    if (setId !== null && !files) filesBySet.set(setId, [id])
  }
  // They are found in the order of the queue, which a retry changes.
  for (const [setId, files] of filesBySet) {
    if (files.length < 2) continue
    const wanted = new Set(files)
    filesBySet.set(
      setId,
      table.filesOf(setId).filter((id) => wanted.has(id)),
    )
  }
  return { rows, filesBySet }
}

/** Whether the result can change although no row was added, removed or changed its status. */
export function followsProgress({ sort }: ListQuery): boolean {
  return sort.column === 'progress' || sort.column === 'speed'
}

/** Whether the result can change when a row changes its status. */
export function followsStatus(query: ListQuery): boolean {
  return query.status !== 'all' || query.reason !== null || followsProgress(query)
}

type Condition = (row: ItemRow | undefined) => boolean

function conditionOf({ status, kind, reason, only, search }: ListQuery): Condition | null {
  const conditions: ((row: ItemRow) => boolean)[] = []
  if (only !== null) conditions.push(({ id }) => only.has(id))
  if (status !== 'all') conditions.push(({ state }) => matchesFilter[status](state.status))
  if (reason !== null)
    conditions.push(({ state }) => state.status === 'failed' && state.error.code === reason)
  if (kind !== null) conditions.push(({ relativePath }) => kindOf(relativePath).group === kind)
  for (const word of fold(search).split(/\s+/)) {
    if (word !== '') conditions.push(({ relativePath }) => fold(relativePath).includes(word))
  }
  if (conditions.length === 0) return null
  return (row) => row !== undefined && conditions.every((matches) => matches(row))
}

const fold = (text: string) => text.normalize('NFC').toLowerCase()

function inOrder(table: RowTable, ids: readonly string[], sort: Sort): readonly string[] {
  if (sort.column === 'queue') return sort.descending ? ids.toReversed() : ids
  const direction = sort.descending ? -1 : 1
  const order =
    sort.column === 'name'
      ? orderByName(table, ids, direction)
      : orderByNumber(table, ids, sort.column, direction)
  return Array.from(order, (index) => ids[index] ?? '')
}

/** Indexes into `ids`, sorted; equal ones stay in the order of the queue. */
function orderByName(table: RowTable, ids: readonly string[], direction: 1 | -1): Uint32Array {
  const keys = ids.map((id) => naturalKey(fileName(table.row(id)?.relativePath ?? '')))
  return indexes(ids).sort((a, b) => direction * compareText(keys[a] ?? '', keys[b] ?? '') || a - b)
}

const fileName = (path: string) => path.slice(path.lastIndexOf('/') + 1)

function orderByNumber(
  table: RowTable,
  ids: readonly string[],
  column: SortColumn,
  direction: 1 | -1,
): Uint32Array {
  const keys = Float64Array.from(ids, (id) => numberOf(table.row(id), column))
  return indexes(ids).sort((a, b) => direction * ((keys[a] ?? 0) - (keys[b] ?? 0)) || a - b)
}

const indexes = (ids: readonly string[]) => Uint32Array.from(ids, (_, index) => index)
const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const statusRank = new Map(uploadStatuses.map((status, index) => [status, index]))

function numberOf(row: ItemRow | undefined, column: SortColumn): number {
  if (row === undefined) return 0
  if (column === 'size') return row.size
  if (column === 'kind') return fileGroups.indexOf(kindOf(row.relativePath).group)
  if (column === 'speed') return row.bytesPerSecond ?? 0
  const share = row.size === 0 ? 0 : Math.min(1, row.acknowledgedBytes / row.size)
  return (statusRank.get(row.state.status) ?? 0) + share * 0.99
}
