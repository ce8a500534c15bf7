/**
 * All keyboard shortcuts, by the part of the window in which they work. The list that `?` opens shows this table; a new
 * shortcut also needs its text in the catalogs.
 */

/** Keys pressed together. `Mod` is Command on a Mac and Control elsewhere; all others are values of `KeyboardEvent.key`. */
export type Keys = readonly string[]

interface Shortcut {
  readonly does: string
  /** Alternatives. */
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
    { does: 'openSet', keys: [['ArrowRight'], ['ArrowLeft']] },
    { does: 'toggleSelected', keys: [[' ']] },
    { does: 'selectAll', keys: [['Mod', 'a']] },
    { does: 'selectNone', keys: [['Escape']] },
    { does: 'menu', keys: [['Shift', 'F10'], ['ContextMenu']] },
    { does: 'showDetails', keys: [['Enter']] },
    { does: 'toggleDetails', keys: [['i']] },
    { does: 'toggleLayout', keys: [['g']] },
  ],
  /** For the selected files. Single letters work only in the file list, so that speech input does not trigger them (WCAG 2.2, 2.1.4). */
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
/** The actions that a group's shortcuts trigger. */
export type ShortcutAction<Group extends ShortcutGroup> = (typeof shortcutGroups)[Group][number]['does']

export interface PressedKey {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** The action of a key press in a group; null where there is none. */
export function shortcutFor<Group extends ShortcutGroup>(
  group: Group,
  pressed: PressedKey,
): ShortcutAction<Group> | null {
  const shortcuts: readonly Shortcut[] = shortcutGroups[group]
  return (shortcuts.find(({ keys }) => keys.some((each) => isPressed(each, pressed)))?.does ??
    null) as ShortcutAction<Group> | null
}

function isPressed(keys: Keys, pressed: PressedKey): boolean {
  const key = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key
  return (
    keys.at(-1) === key &&
    keys.includes('Mod') === (pressed.ctrlKey || pressed.metaKey) &&
    keys.includes('Alt') === pressed.altKey &&
    // With or without Shift: that depends on the keyboard layout.
    (/^[?/]$/.test(key) || keys.includes('Shift') === pressed.shiftKey)
  )
}

/** The first alternative of a shortcut, as a menu shows it. */
export function keyLabelsFor(does: ShortcutAction<'files'>, isMac: boolean): string {
  const [keys] = shortcutGroups.files.find((shortcut) => shortcut.does === does)?.keys ?? []
  return (keys ?? []).map((key) => keyLabel(key, isMac)).join(isMac ? '' : '+')
}

export const isMac = () => /Mac|iP(hone|ad)/.test(globalThis.navigator?.platform ?? '')

const keyLabels: Readonly<Record<string, string>> = {
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
const macKeyLabels: Readonly<Record<string, string>> = {
  Mod: '⌘',
  Shift: '⇧',
  Alt: '⌥',
  Control: '⌃',
  Backspace: '⌫',
}

/** A key as it is printed on keyboards. */
export function keyLabel(key: string, isMac: boolean): string {
  const own = isMac ? macKeyLabels[key] : key === 'Mod' || key === 'Control' ? 'Ctrl' : undefined
  return own ?? keyLabels[key] ?? (key.length === 1 ? key.toUpperCase() : key)
}
