/**
 * Makes a copy in memory of a TIFF whose fields a decoder warns of (unsorted, doubled, texts without an end), with only those
 * that the picture needs: what is warned of then is the picture itself. Many programs write such files, and nothing is wrong
 * with their pixels.
 */
import { open } from 'node:fs/promises'
import { fileBytes, valueIfMalformed } from '../formats/bytes.ts'
import { entryBytes, inlineBytes, type TiffDirectory } from '../formats/tiff/tiff-directory.ts'
import { isBigTiff, readDirectories } from '../formats/tiff/tiff-reader.ts'

/** Larger ones stay as they are. */
const maxTiffBytes = 512 << 20

/**
 * Fields for decoding and showing a picture (TIFF 6.0; Technical Note 2; ICC.1, annex B.3), ascending: sizes, samples, strips,
 * resolution, transfer, predictor, colour map, tiles, extra samples, sample formats, JPEG tables, YCbCr, white, profile.
 */
const pictureTags: readonly number[] = [
  0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x010a, 0x0111, 0x0112, 0x0115, 0x0116, 0x0117, 0x011a, 0x011b,
  0x011c, 0x0128, 0x013d, 0x0140, 0x0142, 0x0143, 0x0144, 0x0145, 0x014c, 0x0152, 0x0153, 0x015b, 0x0211,
  0x0212, 0x0213, 0x0214, 0x8773,
]

/** @returns null for a file that it can't be done for: a BigTIFF, one with several pictures, or none at all */
export async function tidyTiff(path: string): Promise<Buffer | null> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    if (size > maxTiffBytes) return null
    const directories = await readDirectories(fileBytes(file, size)).catch(valueIfMalformed([]))
    const [main, ...others] = directories.filter(({ kind }) => kind === 'image')
    if (main === undefined || others.length > 0) return null
    const fields = pictureTags.filter((tag) => main.has(tag))
    const directoryAt = size + (size % 2)
    const tidy = Buffer.alloc(directoryAt + 2 + fields.length * entryBytes + 4)
    const { bytesRead } = await file.read(tidy, 0, size, 0)
    if (bytesRead < size || isBigTiff(tidy)) return null
    writeDirectory(tidy, directoryAt, main, fields)
    return tidy
  } finally {
    await file.close()
  }
}

/** The values stay where they are; only those that fit into their fields go with them. */
function writeDirectory(tiff: Buffer, at: number, main: TiffDirectory, fields: readonly number[]): void {
  const { littleEndian } = main
  const u16 = (value: number, to: number) =>
    littleEndian ? tiff.writeUInt16LE(value, to) : tiff.writeUInt16BE(value, to)
  const u32 = (value: number, to: number) =>
    littleEndian ? tiff.writeUInt32LE(value, to) : tiff.writeUInt32BE(value, to)
  u32(at, 4)
  u16(fields.length, at)
  for (const [nth, tag] of fields.entries()) {
    const entry = at + 2 + nth * entryBytes
    const span = main.valueSpan(tag)
    u16(tag, entry)
    u16(main.type(tag) ?? 0, entry + 2)
    u32(main.count(tag), entry + 4)
    if (span && span.length > inlineBytes) u32(span.offset, entry + 8)
    else if (span) tiff.copy(tiff, entry + 8, span.offset, span.offset + span.length)
  }
}
