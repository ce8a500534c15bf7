/** Names for a file whose own name is taken by other content. Knows no disk. */
import { maxNameBytes } from '../../../src/shared/protocol/wire.ts'

/** How many files of one name and different content are kept. */
export const maxSameNames = 10_000
/** A longer "extension" is part of the name. */
const maxExtensionBytes = 32

/**
 * The path itself, then the path with ` (2)`, ` (3)` … before its extension. A name that would exceed 255 bytes loses the
 * end of its stem, never half a character.
 * @param relativePath a path that safe-path accepted
 * @param count how many names to yield
 */
export function* numberedPaths(relativePath: string, count: number): Generator<string> {
  yield relativePath
  const slash = relativePath.lastIndexOf('/') + 1
  const folder = relativePath.slice(0, slash)
  const { stem, extension } = splitName(relativePath.slice(slash))
  for (let number = 2; number <= count; number += 1) {
    const ending = ` (${number})${extension}`
    yield folder + shorten(stem, maxNameBytes - Buffer.byteLength(ending)) + ending
  }
}

function splitName(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 ? name.slice(dot) : ''
  if (extension === '' || Buffer.byteLength(extension) > maxExtensionBytes)
    return { stem: name, extension: '' }
  return { stem: name.slice(0, dot), extension }
}

function shorten(stem: string, maxBytes: number): string {
  let bytes = 0
  let kept = ''
  for (const character of stem) {
    bytes += Buffer.byteLength(character)
    if (bytes > maxBytes) return kept
    kept += character
  }
  return stem
}
