/** Finds the previews that makers keep in the note of EXIF: Olympus, Epson, Minolta, Nikon, Pentax. Tags are those of exiftool. */
import { type Bytes, type Span, within } from '../bytes.ts'
import { tiffTags } from '../tiff/tags.ts'
import { readDirectory, type TiffDirectory } from '../tiff/tiff-directory.ts'

/** How a maker's note is built. */
interface NoteForm {
  /** What the note begins with; empty for a note that is a directory from its first byte on. */
  readonly signature: string
  /** For forms without a signature. */
  readonly ofMake?: RegExp
  /** Where in the note its byte order stands; null for that of the file. */
  readonly orderAt: number | null
  /** Where in the note the directory is. */
  readonly directoryAt: number
  /** Where in the note offsets count from; null for the start of the file. */
  readonly base: number | null
  readonly previews: NotePreviews
}

/** In which fields of a note, or of a directory that one of its fields names, previews are. */
interface NotePreviews {
  /** The whole JPEG as a field's value. */
  readonly whole?: number
  /** Its offset and its length. */
  readonly pair?: readonly [offset: number, length: number]
  readonly subDirectory?: number
}

const olympus: NotePreviews = { whole: 0x0280, pair: [0x0101, 0x0102], subDirectory: 0x2020 }
const forms: readonly NoteForm[] = [
  { signature: 'OLYMPUS\0', orderAt: 8, directoryAt: 12, base: 0, previews: olympus },
  { signature: 'OM SYSTEM\0\0\0', orderAt: 12, directoryAt: 16, base: 0, previews: olympus },
  { signature: 'OLYMP\0', orderAt: null, directoryAt: 8, base: null, previews: olympus },
  { signature: 'EPSON\0', orderAt: null, directoryAt: 8, base: null, previews: { whole: 0x0280 } },
  {
    signature: 'Nikon\0\x02',
    orderAt: 10,
    directoryAt: 18,
    base: 10,
    previews: { pair: [tiffTags.jpegOffset, tiffTags.jpegLength], subDirectory: 0x0011 },
  },
  { signature: 'AOC\0', orderAt: 4, directoryAt: 6, base: null, previews: { pair: [0x0004, 0x0003] } },
  { signature: 'PENTAX \0', orderAt: 8, directoryAt: 10, base: 0, previews: { pair: [0x0004, 0x0003] } },
  {
    signature: '',
    ofMake: /minolta/i,
    orderAt: null,
    directoryAt: 0,
    base: null,
    previews: { whole: 0x0081, pair: [0x0088, 0x0089] },
  },
]
/** Enough for a signature and the byte order behind it. */
const noteHeadBytes = 18

/**
 * @param main the directory that names the maker
 * @throws MalformedPhoto for a note that is not built as its signature says
 */
export async function makerNotePreviews(
  bytes: Bytes,
  exif: TiffDirectory,
  main: TiffDirectory | undefined,
): Promise<Span[]> {
  const note = exif.valueSpan(tiffTags.makerNote)
  if (note === null || note.length < noteHeadBytes) return []
  const head = await bytes.read(note.offset, noteHeadBytes)
  const make = (await main?.text(tiffTags.make)) ?? ''
  const form = forms.find(({ signature, ofMake }) =>
    ofMake ? ofMake.test(make) : head.toString('latin1').startsWith(signature),
  )
  if (form === undefined) return []
  const order = form.orderAt === null ? await bytes.read(0, 2) : head.subarray(form.orderAt, form.orderAt + 2)
  const littleEndian = order.toString('latin1') === 'II'
  const base = form.base === null ? 0 : note.offset + form.base
  const counted = within(bytes, { offset: base, length: bytes.size - base })
  const read = async (offset: number) =>
    (await readDirectory(counted, littleEndian, { kind: 'image', offset })).directory
  const own = await read(note.offset - base + form.directoryAt)
  const { subDirectory } = form.previews
  const inner = subDirectory === undefined ? null : await directoryOffset(own, subDirectory)
  const directories = inner === null ? [own] : [own, await read(inner)]
  const found: Span[] = []
  for (const directory of directories) found.push(...(await previewsIn(directory, form.previews)))
  return found.map(({ offset, length }) => ({ offset: base + offset, length }))
}

async function previewsIn(directory: TiffDirectory, { whole, pair }: NotePreviews): Promise<Span[]> {
  const found: Span[] = []
  const value = whole === undefined ? null : directory.valueSpan(whole)
  if (value !== null) found.push(value)
  if (pair === undefined) return found
  const [offset, length] = [await directory.number(pair[0]), await directory.number(pair[1])]
  if (offset && length) found.push({ offset, length })
  return found
}

/** A directory's offset is the field's value, or, in some models, the directory itself is. */
async function directoryOffset(note: TiffDirectory, tag: number): Promise<number | null> {
  const span = note.valueSpan(tag)
  if (span === null) return null
  return note.count(tag) === 1 ? note.number(tag) : span.offset
}
