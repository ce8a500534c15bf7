/** Checks a finished copy by reading it back: everything that the original says must be in it. */
import sharp, { type Metadata } from 'sharp'
import type { PhotoExtra } from '../../../shared/preparation.ts'
import { ImageError } from '../image-error.ts'
import type { RemovedPlace } from '../place/remove-place.ts'
import { type EssentialExif, essentialExifIn } from './essential-exif.ts'

/** A copy in memory. */
export interface Copy {
  readonly bytes: Buffer
  /** What has become of the original's place. */
  readonly place: RemovedPlace
  /** What the original holds and the copy does not. */
  readonly leftOut: readonly PhotoExtra[]
  /** What must be found in it once it is on disk; null if it has been checked already. */
  readonly expected: ExpectedCopy | null
}

/** What a copy must be. */
export interface ExpectedCopy {
  /** Pixels as displayed, plus or minus one for rounding. */
  readonly width: number
  readonly height: number
  /** The profile itself; `srgb`: any profile for sRGB; null: none. */
  readonly profile: Buffer | 'srgb' | null
  readonly exif: EssentialExif
  /** Rating, caption and all else that XMP may say; empty for none. */
  readonly xmp: string
}

/**
 * @param path of the copy
 * @throws ImageError `not-faithful`, which names what is missing
 */
export async function checkCopy(path: string, expected: ExpectedCopy): Promise<void> {
  const found = await sharp(path).metadata()
  const exif = await essentialExifIn(found.exif)
  const missing = [
    ...(hasSize(found, expected) ? [] : ['size or orientation']),
    ...(hasProfile(found, expected.profile) ? [] : ['colour profile']),
    ...exifFields.filter((field) => exif[field] !== expected.exif[field]),
    ...(withoutWrapper(found.xmp?.toString('utf8')) === withoutWrapper(expected.xmp) ? [] : ['XMP']),
  ]
  if (missing.length > 0) throw new ImageError('not-faithful', `the copy differs in ${missing.join(', ')}`)
}

const exifFields = ['make', 'model', 'lens', 'takenAt', 'location'] as const satisfies (keyof EssentialExif)[]

/** Whether the copy is upright and has the expected size. */
function hasSize({ width, height, orientation = 1 }: Metadata, expected: ExpectedCopy): boolean {
  return orientation === 1 && Math.abs(width - expected.width) <= 1 && Math.abs(height - expected.height) <= 1
}

function hasProfile({ icc, space }: Metadata, expected: ExpectedCopy['profile']): boolean {
  if (expected === null) return icc === undefined
  if (expected === 'srgb') return icc !== undefined && (space === 'srgb' || space === 'b-w')
  return icc?.equals(expected) === true
}

/** Without the `xpacket` lines that writers add, and the padding that they leave for later edits. */
function withoutWrapper(xmp = ''): string {
  return xmp.replace(/<\?xpacket[^>]*\?>/g, '').trim()
}
