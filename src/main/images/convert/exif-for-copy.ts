/** Makes a copy's EXIF block of its original's, byte by byte: everything that a camera or a program wrote stays where it is. */
import { bufferBytes, valueIfMalformed } from '../formats/bytes.ts'
import { type ExifOptions, maxBlockBytes } from '../formats/exif/exif-writer.ts'
import { tiffTags } from '../formats/tiff/tags.ts'
import { type TiffDirectory, tiffTypes } from '../formats/tiff/tiff-directory.ts'
import { readDirectories } from '../formats/tiff/tiff-reader.ts'
import { removeExifPlace } from '../place/exif-place.ts'

const upright = 1
/** Behind a directory's entries. */
const nextOffsetBytes = 4
/** Behind the thumbnail some programs leave a little padding. */
const paddingBytes = 16

/**
 * Upright, in the copy's size, without the thumbnail. Maker notes keep their place, for many count offsets from the
 * block's start.
 * @param block from its byte order mark on
 * @returns null if it cannot be read, or is too long for a copy
 */
export async function exifForCopy(
  block: Buffer,
  { width, height, keepLocation }: ExifOptions,
): Promise<Buffer | null> {
  const exif = Buffer.from(block)
  const directories = await readDirectories(bufferBytes(exif)).catch(valueIfMalformed([]))
  const [main] = directories
  if (main === undefined) return null
  for (const directory of directories) {
    if (directory.kind !== 'image' && directory.kind !== 'exif') continue
    setNumber(exif, directory, tiffTags.orientation, upright)
    setNumber(exif, directory, tiffTags.pixelXDimension, width)
    setNumber(exif, directory, tiffTags.pixelYDimension, height)
  }
  setNumber(exif, main, tiffTags.imageWidth, width)
  setNumber(exif, main, tiffTags.imageLength, height)
  const cut = await withoutThumbnail(exif, directories)
  if (!keepLocation) await removeExifPlace(cut)
  return cut.length > maxBlockBytes ? null : cut
}

/** In place, where the field is there and has one number. */
function setNumber(exif: Buffer, directory: TiffDirectory, tag: number, value: number): void {
  const span = directory.valueSpan(tag)
  if (span === null || directory.count(tag) !== 1 || span.offset + span.length > exif.length) return
  const type = directory.type(tag)
  if (type === tiffTypes.short && value <= 0xffff) {
    if (directory.littleEndian) exif.writeUInt16LE(value, span.offset)
    else exif.writeUInt16BE(value, span.offset)
  } else if (type === tiffTypes.long) {
    if (directory.littleEndian) exif.writeUInt32LE(value, span.offset)
    else exif.writeUInt32BE(value, span.offset)
  }
}

/** Its directory is no longer reached, and its bytes are gone: it shows what the photo was, turned as it was. */
async function withoutThumbnail(exif: Buffer, directories: readonly TiffDirectory[]): Promise<Buffer> {
  const [main, second] = directories.filter(({ kind }) => kind === 'image')
  if (main === undefined) return exif
  const next = main.span.offset + main.span.length
  if (next + nextOffsetBytes <= exif.length) exif.fill(0, next, next + nextOffsetBytes)
  const offset = await second?.number(tiffTags.jpegOffset).catch(valueIfMalformed(null))
  const length = await second?.number(tiffTags.jpegLength).catch(valueIfMalformed(null))
  if (!offset || !length || offset + length > exif.length) return exif
  exif.fill(0, offset, offset + length)
  return offset + length + paddingBytes >= exif.length ? exif.subarray(0, offset) : exif
}
