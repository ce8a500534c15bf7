/** Which lines of a virtual list are rendered: the visible ones, and the current one, so that scrolling it away does not lose the focus. */
import { defaultRangeExtractor, type Range } from '@tanstack/react-virtual'

/** The count of lines is rounded up, so that it is the same at every scroll position; see element-slots.ts. */
const inStepsOf = 8

/** @param current index of the line that the keyboard is on @returns indexes in rising order */
export function renderedRange(range: Range, current: number): number[] {
  const shown = padded(defaultRangeExtractor(range), range.count)
  if (current >= range.count || shown.includes(current)) return shown
  return [...shown, current].sort((a, b) => a - b)
}

/** Adds lines up to a round number: below, or at the end of the list above. */
function padded(shown: number[], count: number): number[] {
  const first = shown[0]
  if (first === undefined) return shown
  const length = Math.min(count, Math.ceil(shown.length / inStepsOf) * inStepsOf)
  const start = Math.min(first, count - length)
  return Array.from({ length }, (_, offset) => start + offset)
}
