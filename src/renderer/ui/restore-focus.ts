/** Where the keyboard goes on when the element that had the focus is gone: to the button that adds more. */
export const addFolderId = 'add-folder'

/** Does nothing while any element has the focus. */
export function rescueFocus(): void {
  if (document.activeElement === null || document.activeElement === document.body) {
    document.getElementById(addFolderId)?.focus({ preventScroll: true })
  }
}
