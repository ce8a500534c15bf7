/** JPEGs in Adobe RGB that say so only by a number in their EXIF, as cameras write them: gives them the profile that readers need. */
import { valueIfMalformed } from '../bytes.ts'
import { exifColorSpaces, tiffTags } from '../tiff/tags.ts'
import type { TiffDirectory } from '../tiff/tiff-directory.ts'
import { adobeRgbCurve, adobeRgbPrimaries, rgbProfile } from './icc-profile.ts'

const interoperabilityIndex = 0x0001
/** The interoperability index of a "DCF option file", which is in Adobe RGB (DCF 2.0). */
const dcfOptionFile = 'R03'

/** Whether a photo's directories say that it is in Adobe RGB; an embedded profile would count for more. */
export async function isAdobeRgb(directories: readonly TiffDirectory[]): Promise<boolean> {
  const exif = directories.find((one) => one.kind === 'exif' && one.has(tiffTags.colorSpace))
  const space = await exif?.number(tiffTags.colorSpace).catch(valueIfMalformed(null))
  if (space === exifColorSpaces.sRgb) return false
  if (space === exifColorSpaces.adobeRgb) return true
  const rules = directories.find(({ kind }) => kind === 'interoperability')
  const index = await rules?.text(interoperabilityIndex).catch(valueIfMalformed(null))
  return index === dcfOptionFile
}

const startOfImageBytes = 2
const profile = rgbProfile('Adobe RGB (1998)', adobeRgbPrimaries, adobeRgbCurve)
/** An APP2 segment with the profile as chunk 1 of 1 (ICC.1, annex B.4). */
const segment = Buffer.concat([
  Buffer.from([0xff, 0xe2, 0, 0]),
  Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'),
  profile,
])
segment.writeUInt16BE(segment.length - 2, 2)

/** @returns the same JPEG with the profile in it; `jpeg` itself does not change */
export function embedAdobeRgbProfile(jpeg: Buffer): Buffer {
  return Buffer.concat([jpeg.subarray(0, startOfImageBytes), segment, jpeg.subarray(startOfImageBytes)])
}
