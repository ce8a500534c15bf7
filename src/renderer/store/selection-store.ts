/** The chosen files of this window; forgets those that leave the list. */
import { create } from 'zustand'
import { queueStore } from './queue-store.ts'
import { keepKnown, nothingChosen, type Selection } from './selection.ts'

export const useSelection = create<Selection>(() => nothingChosen)

export function changeSelection(change: (before: Selection) => Selection): void {
  const before = useSelection.getState()
  const after = change(before)
  if (after !== before) useSelection.setState(after, true)
}

/** Whether a file is chosen; the component renders again only when that changes. */
export const useIsChosen = (id: string) => useSelection((selection) => selection.ids.has(id))

/** Files that are gone are chosen no longer. @returns a function that ends it */
export function followRemovals(): () => void {
  let version = queueStore.getState().memberVersion
  return queueStore.subscribe((state) => {
    if (state.memberVersion === version) return
    version = state.memberVersion
    changeSelection((before) => keepKnown(before, (id) => state.table.row(id) !== undefined))
  })
}
