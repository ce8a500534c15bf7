/** The stretches of a list whose files lie in one folder of one batch: each gets a heading. Fast enough for 100,000 files that are still arriving. */
import type { ItemRow } from '../../shared/feed.ts'
import type { RowTable } from './row-table.ts'

export interface FolderGroup {
  /** Index of its first file in the list. */
  readonly from: number
  readonly batchId: string
  /** The folder inside the library; empty at the top level. */
  readonly folder: string
}

const none: readonly FolderGroup[] = []

/** Remembers the list of before: of one that only became longer, only what is new is read. */
export class FolderGrouping {
  #ids: string[] = []
  #groups: readonly FolderGroup[] = none

  /** @returns the same array where the groups are the same */
  update(table: Pick<RowTable, 'row'>, ids: readonly string[]): readonly FolderGroup[] {
    const same = this.#sameUntil(ids)
    if (same === ids.length && same === this.#ids.length) return this.#groups
    const groups = this.#groups.filter(({ from }) => from < same)
    let folder = folderOf(same === 0 ? undefined : table.row(ids[same - 1] ?? ''))
    for (let index = same; index < ids.length; index++) {
      const row = table.row(ids[index] ?? '')
      if (row === undefined || (folder !== null && isIn(row, folder))) continue
      folder = folderOf(row)
      if (folder !== null) groups.push({ from: index, ...folder })
    }
    // The table may change its array in place.
    this.#ids.length = same
    for (let index = same; index < ids.length; index++) this.#ids.push(ids[index] ?? '')
    this.#groups = groups
    return groups
  }

  #sameUntil(ids: readonly string[]): number {
    const most = Math.min(ids.length, this.#ids.length)
    let index = 0
    while (index < most && ids[index] === this.#ids[index]) index += 1
    return index
  }
}

type Folder = Pick<FolderGroup, 'batchId' | 'folder'>

function folderOf(row: ItemRow | undefined): Folder | null {
  if (row === undefined) return null
  const { batchId, relativePath } = row
  return { batchId, folder: relativePath.slice(0, Math.max(0, relativePath.lastIndexOf('/'))) }
}

/** Without making a string for each of 100,000 files. */
function isIn({ batchId, relativePath }: ItemRow, { batchId: wanted, folder }: Folder): boolean {
  const slash = Math.max(0, relativePath.lastIndexOf('/'))
  return batchId === wanted && slash === folder.length && relativePath.startsWith(folder)
}
