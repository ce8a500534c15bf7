/** The selected files of this window. */
import { create } from 'zustand'
import { queueStore, useQueue } from './queue-store.ts'
import { noSelection, type Selection, withoutUnknown } from './selection.ts'

export const useSelection = create<Selection>(() => noSelection)

export function changeSelection(change: (before: Selection) => Selection): void {
  const before = useSelection.getState()
  const after = change(before)
  if (after !== before) useSelection.setState(after, true)
}

/** Whether a file is selected, or all of a set; the component renders again only when that changes. */
export function useIsSelected(rowId: string): boolean {
  const table = useQueue((state) => state.table)
  return useSelection(({ ids }) => {
    const files = ids.size === 0 ? [] : table.filesOf(rowId)
    return files.length > 0 && files.every((itemId) => ids.has(itemId))
  })
}

/** Deselects files when they leave the list. @returns a function that stops it */
export function followRemovals(): () => void {
  let version = queueStore.getState().memberVersion
  return queueStore.subscribe((state) => {
    if (state.memberVersion === version) return
    version = state.memberVersion
    changeSelection((before) => withoutUnknown(before, (id) => state.table.row(id) !== undefined))
  })
}
