/** Reads what a photo tells of itself, in short. Runs in the thumbnail worker alone. */
import sharp from 'sharp'
import type { PhotoFacts } from '../../../shared/photo-facts.ts'
import { type Bytes, bufferBytes, valueIfMalformed } from '../formats/bytes.ts'
import { tiffInExif } from '../formats/exif/embedded-exif.ts'
import { readOrientation, swapsSides } from '../formats/exif/orientation.ts'
import { readExifDirectories, readJpegHeader } from '../formats/jpeg.ts'
import { openRaw } from '../formats/raw/raw-file.ts'
import { tiffTags } from '../formats/tiff/tags.ts'
import type { DirectoryKind, TiffDirectory } from '../formats/tiff/tiff-directory.ts'
import { readDirectories } from '../formats/tiff/tiff-reader.ts'
import type { SourceKind } from './thumbnail-job.ts'

const tags = {
  width: 0x0100,
  height: 0x0101,
  exposure: 0x829a,
  aperture: 0x829d,
  iso: 0x8827,
  takenAtOffset: 0x9011,
  focalLength: 0x920a,
  latitude: 0x0002,
  longitude: 0x0004,
  cropSize: 0xc620,
} as const

interface PixelSize {
  readonly width: number
  readonly height: number
}

interface Told {
  readonly directories: readonly TiffDirectory[]
  /** As stored; null where only the directories know it. */
  readonly pixels: PixelSize | null
  readonly orientation: number | null
}

/**
 * @param path the same file as `bytes`
 * @throws MalformedPhoto, or sharp's own error where nothing can be read at all
 */
export async function readPhotoFacts(
  path: string,
  bytes: Bytes,
  sourceKind: SourceKind,
): Promise<PhotoFacts> {
  const told =
    sourceKind === 'raw'
      ? await tellRaw(bytes)
      : ((await tellJpeg(bytes)) ?? (await tellTiff(bytes)) ?? (await tellOther(path)))
  const { directories, orientation } = told
  const stored = told.pixels ?? (await pixelsOf(directories))
  const upright = stored && swapsSides(orientation) ? { width: stored.height, height: stored.width } : stored
  const number = (tag: number) => firstOf(directories, 'exif', (directory) => directory.number(tag))
  return {
    camera: await cameraOf(directories),
    lens: await firstOf(directories, 'exif', (directory) => directory.text(tiffTags.lens)),
    exposureSeconds: positive(await number(tags.exposure)),
    aperture: positive(await number(tags.aperture)),
    iso: positive(await number(tags.iso)),
    focalLengthMm: positive(await number(tags.focalLength)),
    takenAt: await takenAtOf(directories),
    width: upright?.width ?? null,
    height: upright?.height ?? null,
    hasLocation: directories.some(
      (directory) =>
        directory.kind === 'gps' && directory.has(tags.latitude) && directory.has(tags.longitude),
    ),
  }
}

async function tellRaw(bytes: Bytes): Promise<Told> {
  const { directories, previews } = await openRaw(bytes)
  const pixels = (await pixelsOf(directories)) ?? previews.at(-1) ?? null
  return { directories, pixels, orientation: await readOrientation(directories) }
}

async function tellJpeg(bytes: Bytes): Promise<Told | null> {
  const pixels = await readJpegHeader(bytes)
  if (pixels === null) return null
  const directories = await readExifDirectories(bytes, pixels)
  return { directories, pixels, orientation: await readOrientation(directories) }
}

async function tellTiff(bytes: Bytes): Promise<Told | null> {
  const directories = await readDirectories(bytes).catch(valueIfMalformed(null))
  return directories && { directories, pixels: null, orientation: await readOrientation(directories) }
}

async function tellOther(path: string): Promise<Told> {
  const {
    exif,
    width,
    height,
    orientation = null,
  } = await sharp(path, { limitInputPixels: false }).metadata()
  const directories = exif
    ? await readDirectories(bufferBytes(tiffInExif(exif))).catch(valueIfMalformed([]))
    : []
  return { directories, pixels: { width, height }, orientation }
}

/** The picture's own size: as DNG crops it, as the shot's data say, or else the largest that any directory has. */
async function pixelsOf(directories: readonly TiffDirectory[]): Promise<PixelSize | null> {
  const pair = async (directory: TiffDirectory, width: number, height: number) =>
    sizeOf(await directory.number(width), await directory.number(height))
  const cropped = await firstOf(directories, 'image', async (directory) =>
    sizeOf(...(await directory.numbers(tags.cropSize))),
  )
  const shot = await firstOf(directories, 'exif', (directory) =>
    pair(directory, tiffTags.pixelWidth, tiffTags.pixelHeight),
  )
  if (cropped ?? shot) return cropped ?? shot
  let largest: PixelSize | null = null
  for (const directory of directories.filter(({ kind }) => kind === 'image')) {
    const found = await pair(directory, tags.width, tags.height).catch(valueIfMalformed(null))
    if (found && found.width * found.height > (largest?.width ?? 0) * (largest?.height ?? 0)) largest = found
  }
  return largest
}

function sizeOf(width?: number | null, height?: number | null): PixelSize | null {
  return width && height ? { width: Math.round(width), height: Math.round(height) } : null
}

/** Makers often begin the model with their own name, in full or in short. */
async function cameraOf(directories: readonly TiffDirectory[]): Promise<string | null> {
  const make = await firstOf(directories, 'image', (directory) => directory.text(tiffTags.make))
  const model = await firstOf(directories, 'image', (directory) => directory.text(tiffTags.model))
  const [maker = ''] = make?.toLowerCase().split(' ') ?? []
  if (model === null || make === null || model.toLowerCase().startsWith(maker)) return model ?? make
  return `${make} ${model}`
}

async function takenAtOf(directories: readonly TiffDirectory[]): Promise<string | null> {
  const text = await firstOf(directories, 'exif', (directory) => directory.text(tiffTags.takenAt))
  const offset = await firstOf(directories, 'exif', (directory) => directory.text(tags.takenAtOffset))
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/.exec(text ?? '')
  if (parts === null || parts[1] === '0000') return null
  const zone = /^[+-]\d\d:\d\d$/.test(offset ?? '') ? offset : ''
  return `${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}${zone}`
}

/** The first answer of the directories of a kind; what cannot be read counts as not told. */
async function firstOf<Value>(
  directories: readonly TiffDirectory[],
  kind: DirectoryKind,
  ask: (directory: TiffDirectory) => Promise<Value | null>,
): Promise<Value | null> {
  for (const directory of directories) {
    const answer = directory.kind === kind ? await ask(directory).catch(valueIfMalformed(null)) : null
    if (answer !== null) return answer
  }
  return null
}

const positive = (value: number | null) => (value !== null && value > 0 ? value : null)
