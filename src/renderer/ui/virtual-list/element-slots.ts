/** Assigns the lines of a virtual list to elements, so that scrolling reuses elements: creating and moving them would take most of a frame. */

export interface Line {
  readonly index: number
  /** Pixels from the top of the list. */
  readonly start: number
}

export interface KeyedLine extends Line {
  /** React's key, which decides the element that shows this line. */
  readonly key: string
}

/**
 * Adds a key to each line. While the list scrolls, elements keep their order in the page whatever line they show; at
 * rest they are in the order of the lines, as screen readers need them.
 * @param lines the rendered lines in rising order, contiguous except for the current one
 * @param current index of the line that is rendered even when it is scrolled away; it then has its own element
 */
export function withElementKeys(
  lines: readonly Line[],
  current: number,
  isScrolling: boolean,
): readonly KeyedLine[] {
  const apart = lines.length > 1 && isApart(lines, current)
  const stretch = lines.length - (apart ? 1 : 0)
  // The stretch has the same length at every scroll position (see rendered-range.ts): every element is always used.
  const slots = Math.max(1, stretch)
  const placed = lines.map(({ index, start }) => {
    const isKept = apart && index === current
    return {
      index,
      start,
      key: isKept ? 'kept' : String(index % slots),
      slot: isKept ? slots : index % slots,
    }
  })
  return isScrolling ? placed.sort((a, b) => a.slot - b.slot) : placed
}

function isApart(lines: readonly Line[], current: number): boolean {
  const at = lines.findIndex(({ index }) => index === current)
  if (at === 0) return lines[1]?.index !== current + 1
  return at > 0 && at === lines.length - 1 && lines[at - 1]?.index !== current - 1
}
