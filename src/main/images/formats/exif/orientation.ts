/** Reads EXIF orientations, and turns a picture upright if only the file around it says how. */
import type { Sharp } from 'sharp'
import { valueIfMalformed } from '../bytes.ts'
import { tiffTags } from '../tiff/tags.ts'
import type { TiffDirectory } from '../tiff/tiff-directory.ts'

/** 1 to 8, from the first picture's directory that has one; null if there is none. */
export async function readOrientation(directories: readonly TiffDirectory[]): Promise<number | null> {
  const directory = directories.find((one) => one.kind === 'image' && one.has(tiffTags.orientation))
  const value = await directory?.number(tiffTags.orientation).catch(valueIfMalformed(null))
  return value && value >= 1 && value <= 8 ? value : null
}

/** Orientation -> degrees to rotate clockwise, and what to mirror before that: sharp does them in this order. */
const rotations: Readonly<Record<number, readonly [degrees: number, mirror: 'flip' | 'flop' | null]>> = {
  2: [0, 'flop'],
  3: [180, null],
  4: [0, 'flip'],
  5: [90, 'flip'],
  6: [90, null],
  7: [90, 'flop'],
  8: [270, null],
}

/** @param orientation 1 to 8, as EXIF has it */
export function turnUpright(image: Sharp, orientation: number): Sharp {
  const [degrees, mirror] = rotations[orientation] ?? [0, null]
  if (degrees !== 0) image.rotate(degrees)
  if (mirror === 'flip') image.flip()
  if (mirror === 'flop') image.flop()
  return image
}

/** Whether width and height change places when the picture is turned upright. */
export const swapsSides = (orientation: number | null) => orientation !== null && orientation >= 5
