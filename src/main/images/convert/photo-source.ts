/** Opens an original for conversion: what sharp reads, and what must be found again in the copy. Runs in the image worker. */
import { open, readFile } from 'node:fs/promises'
import sharp, { type Metadata } from 'sharp'
import { type Bytes, bufferBytes, fileBytes, valueIfMalformed } from '../formats/bytes.ts'
import { embedAdobeRgbProfile, isAdobeRgb } from '../formats/colour/adobe-rgb.ts'
import { type Cicp, cicpProfile } from '../formats/colour/cicp.ts'
import { tiffInExif } from '../formats/exif/embedded-exif.ts'
import { readOrientation } from '../formats/exif/orientation.ts'
import { readJpegFile } from '../formats/jpeg-segments.ts'
import { readDirectories } from '../formats/tiff/tiff-reader.ts'
import { uncompressedTiff } from '../formats/tiff/uncompressed-tiff.ts'
import { decodeHeicFile } from '../heic/heic-decoder.ts'
import { ImageError, maxPixels } from '../image-error.ts'
import { removeDangling } from '../metadata/dangling-xmp.ts'
import { type FoundExtras, findExtras } from '../metadata/find-extras.ts'
import { type EssentialExif, essentialExifIn, readEssentialExif } from './essential-exif.ts'
import { type GainMap, readGainMap } from './gain-map.ts'
import type { CopyJob } from './image-job.ts'
import { namedColours } from './named-colours.ts'
import { gatherMetadata, gatherTiffMetadata, type OriginalMetadata } from './original-metadata.ts'
import { assertUsualPixels, assertUsualTiff } from './usual-pixels.ts'

export interface PhotoSource extends FoundExtras {
  /** What sharp reads: the original, the original with a profile that it only names, or the decoded picture. */
  readonly input: string | Buffer
  /** Of a HEIC: a smaller picture in the file, decoded on its own; null for none. */
  readonly preview: Buffer | null
  /** Of `input`. */
  readonly metadata: Metadata
  readonly exif: EssentialExif
  /** For the copy. */
  readonly told: OriginalMetadata
  /** Of a JPEG that can carry it over to its copy; null for none. */
  readonly gainMap: GainMap | null
  /** The original if it is a TIFF, whose EXIF is spread over the file. */
  readonly tiff: Bytes | null
  close(): Promise<void>
}

const nothingToClose = async () => undefined
const nothingElse: FoundExtras = { extras: new Set(), isAnimated: false, pictures: 1 }

/** @throws ImageError, or sharp's own error if it is no image */
export async function openPhoto(job: CopyJob): Promise<PhotoSource> {
  const { sourcePath, sourceFormat } = job
  if (sourceFormat === 'heic') return openHeic(job)
  if (sourceFormat === 'tiff') return openTiff(job)
  const file = await readFile(sourcePath)
  const metadata = await metadataOf(file)
  assertUsualPixels(metadata)
  const jpeg = sourceFormat === 'jpeg' ? readJpegFile(file) : undefined
  const found = findExtras(file, sourceFormat, jpeg)
  const told = await gatherMetadata(file, sourceFormat, job.format, jpeg)
  await assertOrientationKnown(metadata, told)
  const source: PhotoSource = {
    ...found,
    // The items of an AVIF are counted by their own rules; to sharp the tiles of one picture are many.
    pictures: sourceFormat === 'avif' ? found.pictures : (metadata.pages ?? 1),
    input: file,
    preview: null,
    metadata,
    told,
    gainMap: jpeg && found.extras.has('gain-map') ? readGainMap(file, jpeg) : null,
    tiff: null,
    exif: await essentialExifIn(told.exif),
    close: nothingToClose,
  }
  const input = await withNamedProfile(file, metadata, sourceFormat)
  return input === file ? source : { ...source, input, metadata: await metadataOf(input) }
}

/** Some programs hide a PNG's EXIF where sharp does not look: whether viewers follow its orientation differs, too. */
async function assertOrientationKnown({ exif }: Metadata, { exif: hidden }: OriginalMetadata): Promise<void> {
  if (exif !== undefined || hidden === null) return
  const directories = await readDirectories(bufferBytes(hidden)).catch(valueIfMalformed([]))
  if (((await readOrientation(directories)) ?? 1) !== 1) {
    throw new ImageError('not-faithful', 'an orientation that viewers understand differently')
  }
}

/** @returns the same file if its colours are those of its profile, or sRGB */
async function withNamedProfile(
  file: Buffer,
  metadata: Metadata,
  format: CopyJob['sourceFormat'],
): Promise<Buffer> {
  if (format === 'jpeg') return (await needsAdobeRgbProfile(metadata)) ? embedAdobeRgbProfile(file) : file
  const named = namedColours(file, format)
  if (named === null) return file
  const isSrgb = cicpProfile(named) === null
  // In an AVIF the profile counts, if there is one; in a PNG the numbers do.
  if (metadata.hasProfile ? format === 'avif' : isSrgb) return file
  return decodedWith(named, file, metadata)
}

/** The picture, upright, with a profile for the colours that it names. */
async function decodedWith(named: Cicp, file: Buffer, { depth }: Metadata): Promise<Buffer> {
  const isDeep = depth === 'ushort'
  const image = sharp(file, { limitInputPixels: maxPixels, failOn: 'warning', ignoreIcc: true })
    .autoOrient()
    .toColourspace(isDeep ? 'rgb16' : 'srgb')
    .raw({ depth: isDeep ? 'ushort' : 'uchar' })
  const { data, info } = await image.toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const channels = info.channels === 4 ? 4 : 3
  const picture = { width, height, channels, bits: isDeep ? 16 : 8, icc: cicpProfile(named) } as const
  return uncompressedTiff(picture, (pixels) => pixels.set(data))
}

/** Whether a JPEG is in Adobe RGB but says so only in its EXIF. */
async function needsAdobeRgbProfile({ space, hasProfile, exif }: Metadata): Promise<boolean> {
  if (space !== 'srgb' || hasProfile || exif === undefined) return false
  return isAdobeRgb(await readDirectories(bufferBytes(tiffInExif(exif))).catch(valueIfMalformed([])))
}

function metadataOf(image: string | Buffer): Promise<Metadata> {
  return sharp(image, { limitInputPixels: false }).metadata()
}

async function openHeic({ sourcePath, format, colour }: CopyJob): Promise<PhotoSource> {
  const { tiff, preview, exif, xmp } = await decodeHeicFile(sourcePath, {
    minSize: null,
    keepDepth: keepsDepth(format, colour),
  })
  const found = findExtras(await readFile(sourcePath), 'heic')
  return {
    ...found,
    // libheif has counted them.
    pictures: 1,
    input: tiff,
    preview,
    metadata: await metadataOf(tiff),
    exif: await essentialExifIn(exif),
    told: { exif, xmp: removeDangling(xmp ?? ''), iptc: null },
    gainMap: null,
    tiff: null,
    close: nothingToClose,
  }
}

/** A TIFF's EXIF is spread over the file, which may be large: only its directories are read. */
async function openTiff({ sourcePath, format: target }: CopyJob): Promise<PhotoSource> {
  const file = await open(sourcePath, 'r')
  const close = () => file.close()
  try {
    const bytes = fileBytes(file, (await file.stat()).size)
    await assertUsualTiff(bytes)
    const metadata = await metadataOf(sourcePath)
    assertUsualPixels(metadata)
    return {
      ...nothingElse,
      pictures: metadata.pages ?? 1,
      input: sourcePath,
      preview: null,
      metadata,
      told: await gatherTiffMetadata(bytes, metadata.xmp ?? null, target),
      exif: await readEssentialExif(bytes),
      gainMap: null,
      tiff: bytes,
      close,
    }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

/** More than 8 bits are kept if the photo keeps its colours and the format can hold them. */
function keepsDepth(format: CopyJob['format'], colour: CopyJob['colour']): boolean {
  return colour === 'keep' && (format === 'avif' || format === 'png')
}
