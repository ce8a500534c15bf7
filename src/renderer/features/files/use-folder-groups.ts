/** The headings of a list: its folders while it is in the order of the queue, none while it is sorted otherwise. */
import { useMemo, useRef } from 'react'
import { type FolderGroup, FolderGrouping } from '../../store/folder-groups.ts'
import { useQueue } from '../../store/queue-store.ts'
import { useShownBatch } from '../../store/use-shown-batch.ts'
import { useView } from '../../store/view-store.ts'

interface ListGroups {
  /** Those that get a heading. */
  readonly groups: readonly FolderGroup[]
  /** Whether rows need not name their folder, as headings do, or the batch's name above the list. */
  readonly isGrouped: boolean
}

const none: readonly FolderGroup[] = []

/** @param version changes whenever the ids may have */
export function useFolderGroups(ids: readonly string[], version: number): ListGroups {
  const table = useQueue((state) => state.table)
  const isGrouped = useView(({ sort }) => sort.column === 'queue')
  const grouping = useRef<FolderGrouping>(null)
  grouping.current ??= new FolderGrouping()
  const { current } = grouping
  const groups = useMemo(() => {
    // The ids may have been changed in place.
    void version
    return isGrouped ? current.update(table, ids) : none
  }, [current, table, ids, version, isGrouped])
  const isNamedAbove = useIsNamedAbove(groups)
  return { groups: isNamedAbove ? none : groups, isGrouped }
}

/** Whether all files lie in the very folder that the shown batch is named after: one heading would say the same again. */
function useIsNamedAbove(groups: readonly FolderGroup[]): boolean {
  const shown = useShownBatch()
  const [only] = groups
  const name = useQueue((state) => (shown === null ? null : state.batches.get(shown)?.name))
  return (
    groups.length === 1 &&
    only !== undefined &&
    (only.folder === name || (only.folder === '' && shown !== null))
  )
}

/** The groups that have a file between two indexes, each with the index after its last file. */
export function groupsBetween(
  groups: readonly FolderGroup[],
  files: number,
  first: number,
  last: number,
): readonly { readonly group: FolderGroup; readonly end: number }[] {
  const found: { group: FolderGroup; end: number }[] = []
  for (let at = groupAt(groups, first); at < groups.length; at++) {
    const group = groups[at]
    if (group === undefined || group.from > last) break
    found.push({ group, end: groups[at + 1]?.from ?? files })
  }
  return found
}

/** Position of the last group that begins at or before an index. */
function groupAt(groups: readonly FolderGroup[], index: number): number {
  let low = 0
  let high = groups.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((groups[middle]?.from ?? 0) <= index) low = middle
    else high = middle - 1
  }
  return low
}
