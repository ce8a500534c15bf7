/** The thumbnail that cameras store in a JPEG's EXIF: a hundred times faster than decoding the photo, if it can be trusted. */
import { type Bytes, within } from '../formats/bytes.ts'
import { readOrientation } from '../formats/exif/orientation.ts'
import { exifBytes, readJpegHeader } from '../formats/jpeg.ts'
import { exifColorSpaces, tiffTags } from '../formats/tiff/tags.ts'
import { readDirectories } from '../formats/tiff/tiff-reader.ts'

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
 * @returns null if there is none, or if it is blurred, has other colours or shows another part than the photo
 */
export async function exifThumbnail(photo: Bytes): Promise<ExifThumbnail | null> {
  const header = await readJpegHeader(photo)
  const exif = header && exifBytes(photo, header)
  // Nothing says whether a photo's profile holds for its thumbnail.
  if (!header || !exif || header.hasProfile) return null
  const directories = await readDirectories(exif)
  const exifDirectory = directories.find(({ kind }) => kind === 'exif')
  if ((await exifDirectory?.number(tiffTags.colorSpace)) !== exifColorSpaces.sRgb) return null
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
