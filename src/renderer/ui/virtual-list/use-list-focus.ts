/** Keeps the keyboard focus on the rows of a virtual list: when a row is not rendered yet, when it is removed, and when the list itself is focused. */
import { type RefObject, useEffect, useRef } from 'react'

/**
 * @param scroller contains the rows, each with its `data-index`
 * @param change a value that changes whenever rows may have been added or removed
 * @returns a function that moves the focus to a row as soon as it is rendered
 */
export function useListFocus(
  scroller: RefObject<HTMLDivElement | null>,
  change: string,
): (index: number) => void {
  const wanted = useRef<number | null>(null)
  const hadFocus = useRef(false)

  const focusIndex = (index: number) => {
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)
    row?.focus({ preventScroll: true })
    return row !== null && row !== undefined
  }

  useEffect(() => {
    const remember = (event: FocusEvent) => {
      hadFocus.current = scroller.current?.contains(event.target as Node) ?? false
      if (event.target === scroller.current) focusCurrent(scroller.current)
    }
    document.addEventListener('focusin', remember)
    return () => document.removeEventListener('focusin', remember)
  }, [scroller])

  useEffect(() => {
    if (wanted.current !== null && focusIndex(wanted.current)) wanted.current = null
    // The list itself was focused before it had rows.
    if (document.activeElement === scroller.current) focusCurrent(scroller.current)
  })

  useEffect(() => {
    const isNowhere = document.activeElement === document.body
    if (change !== '' && hadFocus.current && isNowhere) focusCurrent(scroller.current)
  }, [scroller, change])

  return (index) => {
    wanted.current = focusIndex(index) ? null : index
  }
}

/** Focuses the row that Tab reaches, or else the first one. */
function focusCurrent(rows: HTMLElement | null): void {
  const current = rows?.querySelector<HTMLElement>('[data-index][tabindex="0"]')
  const next = current ?? rows?.querySelector<HTMLElement>('[data-index]')
  next?.focus({ preventScroll: true })
}
