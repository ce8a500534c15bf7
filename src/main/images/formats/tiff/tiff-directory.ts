/** One directory of a TIFF structure: where it and its fields lie, and what they say. Bounded; nothing outside the bytes is read. */
import { type Bytes, MalformedPhoto, type Span, valueIfMalformed } from '../bytes.ts'

/** One field as it stands in a directory; its values are read when asked for. */
interface Field {
  readonly type: number
  readonly count: number
  /** Where it stands in its directory. */
  readonly entry: Span
  /** Where its values lie. */
  readonly span: Span
}

/** One field with its values, as another directory can hold it. */
export interface TiffEntry {
  readonly tag: number
  readonly type: number
  readonly count: number
  /** In the byte order of the whole. */
  readonly value: Buffer
}

/** What a directory holds: pictures and what is said of them, the shot's EXIF data, the place, or the rules that the file follows. */
export type DirectoryKind = 'image' | 'exif' | 'gps' | 'interoperability'

export class TiffDirectory {
  readonly kind: DirectoryKind
  readonly littleEndian: boolean
  /** Where it lies: its count and its entries, without the values outside and the pointer to the next. */
  readonly place: Span
  readonly #bytes: Bytes
  readonly #fields: ReadonlyMap<number, Field>

  constructor(
    kind: DirectoryKind,
    littleEndian: boolean,
    place: Span,
    bytes: Bytes,
    fields: ReadonlyMap<number, Field>,
  ) {
    this.kind = kind
    this.littleEndian = littleEndian
    this.place = place
    this.#bytes = bytes
    this.#fields = fields
  }

  /** The same fields, understood as another kind. */
  as(kind: DirectoryKind): TiffDirectory {
    return new TiffDirectory(kind, this.littleEndian, this.place, this.#bytes, this.#fields)
  }

  has(tag: number): boolean {
    return this.#fields.has(tag)
  }

  /** How many values a field has; 0 when it is not there. */
  count(tag: number): number {
    return this.#fields.get(tag)?.count ?? 0
  }

  /** Where a field's values lie; for whole pictures and notes that are stored as a field. */
  span(tag: number): Span | null {
    return this.#fields.get(tag)?.span ?? null
  }

  /** Where a field's own 12 bytes stand. */
  entrySpan(tag: number): Span | null {
    return this.#fields.get(tag)?.entry ?? null
  }

  /** Where the values lie that did not fit into their fields. */
  outsideSpans(): readonly Span[] {
    return [...this.#fields.values()].map(({ span }) => span).filter(({ length }) => length > inlineBytes)
  }

  /** A field's values as they are stored; null when it is not there, cannot be read, or is longer than a photo's facts are. */
  async value(tag: number): Promise<Buffer | null> {
    const field = this.#fields.get(tag)
    if (field === undefined || field.span.length > maxValueBytes) return null
    return this.#bytes.read(field.span.offset, field.span.length).catch(valueIfMalformed(null))
  }

  /** Every field whose value can be read, in the order in which they stand. */
  async entries(): Promise<TiffEntry[]> {
    const entries: TiffEntry[] = []
    for (const [tag, { type, count }] of this.#fields) {
      const value = await this.value(tag)
      if (value !== null) entries.push({ tag, type, count, value })
    }
    return entries
  }

  /** A field's numbers, rationals divided; none when it is not there, too long to be meant, or not numeric. */
  async numbers(tag: number): Promise<readonly number[]> {
    const field = this.#fields.get(tag)
    if (field === undefined || field.count > maxNumbers) return []
    const size = sizes[field.type] ?? 0
    const raw = await this.#bytes.read(field.span.offset, field.span.length)
    const view = new DataView(raw.buffer, raw.byteOffset, raw.length)
    return Array.from({ length: field.count }, (_, index) => this.#numberAt(view, index * size, field.type))
  }

  async number(tag: number): Promise<number | null> {
    const [first] = await this.numbers(tag)
    return first !== undefined && Number.isFinite(first) ? first : null
  }

  /** A field's text up to its zero byte, trimmed; null when it is not there, empty or not text. */
  async text(tag: number): Promise<string | null> {
    const field = this.#fields.get(tag)
    if (field?.type !== asciiType || field.count > maxTextBytes) return null
    const raw = await this.#bytes.read(field.span.offset, field.span.length)
    const end = raw.indexOf(0)
    const text = raw.toString('utf8', 0, end < 0 ? raw.length : end)
    const readable = text.replace(/[\p{Cc}\p{Cf}\ufffd]/gu, '').trim()
    return readable === '' ? null : readable
  }

  #numberAt(view: DataView, at: number, type: number): number {
    const little = this.littleEndian
    if (type === 1 || type === 7) return view.getUint8(at)
    if (type === 3) return view.getUint16(at, little)
    if (type === 4 || type === 13) return view.getUint32(at, little)
    if (type === 9) return view.getInt32(at, little)
    if (type === 5) return view.getUint32(at, little) / view.getUint32(at + 4, little)
    if (type === 10) return view.getInt32(at, little) / view.getInt32(at + 4, little)
    return Number.NaN
  }
}

/** Type -> bytes of one value (TIFF 6.0, section 2; 13 is an offset of a directory). */
const sizes: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
}
const asciiType = 2
const maxNumbers = 64
const maxTextBytes = 1_000
const maxFields = 1_000
const entryBytes = 12
/** Longer values lie outside their field. */
const inlineBytes = 4
/** Maker notes are the longest that a photo's facts get. */
const maxValueBytes = 64 << 10

export interface DirectoryPointer {
  readonly kind: DirectoryKind
  readonly offset: number
}

/** @param place of the directory; its fields' offsets count from the start of `bytes` */
export async function readDirectory(
  bytes: Bytes,
  little: boolean,
  { kind, offset }: DirectoryPointer,
): Promise<{ directory: TiffDirectory; next: number }> {
  const u16 = (raw: Buffer, at: number) => (little ? raw.readUInt16LE(at) : raw.readUInt16BE(at))
  const u32 = (raw: Buffer, at: number) => (little ? raw.readUInt32LE(at) : raw.readUInt32BE(at))
  const count = u16(await bytes.read(offset, 2), 0)
  if (count > maxFields) throw new MalformedPhoto(`${count} fields`)
  const raw = await bytes.read(offset + 2, count * entryBytes)
  const fields = new Map<number, Field>()
  for (let at = 0; at < raw.length; at += entryBytes) {
    const [tag, type, values] = [u16(raw, at), u16(raw, at + 2), u32(raw, at + 4)]
    const length = values * (sizes[type] ?? 0)
    // Of two fields of a name the first counts, as for exiftool and libtiff.
    if (length === 0 || fields.has(tag)) continue
    const entry = { offset: offset + 2 + at, length: entryBytes }
    const start = length <= inlineBytes ? entry.offset + 8 : u32(raw, at + 8)
    fields.set(tag, { type, count: values, entry, span: { offset: start, length } })
  }
  // The last directory of a structure may end with the file.
  const after = offset + 2 + raw.length
  const next = after + 4 <= bytes.size ? u32(await bytes.read(after, 4), 0) : 0
  const place = { offset, length: 2 + raw.length }
  return { directory: new TiffDirectory(kind, little, place, bytes, fields), next }
}
