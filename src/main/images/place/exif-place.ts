/** Removes the place from a TIFF structure byte by byte, because sharp can only keep or drop EXIF as a whole. */
import { type Bytes, bufferBytes, MalformedPhoto, valueIfMalformed } from '../formats/bytes.ts'
import { tiffTags } from '../formats/tiff/tags.ts'
import { readDirectory, type TiffDirectory } from '../formats/tiff/tiff-directory.ts'
import { isBigTiff, maxDirectories, readDirectories } from '../formats/tiff/tiff-reader.ts'
import { hasCoordinates } from './coordinates.ts'

/** Of one GPS value; anything longer is no location. */
const maxValueBytes = 64 << 10
/** Fields that lead to places in one photo; cameras write one. */
const maxRemovals = 200
/** Each directory ends with the offset of the next one. */
const nextOffsetBytes = 4
/** Where on the Earth the pixels of an aerial picture are. */
const geoTiffTags = [
  tiffTags.modelPixelScale,
  tiffTags.modelTiepoint,
  tiffTags.modelTransformation,
  tiffTags.geoKeyDirectory,
  tiffTags.geoDoubleParams,
  tiffTags.geoAsciiParams,
  tiffTags.gdalMetadata,
]
const placeTags = [tiffTags.gpsDirectory, ...geoTiffTags]
const textTags = [tiffTags.imageDescription, tiffTags.userComment]
/** In UTF-16, little-endian whatever the byte order of the rest. */
const wideTextTags = [tiffTags.xpTitle, tiffTags.xpComment, tiffTags.xpKeywords, tiffTags.xpSubject]

/**
 * Removes GPS, georeferences and coordinates in texts, in place; the structure keeps its length.
 * @param tiff a whole TIFF file, or an EXIF block from its byte order mark on
 * @throws MalformedPhoto if it holds more places than any photo has
 */
export async function removeExifPlace(tiff: Buffer): Promise<void> {
  if (isBigTiff(tiff)) return
  const bytes = bufferBytes(tiff)
  for (let removed = 0; ; removed++) {
    if (removed > maxRemovals) throw new MalformedPhoto(`more than ${maxRemovals} places`)
    const directories = await readDirectories(bytes).catch(valueIfMalformed([]))
    const found = firstPlace(directories)
    if (found === null) {
      for (const directory of directories) blankTexts(tiff, directory)
      return
    }
    const [directory, tag] = found
    if (tag === tiffTags.gpsDirectory) await eraseGpsDirectory(tiff, bytes, directory)
    else erase(tiff, directory.valueSpan(tag))
    removeEntry(tiff, directory, tag)
  }
}

/** What a TIFF structure tells of its place: `unknown` if it cannot be read, or not to its end. */
export async function exifPlace(tiff: Buffer): Promise<'none' | 'told' | 'unknown'> {
  if (isBigTiff(tiff)) return 'unknown'
  const directories = await readDirectories(bufferBytes(tiff)).catch(valueIfMalformed([]))
  if (directories.some(({ kind }) => kind === 'gps') || firstPlace(directories) !== null) return 'told'
  if (directories.some((directory) => placeTexts(tiff, directory).length > 0)) return 'told'
  return directories.length === 0 || directories.length >= maxDirectories ? 'unknown' : 'none'
}

function firstPlace(directories: readonly TiffDirectory[]): readonly [TiffDirectory, number] | null {
  for (const directory of directories) {
    if (directory.kind === 'gps') continue
    const tag = placeTags.find((one) => directory.has(one))
    if (tag !== undefined) return [directory, tag]
  }
  return null
}

interface Range {
  readonly offset: number
  readonly length: number
}

function erase(tiff: Buffer, span: Range | null, value = 0): void {
  if (span === null || span.length > tiff.length) return
  tiff.fill(value, Math.min(span.offset, tiff.length), Math.min(span.offset + span.length, tiff.length))
}

function blankTexts(tiff: Buffer, directory: TiffDirectory): void {
  for (const { span, isWide } of placeTexts(tiff, directory)) {
    if (isWide) erase(tiff, span)
    else erase(tiff, span, 0x20)
  }
}

/** Texts with coordinates in them. */
function placeTexts(tiff: Buffer, directory: TiffDirectory): { span: Range; isWide: boolean }[] {
  return [...textTags, ...wideTextTags].flatMap((tag) => {
    const span = directory.valueSpan(tag)
    if (span === null || span.length > maxValueBytes || span.offset + span.length > tiff.length) return []
    const value = tiff.subarray(span.offset, span.offset + span.length)
    const isWide = wideTextTags.some((wide) => wide === tag)
    // A comment may be in UTF-16 as well.
    const texts = isWide ? [value.toString('utf16le')] : [value.toString('utf8'), withoutZeros(value)]
    return texts.some(hasCoordinates) ? [{ span, isWide }] : []
  })
}

function withoutZeros(value: Buffer): string {
  return value.toString('latin1').replaceAll('\0', '')
}

/** Overwrites the GPS directory that `parent` points to, and every value outside it, with zeros. */
async function eraseGpsDirectory(tiff: Buffer, bytes: Bytes, parent: TiffDirectory): Promise<void> {
  const [offset = 0] = await parent.numbers(tiffTags.gpsDirectory).catch(valueIfMalformed([]))
  const pointer = { kind: 'gps', offset } as const
  const found = await readDirectory(bytes, parent.littleEndian, pointer).catch(valueIfMalformed(null))
  if (found === null) return
  const values = found.directory.outsideSpans().filter(({ length }) => length <= maxValueBytes)
  for (const span of [...values, found.directory.span]) erase(tiff, span)
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
