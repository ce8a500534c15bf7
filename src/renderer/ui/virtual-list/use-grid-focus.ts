/**
 * Keeps the keyboard focus on the current item of a virtual grid: when the item is not rendered yet, when its element is
 * removed, and when the focused element is reused for another item.
 */
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'

export interface GridFocus {
  /** Whether the last focused element was inside the grid. */
  readonly isInside: RefObject<boolean>
  /** Moves the focus to the current item as soon as it is rendered. */
  readonly follow: () => void
}

/** @param scroller contains the items, each with its `data-index` */
export function useGridFocus(scroller: RefObject<HTMLDivElement | null>, current: number): GridFocus {
  const isWanted = useRef(false)
  const isInside = useRef(false)

  useEffect(() => {
    const remember = ({ target }: FocusEvent) => {
      isInside.current = target instanceof Node && (scroller.current?.contains(target) ?? false)
    }
    document.addEventListener('focusin', remember)
    return () => document.removeEventListener('focusin', remember)
  }, [scroller])

  useLayoutEffect(() => {
    const element = elementOf(scroller.current, current)
    if (element === null) return
    if (!isWanted.current && !(isInside.current && isElsewhere(scroller.current, current))) return
    isWanted.current = false
    element.focus({ preventScroll: true })
  })

  return {
    isInside,
    follow: () => {
      isWanted.current = true
    },
  }
}

/** Whether the focus is on nothing, on the scroller itself, or on an element that now shows another item. */
function isElsewhere(scroller: HTMLElement | null, current: number): boolean {
  const active = document.activeElement
  if (active === null || active === document.body || active === scroller) return true
  const index = active.closest('[data-index]')?.getAttribute('data-index')
  return scroller?.contains(active) === true && index !== undefined && Number(index) !== current
}

export function elementOf(scroller: HTMLElement | null, index: number): HTMLElement | null {
  return scroller?.querySelector<HTMLElement>(`[data-index="${index}"]`) ?? null
}
