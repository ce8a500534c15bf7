/** Lets a scrolled list give its elements to other files in place of making and moving elements, which takes most of a frame. Pure. */

export interface Line {
  readonly index: number
  /** Pixels from the top of the list. */
  readonly start: number
}

export interface Slotted extends Line {
  /** React's key: the element that this line is given. */
  readonly key: string
}

/**
 * Gives each line an element. While the list scrolls, elements stay where they are in the page, whatever line they
 * show; at rest they stand in the order of the lines, as whoever reads the page without seeing it needs them.
 * @param lines what is rendered, rising, all in one stretch but for the current one
 * @param current the one that is rendered even out of sight; it then has an element of its own
 */
export function slotted(lines: readonly Line[], current: number, isScrolling: boolean): readonly Slotted[] {
  const apart = lines.length > 1 && isApart(lines, current)
  const stretch = lines.length - (apart ? 1 : 0)
  // The stretch is as long wherever the list stands (see current-range.ts): every element is always in use.
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
