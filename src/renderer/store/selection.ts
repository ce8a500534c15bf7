/** Which files are chosen, which one is looked at, and what clicks and keys make of that. Pure; knows no React. */

/** Replaced, never changed in place. */
export interface Selection {
  readonly ids: ReadonlySet<string>
  /** Where a range begins that Shift stretches; null before anything was chosen. */
  readonly anchor: string | null
  /** The file that the keyboard is on and whose details are shown. */
  readonly current: string | null
}

export const nothingChosen: Selection = { ids: new Set(), anchor: null, current: null }

/** How a click or a key chooses: alone, one more or one less, or all from the anchor to here. */
export type ChoosingMode = 'only' | 'toggle' | 'range' | 'range-more'

/** What the keys that are held down ask for; `command` is Ctrl, on a Mac the command key. */
export function modeOf(keys: { readonly shift: boolean; readonly command: boolean }): ChoosingMode {
  if (keys.shift) return keys.command ? 'range-more' : 'range'
  return keys.command ? 'toggle' : 'only'
}

/** @param shown ids of the list in its order, for ranges */
export function choose(
  before: Selection,
  id: string,
  mode: ChoosingMode,
  shown: readonly string[],
): Selection {
  if (mode === 'only') return { ids: new Set([id]), anchor: id, current: id }
  if (mode === 'toggle') {
    const ids = new Set(before.ids)
    if (!ids.delete(id)) ids.add(id)
    return { ids, anchor: id, current: id }
  }
  const anchor = before.anchor ?? before.current ?? id
  const range = between(shown, anchor, id)
  return { ids: new Set(mode === 'range' ? range : [...before.ids, ...range]), anchor, current: id }
}

/** The keyboard moves on and leaves what is chosen as it is. */
export function moveTo(before: Selection, id: string): Selection {
  return { ...before, current: id }
}

export function chooseAll(before: Selection, shown: readonly string[]): Selection {
  return { ...before, ids: new Set(shown), anchor: before.anchor ?? shown[0] ?? null }
}

export function chooseNone(before: Selection): Selection {
  return { ids: new Set(), anchor: null, current: before.current }
}

/** What is left of it among the files that are still there; the very same object when nothing is gone. */
export function keepKnown(before: Selection, isKnown: (id: string) => boolean): Selection {
  const left = [...before.ids].filter(isKnown)
  const known = (id: string | null) => (id !== null && isKnown(id) ? id : null)
  const after = { ids: before.ids, anchor: known(before.anchor), current: known(before.current) }
  if (left.length !== before.ids.size) return { ...after, ids: new Set(left) }
  return after.anchor === before.anchor && after.current === before.current ? before : after
}

/** Both ends included, in the list's order; the second alone where the first is no longer shown. */
function between(shown: readonly string[], one: string, other: string): readonly string[] {
  const from = shown.indexOf(one)
  const to = shown.indexOf(other)
  if (from < 0 || to < 0) return [other]
  return shown.slice(Math.min(from, to), Math.max(from, to) + 1)
}
