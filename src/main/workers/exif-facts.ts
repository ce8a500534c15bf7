/** What a photo's EXIF says that must not get lost: when, with what and where it was taken. */
import { bytesOf, type ReadBytes, type TiffEntry, type TiffReader, tiffReader } from './tiff-directories.ts'

/** Null: it does not say. Texts are compared byte by byte, so they are kept as Latin-1, whatever they are in. */
export interface ExifFacts {
  readonly make: string | null
  readonly model: string | null
  readonly lens: string | null
  /** As EXIF writes it, `2024:05:01 10:11:12`. */
  readonly takenAt: string | null
  /** Latitude and longitude as EXIF has them, joined. */
  readonly place: string | null
}

export const exifTags = {
  make: 0x010f,
  model: 0x0110,
  exifDirectory: 0x8769,
  gpsDirectory: 0x8825,
  takenAt: 0x9003,
  lens: 0xa434,
} as const
const nothingSaid: ExifFacts = { make: null, model: null, lens: null, takenAt: null, place: null }
const placeTags = [1, 2, 3, 4]

/** @param tiff the EXIF block from its byte order mark on; null for a photo without one */
export function exifFacts(tiff: Buffer | null): ExifFacts {
  return tiff === null ? nothingSaid : factsIn(bytesOf(tiff))
}

/** @param read a whole TIFF file, or an EXIF block */
export function factsIn(read: ReadBytes): ExifFacts {
  const reader = tiffReader(read)
  if (reader === null) return nothingSaid
  const main = reader.directory(reader.first)
  const camera = directoryUnder(reader, main, exifTags.exifDirectory)
  const gps = directoryUnder(reader, main, exifTags.gpsDirectory)
  return {
    make: textOf(main, exifTags.make),
    model: textOf(main, exifTags.model),
    lens: textOf(camera, exifTags.lens),
    takenAt: textOf(camera, exifTags.takenAt),
    place: placeOf(reader, gps),
  }
}

/** The directory that an entry of another one points to; empty where there is none. */
export function directoryUnder(
  reader: TiffReader,
  entries: readonly TiffEntry[],
  tag: number,
): readonly TiffEntry[] {
  const pointer = entries.find((entry) => entry.tag === tag)
  const at = pointer && reader.number(pointer)
  return at ? reader.directory(at) : []
}

function textOf(entries: readonly TiffEntry[], tag: number): string | null {
  const value = entries.find((entry) => entry.tag === tag)?.value.toString('latin1') ?? ''
  return value.split('\0', 1)[0]?.trim() || null
}

/** Fractions are compared as numbers: who rewrites EXIF may shorten them. */
function placeOf({ bigEndian }: TiffReader, gps: readonly TiffEntry[]): string | null {
  const words = placeTags.map((tag) => {
    const value = gps.find((entry) => entry.tag === tag)?.value ?? Buffer.alloc(0)
    return value.length < 8 ? value.toString('latin1').replaceAll('\0', '') : fractions(value, bigEndian)
  })
  return words.every((word) => word === '') ? null : words.join(' ')
}

function fractions(value: Buffer, bigEndian: boolean): string {
  const long = (at: number) => (bigEndian ? value.readUInt32BE(at) : value.readUInt32LE(at))
  const numbers: string[] = []
  for (let at = 0; at + 8 <= value.length; at += 8) numbers.push((long(at) / (long(at + 4) || 1)).toFixed(6))
  return numbers.join(',')
}
