/** Which item the keyboard moves to, in a list of one column or a grid of several. */

export interface GridShape {
  readonly count: number
  readonly columns: number
  /** Items that PageUp and PageDown skip. */
  readonly page: number
}

/** @returns the new index, within the list; null for a key that does not move */
export function indexAfterKey(
  key: string,
  current: number,
  { count, columns, page }: GridShape,
): number | null {
  const sideways = columns > 1 ? 1 : 0
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: columns,
    ArrowUp: -columns,
    ArrowRight: sideways,
    ArrowLeft: -sideways,
    PageDown: page,
    PageUp: -page,
    Home: -count,
    End: count,
  }
  const step = steps[key]
  if (step === undefined || step === 0 || count === 0) return null
  const next = current + step
  // There is nothing above the first line; below the last full line there may be a shorter one.
  if (next < 0 && key === 'ArrowUp') return current
  return Math.max(0, Math.min(count - 1, next))
}
