/** Makes a thumbnail of a photo with sharp: upright, in sRGB, as WebP. Runs only in workers. */
import { readFile } from 'node:fs/promises'
import sharp, { type Sharp } from 'sharp'
import { type ThumbnailSize, thumbnailEdges } from '../../../shared/thumbnails.ts'
import { clipJpeg } from '../clips/clip-reader.ts'
import { type Bytes, MalformedPhoto, valueIfMalformed } from '../formats/bytes.ts'
import { embedAdobeRgbProfile, isAdobeRgb } from '../formats/colour/adobe-rgb.ts'
import { exifThumbnail } from '../formats/exif/exif-thumbnail.ts'
import { readOrientation, turnUpright } from '../formats/exif/orientation.ts'
import { readExifDirectories, readJpegHeader } from '../formats/jpeg.ts'
import { choosePreview, openRaw, type RawFile } from '../formats/raw/raw-file.ts'
import { tiffTags } from '../formats/tiff/tags.ts'
import { decodeHeicFile } from '../heic/heic-decoder.ts'
import { maxPixels } from '../image-error.ts'
import type { SourceKind } from '../source-kind.ts'

/** Half a picture is better than none here. */
const sharpOptions = { limitInputPixels: maxPixels, failOn: 'none' } as const
/** RGB and YCbCr (TIFF 6.0); raw data has others. */
const rgbPhotometrics = [2, 6]

/** How large a picture is wanted. */
export interface PictureSize {
  /** Pixels: of the shorter edge for `outside`, of the longer one for `inside`. */
  readonly edge: number
  readonly fit: 'outside' | 'inside'
}

/**
 * @param path the same file as `bytes`, for decoders that read it themselves
 * @throws MalformedPhoto, ImageError, or sharp's own error if it cannot be decoded
 */
export async function makeThumbnail(
  path: string,
  bytes: Bytes,
  sourceKind: SourceKind,
  size: ThumbnailSize,
): Promise<Buffer> {
  // The window crops rows to a square, so that their shorter edge counts.
  const fit = size === 'row' ? 'outside' : 'inside'
  const upright = await smallPicture(path, bytes, sourceKind, { edge: thumbnailEdges[size], fit })
  return upright.webp({ quality: 80, effort: 2 }).toBuffer()
}

/** The picture upright, in sRGB, without metadata; never larger than it was. @throws as `makeThumbnail` */
export async function smallPicture(
  path: string,
  bytes: Bytes,
  sourceKind: SourceKind,
  size: PictureSize,
): Promise<Sharp> {
  const { image, orientation } = await openPicture(path, bytes, sourceKind, size)
  const { edge, fit } = size
  image.resize({ width: edge, height: edge, fit, withoutEnlargement: true })
  // sharp keeps no profile unless told to: it converts to sRGB from the embedded one.
  return orientation === 1 ? image : turned(image, orientation)
}

/** As a separate step: sharp decodes a picture at full size if it has to turn it first, which takes ten times as long. */
async function turned(image: Sharp, orientation: number): Promise<Sharp> {
  return turnUpright(sharp(await image.png({ compressionLevel: 0 }).toBuffer(), sharpOptions), orientation)
}

interface OpenPicture {
  readonly image: Sharp
  /** How it must still be turned: 1 to 8, as EXIF has it; 1 if it is upright. */
  readonly orientation: number
}

function openPicture(
  path: string,
  bytes: Bytes,
  sourceKind: SourceKind,
  size: PictureSize,
): Promise<OpenPicture> {
  switch (sourceKind) {
    case 'raw':
      return openRawPreview(path, bytes, size)
    case 'heic':
      return openHeic(path, size)
    case 'clip':
      return openClip(path)
    case 'photo':
      return openPhoto(path, bytes, size)
  }
}

/** Upright already, with its profile. */
async function openHeic(path: string, size: PictureSize): Promise<OpenPicture> {
  const { tiff } = await decodeHeicFile(path, { minSize: size, keepDepth: false })
  return { image: sharp(tiff, sharpOptions), orientation: 1 }
}

/** What the camera shows of it; films are not decoded. */
async function openClip(path: string): Promise<OpenPicture> {
  const jpeg = await clipJpeg(path)
  if (jpeg === null) throw new MalformedPhoto('it holds no picture')
  return { image: sharp(jpeg, sharpOptions).autoOrient(), orientation: 1 }
}

async function openPhoto(path: string, bytes: Bytes, { fit }: PictureSize): Promise<OpenPicture> {
  const quick = fit === 'outside' ? await exifThumbnail(bytes, 'sure').catch(valueIfMalformed(null)) : null
  if (quick === null) {
    return { image: sharp(await withProfile(path, bytes), sharpOptions).autoOrient(), orientation: 1 }
  }
  const cropped = await sharp(quick.jpeg, sharpOptions)
    .extract(quick.crop)
    .png({ compressionLevel: 0 })
    .toBuffer()
  return { image: sharp(cropped, sharpOptions), orientation: quick.orientation }
}

/** The photo's path; for a JPEG in Adobe RGB that only names its profile, the photo with the profile. */
async function withProfile(path: string, bytes: Bytes): Promise<string | Buffer> {
  const header = await readJpegHeader(bytes).catch(valueIfMalformed(null))
  if (header === null || header.hasProfile) return path
  const namesAdobeRgb = await isAdobeRgb(await readExifDirectories(bytes, header))
  return namesAdobeRgb ? embedAdobeRgbProfile(await readFile(path)) : path
}

async function openRawPreview(path: string, bytes: Bytes, { edge }: PictureSize): Promise<OpenPicture> {
  const raw = await openRaw(bytes)
  const preview = choosePreview(raw, edge)
  if (preview === null) return openPlainPreview(path, raw)
  const own = await readExifDirectories(preview.bytes, preview)
  const orientation =
    (await readOrientation(own)) ?? (await readOrientation(raw.directories)) ?? raw.stated.orientation ?? 1
  const jpeg = await preview.bytes.read(0, preview.bytes.size)
  // A camera that is set to Adobe RGB makes its previews so. If the preview does not say it, the RAW file does.
  const namesAdobeRgb = !preview.hasProfile && (await isAdobeRgb([...own, ...raw.directories]))
  return { image: sharp(namesAdobeRgb ? embedAdobeRgbProfile(jpeg) : jpeg, sharpOptions), orientation }
}

/** Some RAW files hold only a small picture that is no JPEG; raw data must not be mistaken for one. */
async function openPlainPreview(path: string, raw: RawFile): Promise<OpenPicture> {
  const { directories, rgb, stated } = raw
  const orientation = (await readOrientation(directories)) ?? stated.orientation ?? 1
  if (rgb !== null) {
    const { width, height } = rgb
    return { image: sharp(await rgb.read(), { raw: { width, height, channels: 3 } }), orientation }
  }
  const photometric = await directories[0]?.number(tiffTags.photometricInterpretation)
  if (!rgbPhotometrics.includes(photometric ?? 0)) throw new MalformedPhoto('it holds no preview')
  return { image: sharp(path, sharpOptions), orientation }
}
