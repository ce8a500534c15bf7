/** Which ranges make up which part of an upload, within the rules of S3. Arithmetic only. */
import { maxCopyBytes, maxParts, type S3Range } from './multipart-uploads.ts'
import { sliceRanges } from './read-ranges.ts'

/** A part has at least so many bytes, where there are so many. */
const partBytes = 8 * 1024 * 1024

/**
 * Parts in the order of the ranges. All but the last have 8 MiB or more, none more than may be copied at once, and there
 * are never more than may be; a part of one range can be copied within the store.
 * @param size bytes of all ranges
 */
export function groupRanges(ranges: readonly S3Range[], size: number): S3Range[][] {
  // Half of the parts stay in hand for those that are begun and ended within a long range.
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

/** @param left bytes of the range @param missing bytes that the part lacks */
function lengthToTake(left: number, missing: number, target: number): number {
  // A part that has begun with other bytes takes no more than it must, so that the rest can be copied.
  if (missing < target || left <= missing) return Math.min(left, missing)
  return Math.min(left, maxCopyBytes)
}
