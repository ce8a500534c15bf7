/** Opens an original for conversion: something sharp can read, and what must be found again in the copy. Runs in the image worker. */
import { open, readFile } from 'node:fs/promises'
import sharp, { type Metadata } from 'sharp'
import { type Bytes, bufferBytes, fileBytes } from '../formats/bytes.ts'
import { embedAdobeRgbProfile, saysAdobeRgb } from '../formats/colour/adobe-rgb.ts'
import { tiffInExif } from '../formats/exif/embedded-exif.ts'
import { decodeHeicFile } from '../heic/heic-decoder.ts'
import { type EssentialExif, essentialExif, readEssentialExif } from './essential-exif.ts'
import type { ImageJob } from './image-job.ts'

export interface PhotoSource {
  /** What sharp reads: the original's path, the original with a profile that it only names, or the decoded picture. */
  readonly input: string | Buffer
  readonly facts: Metadata
  readonly exif: EssentialExif
  /** The original, or its EXIF block, where sharp leaves that behind: it must be written into the copy by hand; null: sharp carries it. */
  readonly exifToCarry: Bytes | null
  /** Empty where there is none. */
  readonly xmp: string
  close(): Promise<void>
}

const nothingToClose = async () => undefined

/** @throws ImageError, or sharp's own error where it is no image */
export async function openPhoto(job: ImageJob): Promise<PhotoSource> {
  const { sourcePath, sourceFormat } = job
  if (sourceFormat === 'heic') return openHeic(job)
  const facts = await metadataOf(sourcePath)
  const base = { input: sourcePath, facts, xmp: facts.xmp?.toString('utf8') ?? '' }
  if (sourceFormat === 'tiff') return openTiff(base, sourcePath)
  const block = facts.exif ? tiffInExif(facts.exif) : null
  const own = { exif: await essentialExif(block), exifToCarry: null, close: nothingToClose }
  const lacksProfile = sourceFormat === 'jpeg' && facts.space === 'srgb' && !facts.hasProfile
  if (!lacksProfile || block === null || !(await saysAdobeRgb(block))) return { ...base, ...own }
  const input = embedAdobeRgbProfile(await readFile(sourcePath))
  return { ...base, ...own, input, facts: await metadataOf(input) }
}

function metadataOf(image: string | Buffer): Promise<Metadata> {
  return sharp(image, { limitInputPixels: false }).metadata()
}

async function openHeic({ sourcePath, format, colour }: ImageJob): Promise<PhotoSource> {
  const { tiff, exif, xmp } = await decodeHeicFile(sourcePath, {
    wanted: null,
    deep: keepsDepth(format, colour),
  })
  return {
    input: tiff,
    facts: await metadataOf(tiff),
    exif: await essentialExif(exif),
    exifToCarry: exif && bufferBytes(exif),
    xmp: xmp ?? '',
    close: nothingToClose,
  }
}

/** A TIFF's EXIF is spread over the file, which may be large: only its directories are read. */
async function openTiff(
  base: Pick<PhotoSource, 'input' | 'facts' | 'xmp'>,
  sourcePath: string,
): Promise<PhotoSource> {
  const file = await open(sourcePath, 'r')
  const close = () => file.close()
  try {
    const bytes = fileBytes(file, (await file.stat()).size)
    return { ...base, exif: await readEssentialExif(bytes), exifToCarry: bytes, close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

/** Bits beyond the eighth are kept with the photo's own colours, in formats that know them. */
function keepsDepth(format: ImageJob['format'], colour: ImageJob['colour']): boolean {
  return colour === 'keep' && (format === 'avif' || format === 'png')
}
