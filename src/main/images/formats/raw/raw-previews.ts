/** Finds the JPEG previews in RAW files that are TIFF structures: CR2, NEF, ARW, DNG, ORF, RW2 and their relatives. */
import { type Bytes, type Span, valueIfMalformed } from '../bytes.ts'
import { tiffTags } from '../tiff/tags.ts'
import type { TiffDirectory } from '../tiff/tiff-directory.ts'
import { makerNotePreviews } from './maker-note-previews.ts'

/** Panasonic stores the whole JPEG as a field's value. */
const panasonicJpegTags = [0x002e, 0x0127]
/** TIFF 6.0's JPEG, and that of Technical Note 2, which DNG uses. */
const jpegCompressions = [6, 7]

/** Every range that may hold a JPEG; the JPEG's own header tells whether it does. */
export async function findPreviews(bytes: Bytes, directories: readonly TiffDirectory[]): Promise<Span[]> {
  const spans: Span[] = []
  for (const directory of directories) {
    const found =
      directory.kind === 'exif'
        ? makerNotePreviews(bytes, directory, directories[0])
        : imagePreviews(directory)
    spans.push(...(await found.catch(valueIfMalformed<Span[]>([]))))
  }
  return spans
}

async function imagePreviews(directory: TiffDirectory): Promise<Span[]> {
  const spans: Span[] = []
  const add = (offset: number | null, length: number | null) => {
    if (offset && length) spans.push({ offset, length })
  }
  add(await directory.number(tiffTags.jpegOffset), await directory.number(tiffTags.jpegLength))
  // A preview is in one piece. Raw data may be lossless JPEG as well, but its frame shows that.
  const compression = await directory.number(tiffTags.compression)
  if (jpegCompressions.includes(compression ?? 0) && directory.count(tiffTags.stripOffsets) === 1) {
    add(await directory.number(tiffTags.stripOffsets), await directory.number(tiffTags.stripByteCounts))
  }
  for (const tag of panasonicJpegTags) {
    const span = directory.valueSpan(tag)
    if (span !== null) spans.push(span)
  }
  return spans
}
