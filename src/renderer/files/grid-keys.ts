/** Which row the keyboard moves to. Pure. */

/**
 * @param page rows that PageUp and PageDown pass over
 * @returns null for a key that moves nothing
 */
export function indexAfterKey(key: string, current: number, count: number, page: number): number | null {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -count,
    End: count,
  }
  const step = steps[key]
  if (step === undefined || count === 0) return null
  return Math.max(0, Math.min(count - 1, current + step))
}
