/** Makes a small picture of a photo with sharp: upright, in sRGB, as WebP. Runs in the thumbnail worker alone. */
import { readFile } from 'node:fs/promises'
import sharp, { type Sharp } from 'sharp'
import { type ThumbnailSize, thumbnailEdges } from '../../../shared/thumbnails.ts'
import { type Bytes, MalformedPhoto, valueIfMalformed } from '../formats/bytes.ts'
import { embedAdobeRgbProfile, isAdobeRgb } from '../formats/colour/adobe-rgb.ts'
import { readOrientation, rotateUpright } from '../formats/exif/orientation.ts'
import { readExifDirectories, readJpegHeader } from '../formats/jpeg.ts'
import { choosePreview, openRaw, type RawFile } from '../formats/raw/raw-file.ts'
import { decodeHeicFile } from '../heic/heic-decoder.ts'
import { maxPixels } from '../image-error.ts'
import { exifThumbnail } from './exif-thumbnail.ts'
import type { SourceKind } from './thumbnail-job.ts'

const look = { limitInputPixels: maxPixels, failOn: 'none' } as const
const photometricTag = 0x0106
const rgbPhotometrics = [2, 6]

/**
 * @param path the same file as `bytes`, for decoders that read by themselves
 * @throws MalformedPhoto, or sharp's own error where it cannot be decoded
 */
export async function makeThumbnail(
  path: string,
  bytes: Bytes,
  sourceKind: SourceKind,
  size: ThumbnailSize,
): Promise<Buffer> {
  const { image, orientation } = await openImage(path, bytes, sourceKind, size)
  const { edge, fit } = shapeOf(size)
  image.resize({ width: edge, height: edge, fit, withoutEnlargement: true })
  // Without a profile kept, sharp converts to sRGB by the one that is embedded.
  const upright = orientation === 1 ? image : await turned(image, orientation)
  return upright.webp({ quality: 80, effort: 2 }).toBuffer()
}

/** Rows are cut to a square by the window, so that their shorter edge counts. */
function shapeOf(size: ThumbnailSize) {
  return { edge: thumbnailEdges[size], fit: size === 'row' ? 'outside' : 'inside' } as const
}

/** In a step of its own: a picture that is turned first is decoded at its full size, which takes ten times as long. */
async function turned(image: Sharp, orientation: number): Promise<Sharp> {
  return rotateUpright(sharp(await image.png({ compressionLevel: 0 }).toBuffer(), look), orientation)
}

/** A picture, and how it is to be turned still. */
interface Opened {
  readonly image: Sharp
  /** 1 to 8, as EXIF has it; 1 for one that is upright. */
  readonly orientation: number
}

function openImage(path: string, bytes: Bytes, sourceKind: SourceKind, size: ThumbnailSize): Promise<Opened> {
  switch (sourceKind) {
    case 'raw':
      return fromRaw(path, bytes, size)
    case 'heic':
      return fromHeic(path, size)
    case 'photo':
      return fromPhoto(path, bytes, size)
  }
}

/** Upright already, with its profile. */
async function fromHeic(path: string, size: ThumbnailSize): Promise<Opened> {
  const { tiff } = await decodeHeicFile(path, { wanted: shapeOf(size), deep: false })
  return { image: sharp(tiff, look), orientation: 1 }
}

async function fromPhoto(path: string, bytes: Bytes, size: ThumbnailSize): Promise<Opened> {
  const quick = size === 'row' ? await exifThumbnail(bytes).catch(valueIfMalformed(null)) : null
  if (quick === null) return { image: sharp(await explained(path, bytes), look).autoOrient(), orientation: 1 }
  const cropped = await sharp(quick.jpeg, look).extract(quick.crop).png({ compressionLevel: 0 }).toBuffer()
  return { image: sharp(cropped, look), orientation: quick.orientation }
}

/** The photo; one in Adobe RGB that names its profile only, with the profile. */
async function explained(path: string, bytes: Bytes): Promise<string | Buffer> {
  const facts = await readJpegHeader(bytes).catch(valueIfMalformed(null))
  if (facts === null || facts.hasProfile) return path
  return (await isAdobeRgb(await readExifDirectories(bytes, facts)))
    ? embedAdobeRgbProfile(await readFile(path))
    : path
}

async function fromRaw(path: string, bytes: Bytes, size: ThumbnailSize): Promise<Opened> {
  const container = await openRaw(bytes)
  const preview = choosePreview(container, thumbnailEdges[size])
  if (preview === null) return fromPlainPicture(path, container)
  const own = await readExifDirectories(preview.bytes, preview)
  const orientation = (await readOrientation(own)) ?? (await readOrientation(container.directories)) ?? 1
  const jpeg = await preview.bytes.read(0, preview.bytes.size)
  // A camera that was set to Adobe RGB makes its previews so; the RAW's own data say it where the preview has none.
  const needsProfile = !preview.hasProfile && (await isAdobeRgb([...own, ...container.directories]))
  return { image: sharp(needsProfile ? embedAdobeRgbProfile(jpeg) : jpeg, look), orientation }
}

/** Some DNG and NEF files hold an uncompressed little picture only; raw data must not be taken for one. */
async function fromPlainPicture(path: string, { directories }: RawFile): Promise<Opened> {
  const photometric = await directories[0]?.number(photometricTag)
  if (!rgbPhotometrics.includes(photometric ?? 0)) throw new MalformedPhoto('it holds no preview')
  return { image: sharp(path, look), orientation: (await readOrientation(directories)) ?? 1 }
}
