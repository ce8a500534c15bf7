/** JPEGs in Adobe RGB that say so by a number in their EXIF only, as cameras write them: gives them the profile that readers ask for. */
import { bufferBytes, valueIfMalformed } from '../bytes.ts'
import { tiffTags } from '../tiff/tags.ts'
import type { TiffDirectory } from '../tiff/tiff-directory.ts'
import { readDirectories } from '../tiff/tiff-reader.ts'
import { adobeRgbCurve, adobeRgbPrimaries, rgbProfile } from './icc-profile.ts'

const sRgb = 1
/** Not in the standard, but written by some cameras before it. */
const adobeRgb = 2
const indexTag = 0x0001
/** DCF 2.0 names files of its option, which is Adobe RGB, by this. */
const optionFile = 'R03'

/** @param exif a block from its byte order mark on */
export async function saysAdobeRgb(exif: Buffer): Promise<boolean> {
  return isAdobeRgb(await readDirectories(bufferBytes(exif)).catch(valueIfMalformed([])))
}

/** What the directories of a photo say of its colours, where no profile does. */
export async function isAdobeRgb(directories: readonly TiffDirectory[]): Promise<boolean> {
  const shot = directories.find((one) => one.kind === 'exif' && one.has(tiffTags.colorSpace))
  const space = await shot?.number(tiffTags.colorSpace).catch(valueIfMalformed(null))
  if (space === sRgb || space === adobeRgb) return space === adobeRgb
  const rules = directories.find(({ kind }) => kind === 'interoperability')
  return (await rules?.text(indexTag).catch(valueIfMalformed(null))) === optionFile
}

const startOfImageBytes = 2
const profile = rgbProfile('Adobe RGB (1998)', adobeRgbPrimaries, adobeRgbCurve)
/** ICC.1, annex B.4: a segment APP2 that is the first of one. */
const segment = Buffer.concat([
  Buffer.from([0xff, 0xe2, 0, 0]),
  Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'),
  profile,
])
segment.writeUInt16BE(segment.length - 2, 2)

/** @returns the same JPEG with the profile in it; `jpeg` is left as it is */
export function embedAdobeRgbProfile(jpeg: Buffer): Buffer {
  return Buffer.concat([jpeg.subarray(0, startOfImageBytes), segment, jpeg.subarray(startOfImageBytes)])
}
