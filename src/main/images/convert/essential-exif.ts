/** What a photo's EXIF says that must not get lost: when, with what and where it was taken. */
import { type Bytes, bufferBytes } from '../formats/bytes.ts'
import { tiffTags } from '../formats/tiff/tags.ts'
import type { TiffDirectory } from '../formats/tiff/tiff-directory.ts'
import { photoDirectories } from '../formats/tiff/tiff-reader.ts'

/** Null: it does not say. Texts are compared byte by byte, so they are kept as Latin-1, whatever they are in. */
export interface EssentialExif {
  readonly make: string | null
  readonly model: string | null
  readonly lens: string | null
  /** As EXIF writes it, `2024:05:01 10:11:12`. */
  readonly takenAt: string | null
  /** Latitude and longitude as EXIF has them, joined. */
  readonly place: string | null
}

const nothingSaid: EssentialExif = { make: null, model: null, lens: null, takenAt: null, place: null }
const placeTags = [1, 2, 3, 4]

/** @param tiff the EXIF block from its byte order mark on; null for a photo without one */
export async function essentialExif(tiff: Buffer | null): Promise<EssentialExif> {
  return tiff === null ? nothingSaid : readEssentialExif(bufferBytes(tiff))
}

/** @param bytes a whole TIFF file, or an EXIF block */
export async function readEssentialExif(bytes: Bytes): Promise<EssentialExif> {
  const { main, shot, place } = await photoDirectories(bytes)
  return {
    make: await textOf(main, tiffTags.make),
    model: await textOf(main, tiffTags.model),
    lens: await textOf(shot, tiffTags.lens),
    takenAt: await textOf(shot, tiffTags.takenAt),
    place: place && (await placeOf(place)),
  }
}

async function textOf(directory: TiffDirectory | null, tag: number): Promise<string | null> {
  const value = (await directory?.value(tag))?.toString('latin1') ?? ''
  return value.split('\0', 1)[0]?.trim() || null
}

/** Fractions are compared as numbers: who rewrites EXIF may shorten them. */
async function placeOf(gps: TiffDirectory): Promise<string | null> {
  const values = await Promise.all(placeTags.map((tag) => gps.value(tag)))
  const words = values.map((value) => {
    if (value === null || value.length < 8) return value?.toString('latin1').replaceAll('\0', '') ?? ''
    return fractions(value, gps.littleEndian)
  })
  return words.every((word) => word === '') ? null : words.join(' ')
}

function fractions(value: Buffer, littleEndian: boolean): string {
  const long = (at: number) => (littleEndian ? value.readUInt32LE(at) : value.readUInt32BE(at))
  const numbers: string[] = []
  for (let at = 0; at + 8 <= value.length; at += 8) numbers.push((long(at) / (long(at + 4) || 1)).toFixed(6))
  return numbers.join(',')
}
