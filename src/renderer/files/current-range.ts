/** Which lines of a virtual list are rendered: those in sight, and the current one, so that the focus is not lost when it is scrolled away. Pure. */
import { defaultRangeExtractor, type Range } from '@tanstack/react-virtual'

export function rangeWith(range: Range, current: number): number[] {
  const shown = defaultRangeExtractor(range)
  if (current >= range.count || shown.includes(current)) return shown
  return [...shown, current].sort((a, b) => a - b)
}
