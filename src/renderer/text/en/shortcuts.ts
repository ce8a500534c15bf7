/** English: the list of shortcuts. */
export const shortcuts = {
  shortcuts: {
    title: 'Keyboard shortcuts',
    groups: { list: 'In the list of files', window: 'Anywhere' },
    does: {
      move: 'Previous or next file',
      page: 'A page up or down',
      ends: 'First or last file',
      nextPart: 'Next or previous part of the window',
      close: 'Close a dialog or a menu',
      shortcuts: 'This list',
    },
  },
} as const
