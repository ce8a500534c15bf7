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
    {
      does: 'stretch',
      keys: [
        ['Shift', 'ArrowUp'],
        ['Shift', 'ArrowDown'],
      ],
    },
    { does: 'toggleChosen', keys: [[' ']] },
    { does: 'chooseAll', keys: [['Mod', 'a']] },
    { does: 'chooseNone', keys: [['Escape']] },
    { does: 'menu', keys: [['Shift', 'F10'], ['ContextMenu']] },
    { does: 'showDetails', keys: [['Enter']] },
    { does: 'toggleDetails', keys: [['i']] },
    { does: 'toggleLayout', keys: [['g']] },
  ],
  /** For the chosen files; single letters work only among the files, so that speech input sets none off (WCAG 2.1.4). */
  files: [
    { does: 'pause', keys: [['p']] },
    { does: 'resume', keys: [['s']] },
    { does: 'retry', keys: [['r']] },
    { does: 'moveToTop', keys: [['t']] },
    { does: 'open', keys: [['o']] },
    { does: 'copyLink', keys: [['Mod', 'c']] },
    { does: 'showInFolder', keys: [['l']] },
    { does: 'removeFinished', keys: [['Backspace']] },
    { does: 'cancel', keys: [['Delete']] },
  ],
  batches: [
    {
      does: 'moveBatch',
      keys: [
        ['Alt', 'ArrowUp'],
        ['Alt', 'ArrowDown'],
      ],
    },
  ],
  window: [
    { does: 'search', keys: [['Mod', 'f'], ['/']] },
    { does: 'nextPart', keys: [['Tab'], ['Shift', 'Tab']] },
    { does: 'close', keys: [['Escape']] },
    { does: 'shortcuts', keys: [['?']] },
  ],
} as const satisfies Readonly<Record<string, readonly Shortcut[]>>

export type ShortcutGroup = keyof typeof shortcutGroups
export const shortcutGroupIds = Object.keys(shortcutGroups) as readonly ShortcutGroup[]
/** What the shortcuts of a group do. */
export type Does<Group extends ShortcutGroup> = (typeof shortcutGroups)[Group][number]['does']

export interface PressedKey {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** What a key stands for in a group; null for nothing. */
export function meaningOf<Group extends ShortcutGroup>(
  group: Group,
  pressed: PressedKey,
): Does<Group> | null {
  const shortcuts: readonly Shortcut[] = shortcutGroups[group]
  return (shortcuts.find(({ keys }) => keys.some((each) => isPressed(each, pressed)))?.does ??
    null) as Does<Group> | null
}

function isPressed(keys: Keys, pressed: PressedKey): boolean {
  const key = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key
  return (
    keys.at(-1) === key &&
    keys.includes('Mod') === (pressed.ctrlKey || pressed.metaKey) &&
    keys.includes('Alt') === pressed.altKey &&
    // With or without Shift: where a sign stands on the keyboard is the layout's own affair.
    (/^[?/]$/.test(key) || keys.includes('Shift') === pressed.shiftKey)
  )
}

/** How the first keys that do something are written in a menu. */
export function signsFor(does: Does<'files'>, isMac: boolean): string {
  const [keys] = shortcutGroups.files.find((shortcut) => shortcut.does === does)?.keys ?? []
  return (keys ?? []).map((key) => signOf(key, isMac)).join(isMac ? '' : '+')
}

export const isMac = () => /Mac|iP(hone|ad)/.test(globalThis.navigator?.platform ?? '')

const signs: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Delete: 'Del',
  Backspace: '⌫',
  ContextMenu: '☰',
  ' ': '␣',
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
