/** Keeps the keyboard's focus in a virtual list: on rows that are not rendered yet, and when its row goes away. */
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
    }
    document.addEventListener('focusin', remember)
    return () => document.removeEventListener('focusin', remember)
  }, [scroller])

  useEffect(() => {
    if (wanted.current !== null && focusIndex(wanted.current)) wanted.current = null
  })

  useEffect(() => {
    if (change === '' || !hadFocus.current || document.activeElement !== document.body) return
    const rows = scroller.current
    const current = rows?.querySelector<HTMLElement>('[data-index][tabindex="0"]')
    const next = current ?? rows?.querySelector<HTMLElement>('[data-index]')
    next?.focus({ preventScroll: true })
  }, [scroller, change])

  return (index) => {
    wanted.current = focusIndex(index) ? null : index
  }
}
