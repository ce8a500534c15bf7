/** Finds the JPEG previews in RAW files that are TIFF structures: CR2, NEF, ARW, DNG, ORF, RW2 and their relatives. */
import { type Bytes, type Span, valueIfMalformed, within } from '../bytes.ts'
import { tiffTags } from '../tiff/tags.ts'
import { readDirectory, type TiffDirectory } from '../tiff/tiff-directory.ts'

/** Panasonic stores the whole JPEG as a field's value. */
const panasonicJpegTags = [0x002e, 0x0127]
/** TIFF 6.0's JPEG, and that of Technical Note 2, which DNG uses. */
const jpegCompressions = [6, 7]

/** Every range that may hold a JPEG; the JPEG's own header tells whether it does. */
export async function findPreviews(bytes: Bytes, directories: readonly TiffDirectory[]): Promise<Span[]> {
  const spans: Span[] = []
  for (const directory of directories) {
    const found = directory.kind === 'exif' ? makerNotePreviews(bytes, directory) : imagePreviews(directory)
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

/** Olympus' maker notes: their signature, where their byte order and first directory are, and what their offsets count from. */
const olympusNotes = [
  { signature: 'OLYMPUS\0', orderAt: 8, directoryAt: 12, countsFromNote: true },
  { signature: 'OM SYSTEM\0\0\0', orderAt: 12, directoryAt: 16, countsFromNote: true },
  // These have the byte order of the whole file.
  { signature: 'OLYMP\0', orderAt: null, directoryAt: 8, countsFromNote: false },
] as const
const olympusTags = { cameraSettings: 0x2020, previewStart: 0x0101, previewLength: 0x0102 } as const
/** Enough for a signature and the byte order behind it. */
const noteHeadBytes = 18

/** The preview that Olympus and OM System keep in the maker note of their ORF files. */
async function makerNotePreviews(bytes: Bytes, exif: TiffDirectory): Promise<Span[]> {
  const note = exif.valueSpan(tiffTags.makerNote)
  if (note === null || note.length < noteHeadBytes) return []
  const head = await bytes.read(note.offset, noteHeadBytes)
  const form = olympusNotes.find(({ signature }) => head.toString('latin1').startsWith(signature))
  if (form === undefined) return []
  const order = form.orderAt === null ? await bytes.read(0, 2) : head.subarray(form.orderAt, form.orderAt + 2)
  const littleEndian = order.toString('latin1') === 'II'
  const base = form.countsFromNote ? note.offset : 0
  const counted = within(bytes, { offset: base, length: bytes.size - base })
  const read = async (offset: number) =>
    (await readDirectory(counted, littleEndian, { kind: 'image', offset })).directory
  const settingsOffset = await cameraSettingsOffset(await read(note.offset - base + form.directoryAt))
  if (settingsOffset === null) return []
  const settings = await read(settingsOffset)
  const start = await settings.number(olympusTags.previewStart)
  const length = await settings.number(olympusTags.previewLength)
  return start && length ? [{ offset: base + start, length }] : []
}

/** The camera settings are a directory: its offset is the field's value, or, in some models, the directory itself is. */
async function cameraSettingsOffset(note: TiffDirectory): Promise<number | null> {
  const tag = olympusTags.cameraSettings
  const span = note.valueSpan(tag)
  if (span === null) return null
  return note.count(tag) === 1 ? note.number(tag) : span.offset
}
