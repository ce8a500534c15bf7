/** Groups ranges into the parts of an upload, within S3's limits. Arithmetic only. */
import { maxCopyBytes, maxParts, type S3Range } from './multipart.ts'
import { sliceRanges } from './read-ranges.ts'

/** Every part but the last has at least so many bytes. */
const partBytes = 8 * 1024 * 1024

/**
 * Parts in the order of the ranges: all but the last of 8 MiB or more, none larger than one copy may be, and no more of
 * them than S3 allows. A part that consists of one range can be copied within the store.
 * @param size bytes of all ranges
 */
export function groupRanges(ranges: readonly S3Range[], size: number): S3Range[][] {
  // Half of the parts are kept for those that begin and end within a long range.
  const target = Math.max(partBytes, Math.ceil(size / (maxParts / 2)))
  const groups: S3Range[][] = []
  let group: S3Range[] = []
  let missing = target
  for (const range of ranges) {
    let start = 0
    while (start < range.length) {
      const length = lengthToTake(range.length - start, missing, target)
      group.push(...sliceRanges([range], start, length))
      start += length
      missing -= length
      if (missing > 0) continue
      groups.push(group)
      group = []
      missing = target
    }
  }
  if (group.length > 0) groups.push(group)
  return groups
}

/** @param left bytes of the range @param missing bytes that the part still needs */
function lengthToTake(left: number, missing: number, target: number): number {
  // A part that contains other bytes gets no more than it needs, so that the rest of the range can be copied.
  if (missing < target || left <= missing) return Math.min(left, missing)
  return Math.min(left, maxCopyBytes)
}
