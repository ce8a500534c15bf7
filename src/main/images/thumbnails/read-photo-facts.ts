/** Reads a photo's facts: camera, exposure, time, size. Runs only in the thumbnail worker. */
import sharp from 'sharp'
import type { PhotoFacts } from '../../../shared/photo-facts.ts'
import { type Bytes, bufferBytes, valueIfMalformed } from '../formats/bytes.ts'
import { tiffInExif } from '../formats/exif/embedded-exif.ts'
import { readOrientation, swapsSides } from '../formats/exif/orientation.ts'
import { readExifDirectories, readJpegHeader } from '../formats/jpeg.ts'
import { openRaw, type PixelSize } from '../formats/raw/raw-file.ts'
import { gpsTags, tiffTags } from '../formats/tiff/tags.ts'
import type { DirectoryKind, TiffDirectory } from '../formats/tiff/tiff-directory.ts'
import { readDirectories } from '../formats/tiff/tiff-reader.ts'
import type { SourceKind } from './thumbnail-job.ts'

interface PhotoMetadata {
  readonly directories: readonly TiffDirectory[]
  /** As stored; null if only the directories know it. */
  readonly pixels: PixelSize | null
  /** 1 to 8, as EXIF has it; null if unknown. */
  readonly orientation: number | null
}

/**
 * @param path the same file as `bytes`
 * @throws MalformedPhoto, or sharp's own error if nothing can be read at all
 */
export async function readPhotoFacts(
  path: string,
  bytes: Bytes,
  sourceKind: SourceKind,
): Promise<PhotoFacts> {
  const { directories, orientation, pixels } = await readMetadata(path, bytes, sourceKind)
  const stored = pixels ?? (await pixelsIn(directories))
  const upright = stored && swapsSides(orientation) ? { width: stored.height, height: stored.width } : stored
  const exifNumber = (tag: number) => firstOf(directories, 'exif', (directory) => directory.number(tag))
  return {
    camera: await cameraIn(directories),
    lens: await firstOf(directories, 'exif', (directory) => directory.text(tiffTags.lensModel)),
    exposureSeconds: positive(await exifNumber(tiffTags.exposureTime)),
    aperture: positive(await exifNumber(tiffTags.fNumber)),
    iso: positive(await exifNumber(tiffTags.photographicSensitivity)),
    focalLengthMm: positive(await exifNumber(tiffTags.focalLength)),
    takenAt: await takenAtIn(directories),
    ...(await bodyIn(directories)),
    width: upright?.width ?? null,
    height: upright?.height ?? null,
    hasLocation: directories.some(
      (one) => one.kind === 'gps' && one.has(gpsTags.latitude) && one.has(gpsTags.longitude),
    ),
  }
}

/** Which camera it was, and how the photo is rated there; nothing where that is not said. */
async function bodyIn(directories: readonly TiffDirectory[]): Promise<Pick<PhotoFacts, 'serial' | 'rating'>> {
  const serial = await firstOf(directories, 'exif', (directory) => directory.text(tiffTags.bodySerialNumber))
  const rating = await firstOf(directories, 'image', (directory) => directory.number(tiffTags.rating))
  const isRating = rating !== null && rating >= 0 && rating <= 5
  return { ...(serial !== null && { serial }), ...(isRating && { rating }) }
}

async function readMetadata(path: string, bytes: Bytes, sourceKind: SourceKind): Promise<PhotoMetadata> {
  if (sourceKind === 'raw') return readRaw(bytes)
  return (await readJpeg(bytes)) ?? (await readTiff(bytes)) ?? (await readOther(path))
}

async function readRaw(bytes: Bytes): Promise<PhotoMetadata> {
  const { directories, previews, sensor } = await openRaw(bytes)
  const pixels = sensor ?? (await pixelsIn(directories)) ?? previews.at(-1) ?? null
  return { directories, pixels, orientation: await readOrientation(directories) }
}

/** @returns null if it is not a JPEG */
async function readJpeg(bytes: Bytes): Promise<PhotoMetadata | null> {
  const header = await readJpegHeader(bytes)
  if (header === null) return null
  const directories = await readExifDirectories(bytes, header)
  return { directories, pixels: header, orientation: await readOrientation(directories) }
}

/** @returns null if it is not a TIFF */
async function readTiff(bytes: Bytes): Promise<PhotoMetadata | null> {
  const directories = await readDirectories(bytes).catch(valueIfMalformed(null))
  return directories && { directories, pixels: null, orientation: await readOrientation(directories) }
}

async function readOther(path: string): Promise<PhotoMetadata> {
  const metadata = await sharp(path, { limitInputPixels: false }).metadata()
  const { exif, width, height, orientation = null } = metadata
  const directories = exif
    ? await readDirectories(bufferBytes(tiffInExif(exif))).catch(valueIfMalformed([]))
    : []
  return { directories, pixels: { width, height }, orientation }
}

/** The picture's own size: as DNG crops it, else as EXIF has it, else the largest in any directory. */
async function pixelsIn(directories: readonly TiffDirectory[]): Promise<PixelSize | null> {
  const sizeFrom = async (directory: TiffDirectory, widthTag: number, heightTag: number) =>
    sizeOf(await directory.number(widthTag), await directory.number(heightTag))
  const cropped = await firstOf(directories, 'image', async (directory) =>
    sizeOf(...(await directory.numbers(tiffTags.defaultCropSize))),
  )
  const fromExif = await firstOf(directories, 'exif', (directory) =>
    sizeFrom(directory, tiffTags.pixelXDimension, tiffTags.pixelYDimension),
  )
  if (cropped ?? fromExif) return cropped ?? fromExif
  let largest: PixelSize | null = null
  for (const directory of directories.filter(({ kind }) => kind === 'image')) {
    const size = await sizeFrom(directory, tiffTags.imageWidth, tiffTags.imageLength).catch(
      valueIfMalformed(null),
    )
    if (size && size.width * size.height > (largest?.width ?? 0) * (largest?.height ?? 0)) largest = size
  }
  return largest
}

function sizeOf(width?: number | null, height?: number | null): PixelSize | null {
  return width && height ? { width: Math.round(width), height: Math.round(height) } : null
}

/** Make and model. Some makers repeat their name, in full or in short, at the start of the model. */
async function cameraIn(directories: readonly TiffDirectory[]): Promise<string | null> {
  const make = await firstOf(directories, 'image', (directory) => directory.text(tiffTags.make))
  const model = await firstOf(directories, 'image', (directory) => directory.text(tiffTags.model))
  const [maker = ''] = make?.toLowerCase().split(' ') ?? []
  if (model === null || make === null || model.toLowerCase().startsWith(maker)) return model ?? make
  return `${make} ${model}`
}

/** ISO 8601, with the offset from UTC if the camera knew it. */
async function takenAtIn(directories: readonly TiffDirectory[]): Promise<string | null> {
  const exifText = (tag: number) => firstOf(directories, 'exif', (directory) => directory.text(tag))
  const text = await exifText(tiffTags.dateTimeOriginal)
  const offset = await exifText(tiffTags.offsetTimeOriginal)
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/.exec(text ?? '')
  if (parts === null || parts[1] === '0000') return null
  const zone = /^[+-]\d\d:\d\d$/.test(offset ?? '') ? offset : ''
  return `${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}${zone}`
}

/** The first value in the directories of a kind; one that cannot be read is skipped. */
async function firstOf<Value>(
  directories: readonly TiffDirectory[],
  kind: DirectoryKind,
  read: (directory: TiffDirectory) => Promise<Value | null>,
): Promise<Value | null> {
  for (const directory of directories) {
    const value = directory.kind === kind ? await read(directory).catch(valueIfMalformed(null)) : null
    if (value !== null) return value
  }
  return null
}

const positive = (value: number | null) => (value !== null && value > 0 ? value : null)
