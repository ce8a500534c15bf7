/** Looks at a finished copy with other eyes than made it: whoever trusts a copy with their photo must find all of it there. */
import sharp, { type Metadata } from 'sharp'
import { tiffInExif } from '../formats/exif/embedded-exif.ts'
import { ImageError } from '../image-error.ts'
import { type EssentialExif, essentialExif } from './essential-exif.ts'

/** What a copy must be. */
export interface ExpectedCopy {
  /** Pixels as they are to be seen, give or take one for rounding. */
  readonly width: number
  readonly height: number
  /** The profile itself; `srgb`: any for sRGB; null: none. */
  readonly profile: Buffer | 'srgb' | null
  readonly exif: EssentialExif
  /** Rating, caption and all else that XMP may say; empty for none. */
  readonly xmp: string
}

/**
 * @param path of the copy
 * @throws ImageError `not-faithful` that names what is missing
 */
export async function checkCopy(path: string, expected: ExpectedCopy): Promise<void> {
  const found = await sharp(path).metadata()
  const exif = await essentialExif(found.exif ? tiffInExif(found.exif) : null)
  const missing = [
    ...(isUprightIn(found, expected) ? [] : ['size or orientation']),
    ...(isSameProfile(found, expected.profile) ? [] : ['colour profile']),
    ...(Object.keys(expected.exif) as (keyof EssentialExif)[]).filter(
      (key) => exif[key] !== expected.exif[key],
    ),
    ...(packetOf(found.xmp?.toString('utf8')) === packetOf(expected.xmp) ? [] : ['XMP']),
  ]
  if (missing.length > 0) throw new ImageError('not-faithful', `the copy differs in ${missing.join(', ')}`)
}

function isUprightIn({ width, height, orientation = 1 }: Metadata, expected: ExpectedCopy): boolean {
  return orientation === 1 && Math.abs(width - expected.width) <= 1 && Math.abs(height - expected.height) <= 1
}

function isSameProfile({ icc, space }: Metadata, expected: ExpectedCopy['profile']): boolean {
  if (expected === null) return icc === undefined
  if (expected === 'srgb') return icc !== undefined && (space === 'srgb' || space === 'b-w')
  return icc?.equals(expected) === true
}

/** Without the wrapper that writers add, and the room that they leave for other writers. */
function packetOf(xmp = ''): string {
  return xmp.replace(/<\?xpacket[^>]*\?>/g, '').trim()
}
