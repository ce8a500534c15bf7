/** Which file the keyboard moves to, in a list of one column or a grid of many. Pure. */

export interface GridShape {
  readonly count: number
  readonly columns: number
  /** Files that PageUp and PageDown pass over. */
  readonly page: number
}

/** @returns null for a key that moves nothing */
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
  // Above the first line there is nothing to go to; below the last one there may be a shorter line.
  if (next < 0 && key === 'ArrowUp') return current
  return Math.max(0, Math.min(count - 1, next))
}
