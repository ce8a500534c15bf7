/** The thumbnail that cameras put beside a JPEG's EXIF data: a hundred times as quick as the photo, where it can be trusted. */
import type { Bytes, Span } from '../formats/bytes.ts'
import { within } from '../formats/bytes.ts'
import { readOrientation } from '../formats/exif/orientation.ts'
import { exifBytes, readJpegHeader } from '../formats/jpeg.ts'
import { tiffTags } from '../formats/tiff/tags.ts'
import { readDirectories } from '../formats/tiff/tiff-reader.ts'

const sRgb = 1
/** Cameras of 3:2 fill a thumbnail of 4:3 up with black bars; more than that is another picture. */
const minShare = 0.7
/** Pixels of the shorter edge without the bars: that of 16:9 in the usual 160 by 120. */
const minEdge = 90

export interface ExifThumbnail {
  readonly jpeg: Buffer
  /** The part without bars, in pixels. */
  readonly crop: {
    readonly left: number
    readonly top: number
    readonly width: number
    readonly height: number
  }
  readonly orientation: number
}

/**
 * @param photo a JPEG
 * @returns null where there is none, or where it would be blurred, of other colours or of another cut than the photo
 */
export async function exifThumbnail(photo: Bytes): Promise<ExifThumbnail | null> {
  const facts = await readJpegHeader(photo)
  const exif = facts && exifBytes(photo, facts)
  // What a profile means for the thumbnail nobody says.
  if (!facts || !exif || facts.hasProfile) return null
  const directories = await readDirectories(exif)
  const shot = directories.find(({ kind }) => kind === 'exif')
  if ((await shot?.number(tiffTags.colorSpace)) !== sRgb) return null
  const [, second] = directories.filter(({ kind }) => kind === 'image')
  const offset = await second?.number(tiffTags.jpegOffset)
  const length = await second?.number(tiffTags.jpegLength)
  if (!offset || !length) return null
  const span: Span = { offset, length }
  const small = await readJpegHeader(within(exif, span))
  const crop = small && cropTo(small, facts.width / facts.height)
  if (!crop) return null
  const jpeg = await exif.read(offset, Math.min(length, exif.size - offset))
  return { jpeg, crop, orientation: (await readOrientation(directories)) ?? 1 }
}

function cropTo(small: { width: number; height: number }, aspect: number): ExifThumbnail['crop'] | null {
  const width = Math.min(small.width, Math.round(small.height * aspect))
  const height = Math.min(small.height, Math.round(small.width / aspect))
  const share = (width * height) / (small.width * small.height)
  if (share < minShare || Math.min(width, height) < minEdge) return null
  const left = Math.floor((small.width - width) / 2)
  const top = Math.floor((small.height - height) / 2)
  return { left, top, width, height }
}
