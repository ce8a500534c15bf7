/** Turns a picture upright as EXIF says, where the picture itself does not say it but the file around it does. */
import type { Sharp } from 'sharp'
import { valueIfMalformed } from '../bytes.ts'
import { tiffTags } from '../tiff/tags.ts'
import type { TiffDirectory } from '../tiff/tiff-directory.ts'

/** 1 to 8 as the first picture's directory has it; null where it has none. */
export async function readOrientation(directories: readonly TiffDirectory[]): Promise<number | null> {
  const naming = directories.find(
    (directory) => directory.kind === 'image' && directory.has(tiffTags.orientation),
  )
  const value = await naming?.number(tiffTags.orientation).catch(valueIfMalformed(null))
  return value && value >= 1 && value <= 8 ? value : null
}

/** Orientation -> what to mirror first, and degrees to turn clockwise then: the order in which sharp does both. */
const turns: Readonly<Record<number, readonly [degrees: number, mirror: 'flip' | 'flop' | null]>> = {
  2: [0, 'flop'],
  3: [180, null],
  4: [0, 'flip'],
  5: [90, 'flip'],
  6: [90, null],
  7: [90, 'flop'],
  8: [270, null],
}

export function rotateUpright(image: Sharp, orientation: number): Sharp {
  const [degrees, mirror] = turns[orientation] ?? [0, null]
  if (degrees !== 0) image.rotate(degrees)
  if (mirror === 'flip') image.flip()
  if (mirror === 'flop') image.flop()
  return image
}

/** Whether width and height change places. */
export const swapsSides = (orientation: number | null) => orientation !== null && orientation >= 5
