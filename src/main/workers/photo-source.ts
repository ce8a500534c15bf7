/** Opens an original for conversion: something sharp can read, and what must be found again in the copy. Runs in the image worker. */
import { closeSync, openSync, readSync } from 'node:fs'
import sharp, { type Metadata } from 'sharp'
import { type ExifFacts, exifFacts, factsIn } from './exif-facts.ts'
import { tiffPart } from './exif-in-image.ts'
import { decodeHeicFile } from './heic-decoder.ts'
import type { ImageJob } from './image-protocol.ts'
import { bytesOf, type ReadBytes } from './tiff-directories.ts'

export interface PhotoSource {
  /** What sharp reads: the original's path, or the decoded picture. */
  readonly input: string | Buffer
  readonly facts: Metadata
  readonly exif: ExifFacts
  /** Reads an original whose EXIF sharp leaves behind: it must be written into the copy by hand; null: sharp carries it. */
  readonly exifToCarry: ReadBytes | null
  /** Empty where there is none. */
  readonly xmp: string
  close(): void
}

const nothingToClose = () => undefined

/** @throws ImageRefusal, or sharp's own error where it is no image */
export async function openPhoto({ sourcePath, sourceFormat }: ImageJob): Promise<PhotoSource> {
  if (sourceFormat === 'heic') return openHeic(sourcePath)
  const facts = await sharp(sourcePath, { limitInputPixels: false }).metadata()
  const base = { input: sourcePath, facts, xmp: facts.xmp?.toString('utf8') ?? '' }
  if (sourceFormat === 'tiff') return openTiff(base, sourcePath)
  const exif = exifFacts(facts.exif ? tiffPart(facts.exif) : null)
  return { ...base, exif, exifToCarry: null, close: nothingToClose }
}

async function openHeic(sourcePath: string): Promise<PhotoSource> {
  const { tiff, exif, xmp } = await decodeHeicFile(sourcePath)
  return {
    input: tiff,
    facts: await sharp(tiff, { limitInputPixels: false }).metadata(),
    exif: exifFacts(exif),
    exifToCarry: exif && bytesOf(exif),
    xmp: xmp ?? '',
    close: nothingToClose,
  }
}

/** A TIFF's EXIF is spread over the file, which may be large: only its directories are read. */
function openTiff(base: Pick<PhotoSource, 'input' | 'facts' | 'xmp'>, sourcePath: string): PhotoSource {
  const file = openSync(sourcePath, 'r')
  const read: ReadBytes = (start, length) => {
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, readSync(file, bytes, 0, length, start))
  }
  return { ...base, exif: factsIn(read), exifToCarry: read, close: () => closeSync(file) }
}
