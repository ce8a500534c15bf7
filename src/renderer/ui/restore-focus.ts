/** Where the keyboard focus goes when the focused element disappears: to the button that adds a folder. */
import { type RefObject, useLayoutEffect, useRef } from 'react'

export const addFolderId = 'add-folder'

/** Does nothing while an element has the focus. */
export function restoreFocus(): void {
  if (document.activeElement === null || document.activeElement === document.body) {
    document.getElementById(addFolderId)?.focus({ preventScroll: true })
  }
}

/** @returns for an element that disappears while the window stays: if the focus is in it by then, the focus is restored */
export function useRestoredFocus<Kind extends HTMLElement>(): RefObject<Kind | null> {
  const box = useRef<Kind>(null)
  useLayoutEffect(() => {
    const element = box.current
    return () => {
      if (element?.contains(document.activeElement)) setTimeout(restoreFocus)
    }
  }, [])
  return box
}
