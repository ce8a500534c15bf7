/** The selected files of this window. */
import { create } from 'zustand'
import { queueStore } from './queue-store.ts'
import { noSelection, type Selection, withoutUnknown } from './selection.ts'

export const useSelection = create<Selection>(() => noSelection)

export function changeSelection(change: (before: Selection) => Selection): void {
  const before = useSelection.getState()
  const after = change(before)
  if (after !== before) useSelection.setState(after, true)
}

/** Whether a file is selected; the component renders again only when that changes. */
export const useIsSelected = (id: string) => useSelection((selection) => selection.ids.has(id))

/** Deselects files when they leave the list. @returns a function that stops it */
export function followRemovals(): () => void {
  let version = queueStore.getState().memberVersion
  return queueStore.subscribe((state) => {
    if (state.memberVersion === version) return
    version = state.memberVersion
    changeSelection((before) => withoutUnknown(before, (id) => state.table.row(id) !== undefined))
  })
}
