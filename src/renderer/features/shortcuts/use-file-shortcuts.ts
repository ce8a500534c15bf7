/** Listens to the keys of shortcut-list.ts and does what they stand for; a key that is typed into a field is text. */
import { useEffect } from 'react'
import { type RunCommand, useCommand } from '../../bridge/use-bridge.ts'
import { queueStore } from '../../store/queue-store.ts'
import { choose, chooseAll, chooseNone } from '../../store/selection.ts'
import { changeSelection, useSelection } from '../../store/selection-store.ts'
import { areDetailsShown, setLayout, showDetails, useView } from '../../store/view-store.ts'
import { concerned, type FileActionName } from '../file-actions/file-actions.ts'
import { runFileAction } from '../file-actions/run-file-action.ts'
import { type Does, meaningOf } from './shortcut-table.ts'

/** The field that the search key leads to. */
export const searchFieldId = 'search-files'

/** @param ids what is shown now, for choosing all */
export function useShortcuts(ids: readonly string[]): void {
  const run = useCommand()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target)) return
      if (meaningOf('window', event) === 'search' && useView.getState().dialog === null) {
        event.preventDefault()
        document.getElementById(searchFieldId)?.focus()
      } else if (isAmongFiles(event.target) && !pressesButton(event) && onFiles(event, ids, run)) {
        event.preventDefault()
      }
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [ids, run])
}

/** @returns whether the key is used up; those that move are the grid's own */
function onFiles(event: KeyboardEvent, ids: readonly string[], run: RunCommand): boolean {
  const action = meaningOf('files', event)
  if (action !== null) return onChosen(action, run)
  const deed = deeds[meaningOf('list', event) ?? 'move']
  deed?.(ids)
  return deed !== undefined
}

type Deed = (ids: readonly string[]) => void

const deeds: Partial<Readonly<Record<Does<'list'>, Deed>>> = {
  toggleLayout: () => {
    setLayout(useView.getState().layout === 'list' ? 'grid' : 'list')
    requestAnimationFrame(() => focusCurrent(mostFrames))
  },
  toggleDetails: () => showDetails(!areDetailsShown()),
  showDetails: () => showDetails(true),
  toggleChosen: (ids) => {
    const id = useSelection.getState().current ?? ids[0]
    if (id !== undefined) changeSelection((before) => choose(before, id, 'toggle', ids))
  },
  chooseAll: (ids) => changeSelection((before) => chooseAll(before, ids)),
  chooseNone: () => changeSelection(chooseNone),
}

/** The other view needs some frames until it is measured and has files. */
const mostFrames = 30

function focusCurrent(frames: number): void {
  const current = document.querySelector<HTMLElement>('[data-scroller] [data-index][tabindex="0"]')
  if (current !== null) current.focus()
  else if (frames > 0) requestAnimationFrame(() => focusCurrent(frames - 1))
}

/** The chosen files, or the current one where none is chosen. */
function onChosen(name: FileActionName, run: RunCommand): boolean {
  const { ids, current } = useSelection.getState()
  const chosen = ids.size > 0 ? ids : current === null ? [] : [current]
  const statusOf = (id: string) => queueStore.getState().table.row(id)?.state.status
  void runFileAction(name, run, concerned(name, chosen, statusOf))
  return true
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
}

function isAmongFiles(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[data-scroller]') !== null
}

/** Enter and the space bar press the button that has the focus. */
function pressesButton({ key, target }: KeyboardEvent): boolean {
  return (key === 'Enter' || key === ' ') && target instanceof Element && target.closest('button') !== null
}
