/** Takes the place where a photo was taken out of its metadata, byte for byte; sharp can only keep or drop EXIF as a whole. */
import { type Bytes, bufferBytes, MalformedPhoto, valueIfMalformed } from '../formats/bytes.ts'
import { tiffTags } from '../formats/tiff/tags.ts'
import { readDirectory, type TiffDirectory } from '../formats/tiff/tiff-directory.ts'
import { readDirectories } from '../formats/tiff/tiff-reader.ts'

/** Of one value of a place; what claims more is no place. */
const maxValueBytes = 64 << 10
/** Directories that name a place, in one photo; a photo of a camera has one. */
const maxLocations = 50
/** To the next directory; stands behind the entries of each. */
const pointerBytes = 4

/**
 * Removes GPS from a TIFF structure, in place: it keeps its length.
 * @param tiff a whole TIFF file, or an EXIF block from its byte order mark on
 * @returns whether there was any
 * @throws MalformedPhoto where it names more places than any photo has
 */
export async function removeExifLocation(tiff: Buffer): Promise<boolean> {
  const bytes = bufferBytes(tiff)
  for (let places = 0; places < maxLocations; places++) {
    const directories = await readDirectories(bytes).catch(valueIfMalformed([]))
    const naming = directories.find((one) => one.kind !== 'gps' && one.has(tiffTags.gpsDirectory))
    if (naming === undefined) return places > 0
    await blankPlace(tiff, bytes, naming)
    removeEntry(tiff, naming, tiffTags.gpsDirectory)
  }
  throw new MalformedPhoto(`more than ${maxLocations} places`)
}

/** Overwrites the directory that another one names as the place's, and every value it points to, with zeros. */
async function blankPlace(tiff: Buffer, bytes: Bytes, naming: TiffDirectory): Promise<void> {
  const [offset = 0] = await naming.numbers(tiffTags.gpsDirectory)
  const place = { kind: 'gps', offset } as const
  const found = await readDirectory(bytes, naming.littleEndian, place).catch(valueIfMalformed(null))
  if (found === null) return
  const values = found.directory.outsideSpans().filter(({ length }) => length <= maxValueBytes)
  for (const span of [...values, found.directory.place]) {
    tiff.fill(0, Math.min(span.offset, tiff.length), Math.min(span.offset + span.length, tiff.length))
  }
}

/** The entries behind it, and the pointer to the next directory, move up. */
function removeEntry(tiff: Buffer, directory: TiffDirectory, tag: number): void {
  const { place, littleEndian } = directory
  const entry = directory.entrySpan(tag)
  if (entry === null) return
  const end = Math.min(place.offset + place.length + pointerBytes, tiff.length)
  tiff.copyWithin(entry.offset, entry.offset + entry.length, end)
  tiff.fill(0, end - entry.length, end)
  const left = (place.length - 2) / entry.length - 1
  if (littleEndian) tiff.writeUInt16LE(left, place.offset)
  else tiff.writeUInt16BE(left, place.offset)
}

/**
 * Blanks every GPS property of an XMP packet, written as attribute or element.
 * @returns the packet, which is the same text where it names no place
 */
export function removeXmpLocation(xmp: string): string {
  return xmp
    .replace(/\s[\w-]+:GPS\w+\s*=\s*("[^"]*"|'[^']*')/g, '')
    .replace(/<([\w-]+:GPS\w+)\b[^>]*?(\/>|>[\s\S]*?<\/\1>)/g, '')
}
