/**
 * Every shortcut of the window, by the place where it works: what the list on `?` shows. Whoever adds one to the window
 * adds it here, and its words to the catalogs. Pure.
 */

/** `Mod` is Command on a Mac and Control elsewhere; all others as `KeyboardEvent.key` calls them. */
export type Keys = readonly string[]

interface Shortcut {
  readonly does: string
  /** Any of these does it. */
  readonly keys: readonly Keys[]
}

export const shortcutGroups = {
  list: [
    { does: 'move', keys: [['ArrowUp'], ['ArrowDown']] },
    { does: 'page', keys: [['PageUp'], ['PageDown']] },
    { does: 'ends', keys: [['Home'], ['End']] },
  ],
  window: [
    { does: 'nextPart', keys: [['Tab'], ['Shift', 'Tab']] },
    { does: 'close', keys: [['Escape']] },
    { does: 'shortcuts', keys: [['?']] },
  ],
} as const satisfies Readonly<Record<string, readonly Shortcut[]>>

export type ShortcutGroup = keyof typeof shortcutGroups
export const shortcutGroupIds = Object.keys(shortcutGroups) as readonly ShortcutGroup[]

const signs: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
}
const macSigns: Readonly<Record<string, string>> = {
  Mod: '⌘',
  Shift: '⇧',
  Alt: '⌥',
  Control: '⌃',
  Backspace: '⌫',
}

/** A key as it is printed on the keyboard. */
export function signOf(key: string, isMac: boolean): string {
  const own = isMac ? macSigns[key] : key === 'Mod' || key === 'Control' ? 'Ctrl' : undefined
  return own ?? signs[key] ?? (key.length === 1 ? key.toUpperCase() : key)
}
