/** Keeps the keyboard's focus on the rows of a virtual list: on one not rendered yet, when its row goes away, when the list gets it. */
import { type RefObject, useEffect, useRef } from 'react'

/**
 * @param scroller the element that holds the rows, each with its `data-index`
 * @param change differs whenever rows may have come or gone
 * @returns moves the focus to a row as soon as it is rendered
 */
export function useFollowedFocus(
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
    // The list itself got the focus before its rows were there.
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

/** The row that Tab leads to, or else the first one. */
function focusCurrent(rows: HTMLElement | null): void {
  const current = rows?.querySelector<HTMLElement>('[data-index][tabindex="0"]')
  const next = current ?? rows?.querySelector<HTMLElement>('[data-index]')
  next?.focus({ preventScroll: true })
}
