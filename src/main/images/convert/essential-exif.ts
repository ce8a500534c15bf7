/** The EXIF facts that no copy may lose: when, with what and where the photo was taken. */
import { type Bytes, bufferBytes } from '../formats/bytes.ts'
import { tiffInExif } from '../formats/exif/embedded-exif.ts'
import { gpsTags, tiffTags } from '../formats/tiff/tags.ts'
import type { TiffDirectory } from '../formats/tiff/tiff-directory.ts'
import { readPhotoDirectories } from '../formats/tiff/tiff-reader.ts'

/** Null: the photo does not say. Texts are kept as Latin-1, whatever their encoding, because they are compared byte by byte. */
export interface EssentialExif {
  readonly make: string | null
  readonly model: string | null
  readonly lens: string | null
  /** As EXIF writes it, `2024:05:01 10:11:12`. */
  readonly takenAt: string | null
  /** Latitude and longitude as EXIF stores them, joined. */
  readonly location: string | null
}

const nothing: EssentialExif = { make: null, model: null, lens: null, takenAt: null, location: null }

/** @param block an EXIF block, with or without its `Exif\0\0` prefix; null or undefined for a photo without one */
export async function essentialExifIn(block: Buffer | null | undefined): Promise<EssentialExif> {
  return block ? readEssentialExif(bufferBytes(tiffInExif(block))) : nothing
}

/** @param tiff a whole TIFF file, or an EXIF block from its byte order mark on */
export async function readEssentialExif(tiff: Bytes): Promise<EssentialExif> {
  const { main, exif, gps } = await readPhotoDirectories(tiff)
  return {
    make: await textOf(main, tiffTags.make),
    model: await textOf(main, tiffTags.model),
    lens: await textOf(exif, tiffTags.lensModel),
    takenAt: await textOf(exif, tiffTags.dateTimeOriginal),
    location: gps && (await locationIn(gps)),
  }
}

async function textOf(directory: TiffDirectory | null, tag: number): Promise<string | null> {
  const value = (await directory?.value(tag))?.toString('latin1') ?? ''
  return value.split('\0', 1)[0]?.trim() || null
}

/** Fractions are compared as numbers, because programs that rewrite EXIF may reduce them. */
async function locationIn(gps: TiffDirectory): Promise<string | null> {
  const values = await Promise.all(Object.values(gpsTags).map((tag) => gps.value(tag)))
  const texts = values.map((value) => {
    if (value === null || value.length < 8) return value?.toString('latin1').replaceAll('\0', '') ?? ''
    return fractions(value, gps.littleEndian)
  })
  return texts.every((text) => text === '') ? null : texts.join(' ')
}

function fractions(value: Buffer, littleEndian: boolean): string {
  const long = (offset: number) => (littleEndian ? value.readUInt32LE(offset) : value.readUInt32BE(offset))
  const numbers: string[] = []
  for (let offset = 0; offset + 8 <= value.length; offset += 8) {
    numbers.push((long(offset) / (long(offset + 4) || 1)).toFixed(6))
  }
  return numbers.join(',')
}
