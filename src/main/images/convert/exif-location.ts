/** Removes the location from a TIFF structure byte by byte, because sharp can only keep or drop EXIF as a whole. */
import { type Bytes, bufferBytes, MalformedPhoto, valueIfMalformed } from '../formats/bytes.ts'
import { tiffTags } from '../formats/tiff/tags.ts'
import { readDirectory, type TiffDirectory } from '../formats/tiff/tiff-directory.ts'
import { readDirectories } from '../formats/tiff/tiff-reader.ts'

/** Of one GPS value; anything longer is no location. */
const maxValueBytes = 64 << 10
/** Directories that point to a GPS directory in one photo; cameras write one. */
const maxLocations = 50
/** Each directory ends with the offset of the next one. */
const nextOffsetBytes = 4

/**
 * Removes GPS in place; the structure keeps its length.
 * @param tiff a whole TIFF file, or an EXIF block from its byte order mark on
 * @returns whether there was any
 * @throws MalformedPhoto if it holds more locations than any photo has
 */
export async function removeExifLocation(tiff: Buffer): Promise<boolean> {
  const bytes = bufferBytes(tiff)
  for (let removed = 0; removed < maxLocations; removed++) {
    const directories = await readDirectories(bytes).catch(valueIfMalformed([]))
    const parent = directories.find((one) => one.kind !== 'gps' && one.has(tiffTags.gpsDirectory))
    if (parent === undefined) return removed > 0
    await eraseGpsDirectory(tiff, bytes, parent)
    removeEntry(tiff, parent, tiffTags.gpsDirectory)
  }
  throw new MalformedPhoto(`more than ${maxLocations} locations`)
}

/** Overwrites the GPS directory that `parent` points to, and every value outside it, with zeros. */
async function eraseGpsDirectory(tiff: Buffer, bytes: Bytes, parent: TiffDirectory): Promise<void> {
  const [offset = 0] = await parent.numbers(tiffTags.gpsDirectory)
  const pointer = { kind: 'gps', offset } as const
  const found = await readDirectory(bytes, parent.littleEndian, pointer).catch(valueIfMalformed(null))
  if (found === null) return
  const values = found.directory.outsideSpans().filter(({ length }) => length <= maxValueBytes)
  for (const span of [...values, found.directory.span]) {
    tiff.fill(0, Math.min(span.offset, tiff.length), Math.min(span.offset + span.length, tiff.length))
  }
}

/** The entries behind it, and the offset of the next directory, move up. */
function removeEntry(tiff: Buffer, directory: TiffDirectory, tag: number): void {
  const { span, littleEndian } = directory
  const entry = directory.entrySpan(tag)
  if (entry === null) return
  const end = Math.min(span.offset + span.length + nextOffsetBytes, tiff.length)
  tiff.copyWithin(entry.offset, entry.offset + entry.length, end)
  tiff.fill(0, end - entry.length, end)
  const count = (span.length - 2) / entry.length - 1
  if (littleEndian) tiff.writeUInt16LE(count, span.offset)
  else tiff.writeUInt16BE(count, span.offset)
}
