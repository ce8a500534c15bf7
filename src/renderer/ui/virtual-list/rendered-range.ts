/** Which lines of a virtual list are rendered: those in sight, and the current one, so that the focus is not lost when it is scrolled away. Pure. */
import { defaultRangeExtractor, type Range } from '@tanstack/react-virtual'

/** A window that shows half a line more needs no other number of elements; see slots.ts. */
const inStepsOf = 8

export function rangeWith(range: Range, current: number): number[] {
  const shown = padded(defaultRangeExtractor(range), range.count)
  if (current >= range.count || shown.includes(current)) return shown
  return [...shown, current].sort((a, b) => a - b)
}

/** Lengthened to a round number of lines, below or, at the end of the list, above. */
function padded(shown: number[], count: number): number[] {
  const first = shown[0]
  if (first === undefined) return shown
  const length = Math.min(count, Math.ceil(shown.length / inStepsOf) * inStepsOf)
  const start = Math.min(first, count - length)
  return Array.from({ length }, (_, place) => start + place)
}
