/** One directory (IFD) of a TIFF structure: where it and its fields are, and what they say. Bounded; reads nothing outside the bytes. */
import { type Bytes, MalformedPhoto, type Span, valueIfMalformed } from '../bytes.ts'

/** One field as it stands in a directory; its values are read when asked for. */
interface Field {
  readonly type: number
  readonly count: number
  /** Where the field's own 12 bytes are. */
  readonly entry: Span
  /** Where its values are. */
  readonly span: Span
}

/** One field with its values, ready to be written into another directory. */
export interface TiffEntry {
  readonly tag: number
  readonly type: number
  readonly count: number
  /** In the byte order of the whole structure. */
  readonly value: Buffer
}

/** What a directory describes: a picture, the exposure (EXIF), the location (GPS), or the rules that the file follows. */
export type DirectoryKind = 'image' | 'exif' | 'gps' | 'interoperability'

export class TiffDirectory {
  readonly kind: DirectoryKind
  readonly littleEndian: boolean
  /** Its count and its entries, without the values outside and without the offset of the next directory. */
  readonly span: Span
  readonly #bytes: Bytes
  readonly #fields: ReadonlyMap<number, Field>

  constructor(
    kind: DirectoryKind,
    littleEndian: boolean,
    span: Span,
    bytes: Bytes,
    fields: ReadonlyMap<number, Field>,
  ) {
    this.kind = kind
    this.littleEndian = littleEndian
    this.span = span
    this.#bytes = bytes
    this.#fields = fields
  }

  /** The same fields, understood as another kind. */
  as(kind: DirectoryKind): TiffDirectory {
    return new TiffDirectory(kind, this.littleEndian, this.span, this.#bytes, this.#fields)
  }

  has(tag: number): boolean {
    return this.#fields.has(tag)
  }

  /** How many values a field has; 0 if there is no such field. */
  count(tag: number): number {
    return this.#fields.get(tag)?.count ?? 0
  }

  /** The type of a field's values; null if there is no such field. */
  type(tag: number): number | null {
    return this.#fields.get(tag)?.type ?? null
  }

  /** Where a field's values are, for pictures and maker notes that are stored as a field. */
  valueSpan(tag: number): Span | null {
    return this.#fields.get(tag)?.span ?? null
  }

  /** Where a field's own 12 bytes are. */
  entrySpan(tag: number): Span | null {
    return this.#fields.get(tag)?.entry ?? null
  }

  /** Where those values are that did not fit into their fields. */
  outsideSpans(): readonly Span[] {
    return [...this.#fields.values()].map(({ span }) => span).filter(({ length }) => length > inlineBytes)
  }

  /** A field's values as stored; null if there is no such field, or it cannot be read or is longer than any photo's facts. */
  async value(tag: number): Promise<Buffer | null> {
    const field = this.#fields.get(tag)
    if (field === undefined || field.span.length > maxValueBytes) return null
    return this.#bytes.read(field.span.offset, field.span.length).catch(valueIfMalformed(null))
  }

  /** Every field whose value can be read, in file order. */
  async entries(): Promise<TiffEntry[]> {
    const entries: TiffEntry[] = []
    for (const [tag, { type, count }] of this.#fields) {
      const value = await this.value(tag)
      if (value !== null) entries.push({ tag, type, count, value })
    }
    return entries
  }

  /** A field's numbers, rationals divided; empty if there is no such field, or too many numbers. NaN for what is not numeric. */
  async numbers(tag: number): Promise<readonly number[]> {
    const field = this.#fields.get(tag)
    if (field === undefined || field.count > maxNumbers) return []
    const size = typeBytes[field.type] ?? 0
    const raw = await this.#bytes.read(field.span.offset, field.span.length)
    const view = new DataView(raw.buffer, raw.byteOffset, raw.length)
    return Array.from({ length: field.count }, (_, index) => this.#numberAt(view, index * size, field.type))
  }

  /** A field's first number; null if there is none. */
  async number(tag: number): Promise<number | null> {
    const [first] = await this.numbers(tag)
    return first !== undefined && Number.isFinite(first) ? first : null
  }

  /** A field's text up to its zero byte, trimmed; null if there is no such field, or it is empty or not text. */
  async text(tag: number): Promise<string | null> {
    const field = this.#fields.get(tag)
    if (field?.type !== tiffTypes.ascii || field.count > maxTextBytes) return null
    const raw = await this.#bytes.read(field.span.offset, field.span.length)
    const end = raw.indexOf(0)
    const text = raw.toString('utf8', 0, end < 0 ? raw.length : end)
    const readable = text.replace(/[\p{Cc}\p{Cf}\ufffd]/gu, '').trim()
    return readable === '' ? null : readable
  }

  #numberAt(view: DataView, offset: number, type: number): number {
    const little = this.littleEndian
    switch (type) {
      case tiffTypes.byte:
      case tiffTypes.undefined:
        return view.getUint8(offset)
      case tiffTypes.short:
        return view.getUint16(offset, little)
      case tiffTypes.long:
      case tiffTypes.ifd:
        return view.getUint32(offset, little)
      case tiffTypes.long8:
      case tiffTypes.ifd8:
        return Number(view.getBigUint64(offset, little))
      case tiffTypes.slong:
        return view.getInt32(offset, little)
      case tiffTypes.rational:
        return view.getUint32(offset, little) / view.getUint32(offset + 4, little)
      case tiffTypes.srational:
        return view.getInt32(offset, little) / view.getInt32(offset + 4, little)
      default:
        return Number.NaN
    }
  }
}

/** Types of values (TIFF 6.0, section 2; `ifd` from Technical Note 1: the offset of a directory). */
export const tiffTypes = {
  byte: 1,
  ascii: 2,
  short: 3,
  long: 4,
  rational: 5,
  sbyte: 6,
  undefined: 7,
  sshort: 8,
  slong: 9,
  srational: 10,
  float: 11,
  double: 12,
  ifd: 13,
  /** These three only in BigTIFF. */
  long8: 16,
  slong8: 17,
  ifd8: 18,
} as const

/** Type -> bytes of one value. */
const typeBytes: Readonly<Record<number, number>> = {
  [tiffTypes.byte]: 1,
  [tiffTypes.ascii]: 1,
  [tiffTypes.short]: 2,
  [tiffTypes.long]: 4,
  [tiffTypes.rational]: 8,
  [tiffTypes.sbyte]: 1,
  [tiffTypes.undefined]: 1,
  [tiffTypes.sshort]: 2,
  [tiffTypes.slong]: 4,
  [tiffTypes.srational]: 8,
  [tiffTypes.float]: 4,
  [tiffTypes.double]: 8,
  [tiffTypes.ifd]: 4,
  [tiffTypes.long8]: 8,
  [tiffTypes.slong8]: 8,
  [tiffTypes.ifd8]: 8,
}
const maxNumbers = 64
const maxTextBytes = 1_000
const maxFields = 1_000
/** Maker notes are the longest of a photo's facts. */
const maxValueBytes = 64 << 10
/** Of one field in a directory. */
export const entryBytes = 12
/** Longer values are stored outside their field. */
export const inlineBytes = 4

/** Where a directory is, and what it describes. */
export interface DirectoryPointer {
  readonly kind: DirectoryKind
  /** From the start of the structure, as all offsets in it. */
  readonly offset: number
}

/** How wide counts and offsets are: BigTIFF has 64 bits where TIFF 6.0 has 16 or 32. */
interface Widths {
  /** Of the number of fields. */
  readonly count: 2 | 8
  /** Of a field. */
  readonly entry: number
  /** Of a field's number of values, of an offset, and of a value that stands in its field. */
  readonly offset: 4 | 8
}
const classicWidths: Widths = { count: 2, entry: entryBytes, offset: inlineBytes }
const bigWidths: Widths = { count: 8, entry: 20, offset: 8 }

/**
 * @param isBig whether the structure is a BigTIFF
 * @returns the directory, and the offset of the next one; 0 if it is the last
 */
export async function readDirectory(
  bytes: Bytes,
  littleEndian: boolean,
  { kind, offset }: DirectoryPointer,
  isBig = false,
): Promise<{ directory: TiffDirectory; next: number }> {
  const widths = isBig ? bigWidths : classicWidths
  const number = (raw: Buffer, at: number, width: 2 | 4 | 8) => numberIn(raw, at, width, littleEndian)
  const count = number(await bytes.read(offset, widths.count), 0, widths.count)
  if (count > maxFields) throw new MalformedPhoto(`${count} fields`)
  const start = offset + widths.count
  const raw = await bytes.read(start, count * widths.entry)
  const fields = new Map<number, Field>()
  for (let at = 0; at < raw.length; at += widths.entry) {
    const [tag, type] = [number(raw, at, 2), number(raw, at + 2, 2)]
    const values = number(raw, at + 4, widths.offset)
    const length = values * (typeBytes[type] ?? 0)
    // Of two fields with the same tag the first counts, as in exiftool and libtiff.
    if (length === 0 || fields.has(tag)) continue
    const entry = { offset: start + at, length: widths.entry }
    const valueAt = at + 4 + widths.offset
    const isInside = length <= widths.offset
    const span = { offset: isInside ? start + valueAt : number(raw, valueAt, widths.offset), length }
    fields.set(tag, { type, count: values, entry, span })
  }
  // The last directory of a structure may end with the file.
  const end = start + raw.length
  const next =
    end + widths.offset <= bytes.size ? number(await bytes.read(end, widths.offset), 0, widths.offset) : 0
  const span = { offset, length: widths.count + raw.length }
  return { directory: new TiffDirectory(kind, littleEndian, span, bytes, fields), next }
}

function numberIn(raw: Buffer, at: number, width: 2 | 4 | 8, littleEndian: boolean): number {
  if (width === 8) return Number(littleEndian ? raw.readBigUInt64LE(at) : raw.readBigUInt64BE(at))
  return littleEndian ? raw.readUIntLE(at, width) : raw.readUIntBE(at, width)
}
