/** Reads a photo's facts: camera, exposure, time, size. Runs only in the thumbnail worker. */
import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import type { PhotoFacts } from '../../../shared/photo-facts.ts'
import { type Bytes, bufferBytes, type Span, valueIfMalformed } from '../formats/bytes.ts'
import { tiffInExif } from '../formats/exif/embedded-exif.ts'
import { readOrientation } from '../formats/exif/orientation.ts'
import { readHeifHead, readItem } from '../formats/heif/heif-head.ts'
import type { HeifItem } from '../formats/heif/heif-items.ts'
import { type JpegHeader, readExifDirectories, readJpegHeader } from '../formats/jpeg.ts'
import { openRaw } from '../formats/raw/raw-file.ts'
import { pixelsIn } from '../formats/raw/raw-pixels.ts'
import { tiffTags } from '../formats/tiff/tags.ts'
import type { TiffDirectory } from '../formats/tiff/tiff-directory.ts'
import { readDirectories } from '../formats/tiff/tiff-reader.ts'
import { tiffInItem } from '../heic/heic-metadata.ts'
import { photoshopIds, photoshopResources } from '../metadata/iptc.ts'
import { partBytes } from '../metadata/metadata-parts.ts'
import { pngMetadata } from '../metadata/png-metadata.ts'
import type { SourceKind } from '../source-kind.ts'
import { factsOf, type PhotoMetadata } from './facts-of.ts'
import { readUnshown } from './unshown-photos.ts'

/**
 * @param path the same file as `bytes`
 * @throws MalformedPhoto, or sharp's own error if nothing can be read at all
 */
export async function readPhotoFacts(
  path: string,
  bytes: Bytes,
  sourceKind: SourceKind,
): Promise<PhotoFacts> {
  return factsOf(await readMetadata(path, bytes, sourceKind))
}

async function readMetadata(path: string, bytes: Bytes, sourceKind: SourceKind): Promise<PhotoMetadata> {
  if (sourceKind === 'raw') return readRaw(bytes)
  const found = (await readJpeg(bytes)) ?? (await readTiff(bytes)) ?? (await readUnshown(bytes))
  return found ?? (sourceKind === 'heic' ? readHeic(bytes) : readOther(path, bytes))
}

async function readRaw(bytes: Bytes): Promise<PhotoMetadata> {
  const { directories, pixels, stated } = await openRaw(bytes)
  const orientation = (await readOrientation(directories)) ?? stated.orientation ?? null
  return {
    directories,
    pixels,
    orientation,
    stated,
    isRaw: true,
    ...(await textsInFields(bytes, directories)),
  }
}

/** @returns null if it is not a JPEG */
async function readJpeg(bytes: Bytes): Promise<PhotoMetadata | null> {
  const header = await readJpegHeader(bytes)
  if (header === null) return null
  const directories = await readExifDirectories(bytes, header)
  return {
    directories,
    pixels: header,
    orientation: await readOrientation(directories),
    ...(await textsIn(bytes, header)),
  }
}

/** @returns null if it is not a TIFF */
async function readTiff(bytes: Bytes): Promise<PhotoMetadata | null> {
  const directories = await readDirectories(bytes).catch(valueIfMalformed(null))
  if (directories === null) return null
  const [pixels, orientation] = [await pixelsIn(directories, []), await readOrientation(directories)]
  return { directories, pixels, orientation, ...(await textsInFields(bytes, directories)) }
}

/** @throws MalformedPhoto if it is no HEIF file */
async function readHeic(bytes: Bytes): Promise<PhotoMetadata> {
  const { items, upright } = await readHeifHead(bytes)
  const read = async (isWanted: (item: HeifItem) => boolean) => {
    const item = [...items.values()].find(isWanted)
    return item ? readItem(bytes, item, maxTextBytes).catch(valueIfMalformed(null)) : null
  }
  const exif = await read(({ type }) => type === 'Exif')
  const tiff = exif && tiffInItem(exif)
  const xmp = await read(({ contentType }) => contentType === 'application/rdf+xml')
  const directories = tiff ? await readDirectories(bufferBytes(tiff)).catch(valueIfMalformed([])) : []
  // The properties have turned it; an orientation in EXIF does not count.
  return { directories, pixels: upright, orientation: null, xmp: xmp?.toString('utf8') ?? null }
}

async function readOther(path: string, bytes: Bytes): Promise<PhotoMetadata> {
  const metadata = await sharp(path, { limitInputPixels: false })
    .metadata()
    .catch(() => null)
  // Sequences, and grids of a kind that sharp does not know, still say what they are.
  if (metadata === null) return readHeic(bytes)
  const { width, height, orientation = null, format } = metadata
  const exif = metadata.exif ?? (format === 'png' ? await hiddenExif(path) : undefined)
  const directories = exif
    ? await readDirectories(bufferBytes(tiffInExif(exif))).catch(valueIfMalformed([]))
    : []
  const texts = { xmp: metadata.xmp?.toString('utf8') ?? null, iptc: iptcIn(metadata.iptc ?? null) }
  return { directories, pixels: { width, height }, orientation, ...texts }
}

/** Some programs keep a PNG's EXIF behind the pixels or in a text, where sharp does not look. */
async function hiddenExif(path: string): Promise<Buffer | undefined> {
  const png = await readFile(path)
  const part = pngMetadata(png).parts.find(({ kind }) => kind === 'exif')
  return part && partBytes(png, part)
}

type Texts = Pick<PhotoMetadata, 'xmp' | 'iptc'>

async function textsIn(bytes: Bytes, { xmp, photoshop }: JpegHeader): Promise<Texts> {
  const resources = await valueAt(bytes, photoshop)
  return { xmp: (await valueAt(bytes, xmp))?.toString('utf8') ?? null, iptc: iptcIn(resources) }
}

/** Programs write XMP and IPTC into fields of a TIFF, and of the RAW formats that are one. */
async function textsInFields(bytes: Bytes, directories: readonly TiffDirectory[]): Promise<Texts> {
  const [main] = directories
  if (main === undefined) return {}
  const value = (tag: number) => valueAt(bytes, main.valueSpan(tag))
  const xmp = (await value(tiffTags.xmp))?.toString('utf8') ?? null
  return { xmp, iptc: iptcIn((await value(tiffTags.iptc)) ?? (await value(tiffTags.photoshop))) }
}

/** No packet of a photo is longer; only dates are looked for. */
const maxTextBytes = 4 << 20

async function valueAt(bytes: Bytes, span: Span | null): Promise<Buffer | null> {
  if (span === null || span.length > maxTextBytes) return null
  return bytes.read(span.offset, span.length).catch(valueIfMalformed(null))
}

/** @param block IPTC records, or Photoshop's resources that hold them */
function iptcIn(block: Buffer | null): Buffer | null {
  const [first] = block ?? []
  if (block === null || first === 0x1c) return block
  return photoshopResources(block).find(({ id }) => id === photoshopIds.iptc)?.value ?? null
}
