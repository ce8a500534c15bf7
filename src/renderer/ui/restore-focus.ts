/** Where the keyboard focus goes when the focused element disappears: to the button that adds a folder. */
export const addFolderId = 'add-folder'

/** Does nothing while an element has the focus. */
export function restoreFocus(): void {
  if (document.activeElement === null || document.activeElement === document.body) {
    document.getElementById(addFolderId)?.focus({ preventScroll: true })
  }
}
