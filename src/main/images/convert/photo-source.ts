/** Opens an original for conversion: what sharp reads, and what must be found again in the copy. Runs in the image worker. */
import { open, readFile } from 'node:fs/promises'
import sharp, { type Metadata } from 'sharp'
import { type Bytes, bufferBytes, fileBytes, valueIfMalformed } from '../formats/bytes.ts'
import { embedAdobeRgbProfile, isAdobeRgb } from '../formats/colour/adobe-rgb.ts'
import { tiffInExif } from '../formats/exif/embedded-exif.ts'
import { readDirectories } from '../formats/tiff/tiff-reader.ts'
import { decodeHeicFile } from '../heic/heic-decoder.ts'
import { type EssentialExif, essentialExifIn, readEssentialExif } from './essential-exif.ts'
import type { ImageJob } from './image-job.ts'

export interface PhotoSource {
  /** What sharp reads: the original's path, the original with a profile that it only names, or the decoded picture. */
  readonly input: string | Buffer
  /** Of `input`. */
  readonly metadata: Metadata
  readonly exif: EssentialExif
  /** The original, or its EXIF block, if sharp does not copy it: it must be written into the copy by hand. Null: sharp copies it. */
  readonly exifToCopy: Bytes | null
  /** Empty if there is none. */
  readonly xmp: string
  close(): Promise<void>
}

const nothingToClose = async () => undefined

/** @throws ImageError, or sharp's own error if it is no image */
export async function openPhoto(job: ImageJob): Promise<PhotoSource> {
  const { sourcePath, sourceFormat } = job
  if (sourceFormat === 'heic') return openHeic(job)
  const metadata = await metadataOf(sourcePath)
  const base = { input: sourcePath, metadata, xmp: metadata.xmp?.toString('utf8') ?? '' }
  if (sourceFormat === 'tiff') return openTiff(base, sourcePath)
  const exif = await essentialExifIn(metadata.exif)
  const source = { ...base, exif, exifToCopy: null, close: nothingToClose }
  if (sourceFormat !== 'jpeg' || !(await needsAdobeRgbProfile(metadata))) return source
  const input = embedAdobeRgbProfile(await readFile(sourcePath))
  return { ...source, input, metadata: await metadataOf(input) }
}

/** Whether a JPEG is in Adobe RGB but says so only in its EXIF. */
async function needsAdobeRgbProfile({ space, hasProfile, exif }: Metadata): Promise<boolean> {
  if (space !== 'srgb' || hasProfile || exif === undefined) return false
  return isAdobeRgb(await readDirectories(bufferBytes(tiffInExif(exif))).catch(valueIfMalformed([])))
}

function metadataOf(image: string | Buffer): Promise<Metadata> {
  return sharp(image, { limitInputPixels: false }).metadata()
}

async function openHeic({ sourcePath, format, colour }: ImageJob): Promise<PhotoSource> {
  const { tiff, exif, xmp } = await decodeHeicFile(sourcePath, {
    minSize: null,
    keepDepth: keepsDepth(format, colour),
  })
  return {
    input: tiff,
    metadata: await metadataOf(tiff),
    exif: await essentialExifIn(exif),
    exifToCopy: exif && bufferBytes(exif),
    xmp: xmp ?? '',
    close: nothingToClose,
  }
}

/** A TIFF's EXIF is spread over the file, which may be large: only its directories are read. */
async function openTiff(
  base: Pick<PhotoSource, 'input' | 'metadata' | 'xmp'>,
  sourcePath: string,
): Promise<PhotoSource> {
  const file = await open(sourcePath, 'r')
  const close = () => file.close()
  try {
    const bytes = fileBytes(file, (await file.stat()).size)
    return { ...base, exif: await readEssentialExif(bytes), exifToCopy: bytes, close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

/** More than 8 bits are kept if the photo keeps its colours and the format can hold them. */
function keepsDepth(format: ImageJob['format'], colour: ImageJob['colour']): boolean {
  return colour === 'keep' && (format === 'avif' || format === 'png')
}
