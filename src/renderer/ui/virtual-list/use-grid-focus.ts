/**
 * Keeps the keyboard's focus on the current file of a virtual grid: on one not rendered yet, when its element goes
 * away, and when an element that has the focus is given to another file.
 */
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'

export interface GridFocus {
  /** Whether the focus was last seen in the grid. */
  readonly isInside: RefObject<boolean>
  /** Moves the focus to the current file as soon as it is rendered. */
  readonly follow: () => void
}

/** @param scroller holds the files, each with its `data-index` */
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

/** Whether nothing has the focus, or the scroller itself, or an element that stands for another file by now. */
function isElsewhere(scroller: HTMLElement | null, current: number): boolean {
  const active = document.activeElement
  if (active === null || active === document.body || active === scroller) return true
  const index = active.closest('[data-index]')?.getAttribute('data-index')
  return scroller?.contains(active) === true && index !== undefined && Number(index) !== current
}

export function elementOf(scroller: HTMLElement | null, index: number): HTMLElement | null {
  return scroller?.querySelector<HTMLElement>(`[data-index="${index}"]`) ?? null
}
