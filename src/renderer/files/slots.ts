/** Keys that let a scrolled list give its elements to other files in place of making new ones, which takes most of a frame. Pure. */

/**
 * @param indices of what is rendered, rising, all in one stretch but for the current one
 * @param current the one that is rendered even out of sight; it then has an element of its own
 */
export function slotKeys(indices: readonly number[], current: number): readonly string[] {
  const stretch = indices.length > 1 && isApart(indices, current) ? indices.length - 1 : indices.length
  // As many slots as a window of this size may need, rounded up so that scrolling by half a line changes none.
  const slots = Math.max(1, Math.ceil((stretch + 2) / 8) * 8)
  return indices.map((index) =>
    index === current && isApart(indices, current) ? 'kept' : String(index % slots),
  )
}

function isApart(indices: readonly number[], current: number): boolean {
  const at = indices.indexOf(current)
  if (at < 0) return false
  if (at === 0) return indices.length > 1 && indices[1] !== current + 1
  return at === indices.length - 1 && indices[at - 1] !== current - 1
}
