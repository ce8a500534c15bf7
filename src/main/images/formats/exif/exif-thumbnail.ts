/** The thumbnail that cameras store in a JPEG's EXIF: a hundred times faster than decoding the photo, if it can be trusted. */
import { type Bytes, within } from '../bytes.ts'
import { exifBytes, readJpegHeader } from '../jpeg.ts'
import { exifColorSpaces, tiffTags } from '../tiff/tags.ts'
import type { TiffDirectory } from '../tiff/tiff-directory.ts'
import { readDirectories } from '../tiff/tiff-reader.ts'
import { readOrientation } from './orientation.ts'

/** 3:2 cameras fill a 4:3 thumbnail up with black bars; if less than this is left between them, it is another picture. */
const minShare = 0.7
/** Pixels of the shorter edge without the bars: that of 16:9 in the usual 160 by 120. */
const minEdge = 90

export interface ExifThumbnail {
  readonly jpeg: Buffer
  /** The part without bars, in pixels. */
  readonly crop: Crop
  /** 1 to 8, as EXIF has it. */
  readonly orientation: number
}

interface Crop {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/**
 * @param photo a JPEG
 * @param colours `sure`: only where the thumbnail is known to be in sRGB as the photo is
 * @returns null if there is none, or if it is blurred, has other colours or shows another part than the photo
 */
export async function exifThumbnail(photo: Bytes, colours: 'sure' | 'any'): Promise<ExifThumbnail | null> {
  const header = await readJpegHeader(photo)
  const exif = header && exifBytes(photo, header)
  if (!header || !exif) return null
  const directories = await readDirectories(exif)
  // Nothing says whether a photo's profile holds for its thumbnail.
  if (colours === 'sure' && (header.hasProfile || !(await namesSrgb(directories)))) return null
  const [, second] = directories.filter(({ kind }) => kind === 'image')
  const offset = await second?.number(tiffTags.jpegOffset)
  const length = await second?.number(tiffTags.jpegLength)
  if (!offset || !length) return null
  const thumbnail = await readJpegHeader(within(exif, { offset, length }))
  const crop = thumbnail && cropTo(thumbnail, header.width / header.height)
  if (!crop) return null
  const jpeg = await exif.read(offset, Math.min(length, exif.size - offset))
  return { jpeg, crop, orientation: (await readOrientation(directories)) ?? 1 }
}

async function namesSrgb(directories: readonly TiffDirectory[]): Promise<boolean> {
  const exif = directories.find(({ kind }) => kind === 'exif')
  return (await exif?.number(tiffTags.colorSpace)) === exifColorSpaces.sRgb
}

/** The middle part with the given aspect ratio (width / height); null if too little is left. */
function cropTo(thumbnail: { width: number; height: number }, aspectRatio: number): Crop | null {
  const width = Math.min(thumbnail.width, Math.round(thumbnail.height * aspectRatio))
  const height = Math.min(thumbnail.height, Math.round(thumbnail.width / aspectRatio))
  const share = (width * height) / (thumbnail.width * thumbnail.height)
  if (share < minShare || Math.min(width, height) < minEdge) return null
  const left = Math.floor((thumbnail.width - width) / 2)
  const top = Math.floor((thumbnail.height - height) / 2)
  return { left, top, width, height }
}
