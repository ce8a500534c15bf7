/** Makes a photo's facts out of its metadata: EXIF first, then what its format states by itself, then XMP and IPTC. */
import type { PhotoFacts } from '../../../shared/photo-facts.ts'
import { swapsSides } from '../formats/exif/orientation.ts'
import type { PixelSize } from '../formats/pixel-size.ts'
import type { StatedFacts } from '../formats/raw/raw-container.ts'
import { gpsTags, tiffTags } from '../formats/tiff/tags.ts'
import type { TiffDirectory } from '../formats/tiff/tiff-directory.ts'
import { exifTime, firstOf, iptcTime, lastChange, xmpTime } from './taken-at.ts'

export interface PhotoMetadata {
  readonly directories: readonly TiffDirectory[]
  /** As stored; null if unknown. */
  readonly pixels: PixelSize | null
  /** 1 to 8, as EXIF has it; null if unknown. */
  readonly orientation: number | null
  readonly stated?: StatedFacts
  readonly xmp?: string | null
  /** Records of IPTC. */
  readonly iptc?: Buffer | null
  /** Whether the date of the file's last change is that of the exposure. */
  readonly isRaw?: boolean
}

export async function factsOf(metadata: PhotoMetadata): Promise<PhotoFacts> {
  const { directories, orientation, pixels, stated = {} } = metadata
  const upright = pixels && swapsSides(orientation) ? { width: pixels.height, height: pixels.width } : pixels
  const exifNumber = async (tag: number) =>
    positive(await exifOrPicture(directories, (directory) => directory.number(tag)))
  return {
    camera: await cameraOf(directories, stated),
    lens: await exifOrPicture(directories, (directory) => directory.text(tiffTags.lensModel)),
    exposureSeconds: (await exifNumber(tiffTags.exposureTime)) ?? stated.exposureSeconds ?? null,
    aperture: (await exifNumber(tiffTags.fNumber)) ?? stated.aperture ?? null,
    iso: (await exifNumber(tiffTags.photographicSensitivity)) ?? stated.iso ?? null,
    focalLengthMm: (await exifNumber(tiffTags.focalLength)) ?? stated.focalLengthMm ?? null,
    takenAt: await takenAtOf(metadata),
    ...(await bodyOf(directories, stated)),
    width: upright?.width ?? null,
    height: upright?.height ?? null,
    hasLocation: directories.some(
      (one) => one.kind === 'gps' && one.has(gpsTags.latitude) && one.has(gpsTags.longitude),
    ),
  }
}

/** TIFF/EP keeps the exposure beside the picture; EXIF has a directory for it. */
async function exifOrPicture<Value>(
  directories: readonly TiffDirectory[],
  read: (directory: TiffDirectory) => Promise<Value | null>,
): Promise<Value | null> {
  return (await firstOf(directories, 'exif', read)) ?? firstOf(directories, 'image', read)
}

/** Which camera it was, and how the photo is rated there; nothing where that is not said. */
async function bodyOf(
  directories: readonly TiffDirectory[],
  stated: StatedFacts,
): Promise<Pick<PhotoFacts, 'serial' | 'rating'>> {
  const inExif = await firstOf(directories, 'exif', (directory) => directory.text(tiffTags.bodySerialNumber))
  const serial = inExif ?? stated.serial
  const rating = await firstOf(directories, 'image', (directory) => directory.number(tiffTags.rating))
  const isRating = rating !== null && rating >= 0 && rating <= 5
  return { ...(serial !== undefined && { serial }), ...(isRating && { rating }) }
}

async function cameraOf(directories: readonly TiffDirectory[], stated: StatedFacts): Promise<string | null> {
  const text = (tag: number) => firstOf(directories, 'image', (directory) => directory.text(tag))
  const make = (await text(tiffTags.make)) ?? stated.make ?? null
  const model = (await text(tiffTags.model)) ?? stated.model ?? null
  return cameraName(make, model)
}

/** Some makers repeat their name, in full or in short, at the start of the model. */
export function cameraName(make: string | null, model: string | null): string | null {
  const [maker = ''] = make?.toLowerCase().split(' ') ?? []
  if (model === null || make === null || model.toLowerCase().startsWith(maker)) return model ?? make
  return `${make} ${model}`
}

/** When it was taken, wherever that is said; else when it was digitized. */
async function takenAtOf(metadata: PhotoMetadata): Promise<string | null> {
  const { directories, stated, xmp, iptc, isRaw = false } = metadata
  const inTexts = (which: 'original' | 'digitized') =>
    (xmp ? xmpTime(xmp, which) : null) ?? (iptc ? iptcTime(iptc, which) : null)
  return (
    (await exifTime(directories, 'original')) ??
    stated?.takenAt ??
    inTexts('original') ??
    (await exifTime(directories, 'digitized')) ??
    inTexts('digitized') ??
    (isRaw ? await lastChange(directories) : null)
  )
}

const positive = (value: number | null) => (value !== null && value > 0 ? value : null)
