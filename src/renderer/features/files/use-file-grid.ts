/** What list and grid of files share: which file is current, clicks and keys that select, and where the menu opens. */
import { type KeyboardEvent, type MouseEvent, type RefObject, useMemo, useRef, useState } from 'react'
import type { Shown } from '../../store/list-query.ts'
import { isSetId } from '../../store/row-sets.ts'
import { moveTo, select, selectModeOf } from '../../store/selection.ts'
import { changeSelection, useSelection } from '../../store/selection-store.ts'
import { openSet, showDetails, useView } from '../../store/view-store.ts'
import { indexAfterKey } from '../../ui/virtual-list/grid-keys.ts'
import { elementOf, type GridFocus, useGridFocus } from '../../ui/virtual-list/use-grid-focus.ts'

export interface FileGrid {
  /** Index of the file that Tab reaches. */
  readonly current: number
  readonly focus: GridFocus
  /** Where the menu of the selected files is open; null while it is closed. */
  readonly menuAt: MenuPosition | null
  readonly closeMenu: () => void
  readonly handlers: {
    readonly onKeyDown: (event: KeyboardEvent) => void
    readonly onClick: (event: MouseEvent) => void
    readonly onDoubleClick: (event: MouseEvent) => void
    readonly onContextMenu: (event: MouseEvent) => void
    readonly onFocus: (event: { readonly target: Element }) => void
  }
}

/** Pixels of the window. */
export interface MenuPosition {
  readonly x: number
  readonly y: number
}

interface GridOptions {
  readonly shown: Shown
  readonly scroller: RefObject<HTMLDivElement | null>
  readonly columns: number
  /** Count of files that PageUp and PageDown skip. */
  readonly page: () => number
  readonly scrollTo: (index: number) => void
}

export function useFileGrid(options: GridOptions): FileGrid {
  const { shown, scroller } = options
  const ids = shown.rows
  const currentId = useSelection((selection) => selection.current)
  const current = useCurrentIndex(ids, currentId)
  const focus = useGridFocus(scroller, current)
  const [menuAt, setMenuAt] = useState<MenuPosition | null>(null)

  const onKeyDown = (event: KeyboardEvent) => onKey(event, options, current, focus)
  const onClick = (event: MouseEvent) => {
    const id = ids[indexAt(event.target) ?? -1]
    if (id === undefined || isButton(event.target)) return
    const mode = selectModeOf({ shift: event.shiftKey, command: event.ctrlKey || event.metaKey })
    changeSelection((before) => select(before, id, mode, shown))
  }
  const onContextMenu = (event: MouseEvent) => {
    const index = indexAt(event.target)
    const id = ids[index ?? -1]
    if (index === null || id === undefined) return
    event.preventDefault()
    changeSelection((before) =>
      shown.filesOf(id).every((itemId) => before.ids.has(itemId))
        ? moveTo(before, id)
        : select(before, id, 'only', shown),
    )
    setMenuAt(positionOf(event, elementOf(scroller.current, index)))
  }
  const onFocus = ({ target }: { readonly target: Element }) => {
    const id = ids[indexAt(target) ?? -1]
    if (id !== undefined) changeSelection((before) => (before.current === id ? before : moveTo(before, id)))
  }
  const onDoubleClick = (event: MouseEvent) => {
    if (indexAt(event.target) !== null && !isButton(event.target)) showDetails(true)
  }
  const handlers = { onKeyDown, onClick, onDoubleClick, onContextMenu, onFocus }
  return { current, focus, menuAt, closeMenu: () => setMenuAt(null), handlers }
}

/** Moves the keyboard, and with it the selection. */
function onKey(event: KeyboardEvent, options: GridOptions, current: number, focus: GridFocus): void {
  const { shown, columns, page, scrollTo } = options
  if (event.altKey || isTyping(event.target)) return
  const beside = columns === 1 ? indexBeside(event.key, current, shown) : null
  const shape = { count: shown.rows.length, columns, page: page() }
  const next = beside ?? indexAfterKey(event.key, current, shape)
  const id = next === null ? undefined : shown.rows[next]
  if (next === null || id === undefined) return
  event.preventDefault()
  // The row has opened or closed.
  if (beside === current) return
  const mode = selectModeOf({ shift: event.shiftKey, command: event.ctrlKey || event.metaKey })
  changeSelection((before) => (mode === 'toggle' ? moveTo(before, id) : select(before, id, mode, shown)))
  scrollTo(next)
  focus.follow()
}

/**
 * Arrow right opens a set, and leads to its first file once it is open; arrow left closes it, and leads from its files to it.
 * @returns the index that the key leads to; `current` where it opened or closed the row; null where it does nothing here
 */
function indexBeside(key: string, current: number, { rows, parents }: Shown): number | null {
  const rowId = rows[current]
  if (rowId === undefined || (key !== 'ArrowRight' && key !== 'ArrowLeft')) return null
  if (!isSetId(rowId)) {
    const parent = parents.get(rowId)
    return key === 'ArrowRight' || parent === undefined ? null : rows.indexOf(parent)
  }
  const isOpen = useView.getState().openSets.has(rowId)
  if (key === 'ArrowRight' && isOpen) return current + 1
  if (key === 'ArrowRight' || isOpen) openSet(rowId)
  return current
}

/** The index of the current file; if it is gone, of the file that took its position. */
function useCurrentIndex(ids: readonly string[], currentId: string | null): number {
  const last = useRef(0)
  return useMemo(() => {
    const found = currentId === null ? -1 : ids.indexOf(currentId)
    last.current = found >= 0 ? found : Math.max(0, Math.min(last.current, ids.length - 1))
    return last.current
  }, [ids, currentId])
}

/** At the pointer; if the menu key was used there is none, so below the file's upper edge. */
function positionOf({ clientX, clientY }: MouseEvent, element: HTMLElement | null): MenuPosition {
  if (clientX !== 0 || clientY !== 0 || element === null) return { x: clientX, y: clientY }
  const { left, top, height } = element.getBoundingClientRect()
  return { x: left + 48, y: top + Math.min(height, 40) }
}

const isButton = (target: EventTarget) => target instanceof Element && target.closest('button') !== null
const isTyping = (target: EventTarget) => target instanceof HTMLInputElement

function indexAt(target: EventTarget): number | null {
  if (!(target instanceof Element)) return null
  const index = target.closest('[data-index]')?.getAttribute('data-index')
  return index === undefined || index === null ? null : Number(index)
}
