/** Runs the shortcuts of shortcut-table.ts for the file list; keys typed into a field are text. */
import { useEffect } from 'react'
import { type RunCommand, useCommand } from '../../bridge/use-bridge.ts'
import type { Shown } from '../../store/list-query.ts'
import { queueStore } from '../../store/queue-store.ts'
import { clearSelection, select, selectAll } from '../../store/selection.ts'
import { changeSelection, useSelection } from '../../store/selection-store.ts'
import { areDetailsShown, setLayout, showDetails, useView } from '../../store/view-store.ts'
import { affectedIds, type FileActionName } from '../file-actions/file-actions.ts'
import { runFileAction } from '../file-actions/run-file-action.ts'
import { type ShortcutAction, shortcutFor } from './shortcut-table.ts'

/** The field that the search shortcut focuses. */
export const searchFieldId = 'search-files'

export function useFileShortcuts(shown: Shown): void {
  const run = useCommand()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isTyping(event.target)) return
      if (shortcutFor('window', event) === 'search' && useView.getState().dialog === null) {
        event.preventDefault()
        document.getElementById(searchFieldId)?.focus()
      } else if (isInFileList(event.target) && !pressesButton(event) && runShortcut(event, shown, run)) {
        event.preventDefault()
      }
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [shown, run])
}

/** @returns whether the key was handled; the grid itself handles those that move */
function runShortcut(event: KeyboardEvent, shown: Shown, run: RunCommand): boolean {
  const action = shortcutFor('files', event)
  if (action !== null) {
    runOnSelection(action, shown, run)
    return true
  }
  const handler = listHandlers[shortcutFor('list', event) ?? 'move']
  handler?.(shown)
  return handler !== undefined
}

type ListHandler = (shown: Shown) => void

const listHandlers: Partial<Readonly<Record<ShortcutAction<'list'>, ListHandler>>> = {
  toggleLayout: () => {
    setLayout(useView.getState().layout === 'list' ? 'grid' : 'list')
    requestAnimationFrame(() => focusCurrent(mostFrames))
  },
  toggleDetails: () => showDetails(!areDetailsShown()),
  showDetails: () => showDetails(true),
  toggleSelected: (shown) => {
    const id = useSelection.getState().current ?? shown.rows[0]
    if (id !== undefined) changeSelection((before) => select(before, id, 'toggle', shown))
  },
  selectAll: (shown) => changeSelection((before) => selectAll(before, shown)),
  selectNone: () => changeSelection(clearSelection),
}

/** The other layout needs some frames until it is measured and renders files. */
const mostFrames = 30

function focusCurrent(frames: number): void {
  const current = document.querySelector<HTMLElement>('[data-scroller] [data-index][tabindex="0"]')
  if (current !== null) current.focus()
  else if (frames > 0) requestAnimationFrame(() => focusCurrent(frames - 1))
}

/** Runs an action on the selected files, or on the current one where none is selected. */
function runOnSelection(name: FileActionName, shown: Shown, run: RunCommand): void {
  const { ids, current } = useSelection.getState()
  const selected = ids.size > 0 ? ids : current === null ? [] : shown.filesOf(current)
  const statusOf = (id: string) => queueStore.getState().table.row(id)?.state.status
  void runFileAction(name, run, affectedIds(name, selected, statusOf))
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
}

function isInFileList(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[data-scroller]') !== null
}

/** Enter and the space bar press a focused button. */
function pressesButton({ key, target }: KeyboardEvent): boolean {
  return (key === 'Enter' || key === ' ') && target instanceof Element && target.closest('button') !== null
}
