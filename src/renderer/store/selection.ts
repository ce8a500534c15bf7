/** The selection of files, and how clicks and keys change it; a set stands for its files. Knows no React. */
import type { Shown } from './list-query.ts'

/** What can be selected. */
type Selectable = Pick<Shown, 'rows' | 'filesOf'>

/** Replaced, never changed in place. */
export interface Selection {
  /** Of files. */
  readonly ids: ReadonlySet<string>
  /** The row where a range starts that Shift extends; null before anything was selected. */
  readonly anchor: string | null
  /** The row of a file or a set that the keyboard is on and whose details are shown. */
  readonly current: string | null
}

export const noSelection: Selection = { ids: new Set(), anchor: null, current: null }

/** What a click or key does: select only this row's files, add or remove them, or select the range from the anchor to it. */
export type SelectMode = 'only' | 'toggle' | 'range' | 'range-more'

/** @param keys that are held down; `command` is Ctrl, on a Mac Command */
export function selectModeOf(keys: { readonly shift: boolean; readonly command: boolean }): SelectMode {
  if (keys.shift) return keys.command ? 'range-more' : 'range'
  return keys.command ? 'toggle' : 'only'
}

/** @param id of a row */
export function select(before: Selection, id: string, mode: SelectMode, shown: Selectable): Selection {
  const own = shown.filesOf(id)
  if (mode === 'only') return { ids: new Set(own), anchor: id, current: id }
  if (mode === 'toggle') {
    const ids = new Set(before.ids)
    const isSelected = own.every((itemId) => ids.has(itemId))
    for (const itemId of own)
      if (isSelected) ids.delete(itemId)
      else ids.add(itemId)
    return { ids, anchor: id, current: id }
  }
  const anchor = before.anchor ?? before.current ?? id
  const range = between(shown.rows, anchor, id).flatMap(shown.filesOf)
  return { ids: new Set(mode === 'range' ? range : [...before.ids, ...range]), anchor, current: id }
}

/** Moves the keyboard without changing what is selected. */
export function moveTo(before: Selection, id: string): Selection {
  return { ...before, current: id }
}

export function selectAll(before: Selection, { rows, filesOf }: Selectable): Selection {
  return { ...before, ids: new Set(rows.flatMap(filesOf)), anchor: before.anchor ?? rows[0] ?? null }
}

export function clearSelection(before: Selection): Selection {
  return { ids: new Set(), anchor: null, current: before.current }
}

/** Without files that are gone; the same object where none is. */
export function withoutUnknown(before: Selection, isKnown: (id: string) => boolean): Selection {
  const left = [...before.ids].filter(isKnown)
  const known = (id: string | null) => (id !== null && isKnown(id) ? id : null)
  const after = { ids: before.ids, anchor: known(before.anchor), current: known(before.current) }
  if (left.length !== before.ids.size) return { ...after, ids: new Set(left) }
  return after.anchor === before.anchor && after.current === before.current ? before : after
}

/** Both ends included, in the order of the list; only the second end where the first is not shown. */
function between(shown: readonly string[], one: string, other: string): readonly string[] {
  const from = shown.indexOf(one)
  const to = shown.indexOf(other)
  if (from < 0 || to < 0) return [other]
  return shown.slice(Math.min(from, to), Math.max(from, to) + 1)
}
