/** Finds the JPEG previews inside RAW files that are TIFF structures: CR2, NEF, ARW, DNG, ORF, RW2 and their relatives. */
import { type Bytes, type Span, valueIfMalformed } from '../bytes.ts'
import { tiffTags } from '../tiff/tags.ts'
import { readDirectory, type TiffDirectory } from '../tiff/tiff-directory.ts'

const tags = {
  compression: 0x0103,
  stripOffsets: 0x0111,
  stripByteCounts: 0x0117,
  /** Panasonic keeps the whole JPEG as a field's value. */
  panasonicJpeg: [0x002e, 0x0127],
} as const

/** TIFF 6.0's JPEG and that of Technical Note 2, which DNG uses. */
const jpegCompressions = [6, 7]

/** Every place that may hold a JPEG; the JPEG's own head tells whether it does. */
export async function findPreviews(bytes: Bytes, directories: readonly TiffDirectory[]): Promise<Span[]> {
  const spans: Span[] = []
  for (const directory of directories) {
    const found = directory.kind === 'exif' ? notePreviews(bytes, directory) : imagePreviews(directory)
    spans.push(...(await found.catch(valueIfMalformed<Span[]>([]))))
  }
  return spans
}

async function imagePreviews(directory: TiffDirectory): Promise<Span[]> {
  const spans: Span[] = []
  const add = (offset: number | null | undefined, length: number | null | undefined) => {
    if (offset && length) spans.push({ offset, length })
  }
  add(await directory.number(tiffTags.jpegOffset), await directory.number(tiffTags.jpegLength))
  // A preview lies in one piece; raw data that is lossless JPEG shows itself by its frame.
  const compression = await directory.number(tags.compression)
  if (jpegCompressions.includes(compression ?? 0) && directory.count(tags.stripOffsets) === 1) {
    add(await directory.number(tags.stripOffsets), await directory.number(tags.stripByteCounts))
  }
  for (const tag of tags.panasonicJpeg) {
    const span = directory.span(tag)
    if (span !== null) spans.push(span)
  }
  return spans
}

/** Olympus' notes: the signature, where their first directory begins, and what their offsets count from. */
const olympusNotes = [
  { signature: 'OLYMPUS\0', orderAt: 8, directoryAt: 12, fromNote: true },
  { signature: 'OM SYSTEM\0\0\0', orderAt: 12, directoryAt: 16, fromNote: true },
  { signature: 'OLYMP\0', orderAt: null, directoryAt: 8, fromNote: false },
] as const
const olympusTags = { cameraSettings: 0x2020, previewStart: 0x0101, previewLength: 0x0102 } as const
const signatureBytes = 18

/** The preview that Olympus and OM System keep in the maker's note of their ORF files. */
async function notePreviews(bytes: Bytes, exif: TiffDirectory): Promise<Span[]> {
  const note = exif.span(tiffTags.makerNote)
  if (note === null || note.length < signatureBytes) return []
  const head = await bytes.read(note.offset, signatureBytes)
  const form = olympusNotes.find(({ signature }) => head.toString('latin1').startsWith(signature))
  if (form === undefined) return []
  const order = form.orderAt === null ? await bytes.read(0, 2) : head.subarray(form.orderAt, form.orderAt + 2)
  const little = order.toString('latin1') === 'II'
  const base = form.fromNote ? note.offset : 0
  const counted: Bytes = {
    size: bytes.size - base,
    read: (offset, length) => bytes.read(base + offset, length),
  }
  const first = note.offset - base + form.directoryAt
  const { directory } = await readDirectory(counted, little, { kind: 'image', offset: first })
  const settingsAt = await settingsOffset(directory)
  if (settingsAt === null) return []
  const settings = await readDirectory(counted, little, { kind: 'image', offset: settingsAt })
  const start = await settings.directory.number(olympusTags.previewStart)
  const length = await settings.directory.number(olympusTags.previewLength)
  return start && length ? [{ offset: base + start, length }] : []
}

/** The settings are a directory of their own: named by its offset, or, in some models, stored as the field's value. */
async function settingsOffset(note: TiffDirectory): Promise<number | null> {
  const span = note.span(olympusTags.cameraSettings)
  if (span === null) return null
  return note.count(olympusTags.cameraSettings) === 1 ? note.number(olympusTags.cameraSettings) : span.offset
}
