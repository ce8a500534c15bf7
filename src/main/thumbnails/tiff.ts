/** Reads the directories of a TIFF structure: EXIF blocks, and the RAW formats that are TIFF inside. Bounded; follows no loop. */
import { type Bytes, MalformedPhoto, type Span, valueIfMalformed } from './bytes.ts'

/** One field as it stands in a directory; its values are read when asked for. */
interface Field {
  readonly type: number
  readonly count: number
  /** Where its values lie. */
  readonly span: Span
}

/** What a directory holds: pictures and what is said of them, the shot's EXIF data, or the place. */
export type DirectoryKind = 'image' | 'exif' | 'gps'

export class Directory {
  readonly kind: DirectoryKind
  readonly #bytes: Bytes
  readonly #littleEndian: boolean
  readonly #fields: ReadonlyMap<number, Field>

  constructor(kind: DirectoryKind, bytes: Bytes, littleEndian: boolean, fields: ReadonlyMap<number, Field>) {
    this.kind = kind
    this.#bytes = bytes
    this.#littleEndian = littleEndian
    this.#fields = fields
  }

  /** The same fields, understood as another kind. */
  as(kind: DirectoryKind): Directory {
    return new Directory(kind, this.#bytes, this.#littleEndian, this.#fields)
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

  /** A field's numbers, rationals divided; none when it is not there, too long to be meant, or not numeric. */
  async numbers(tag: number): Promise<readonly number[]> {
    const field = this.#fields.get(tag)
    if (field === undefined || field.count > mostNumbers) return []
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
    if (field?.type !== asciiType || field.count > longestText) return null
    const raw = await this.#bytes.read(field.span.offset, field.span.length)
    const end = raw.indexOf(0)
    const text = raw.toString('utf8', 0, end < 0 ? raw.length : end)
    const readable = text.replace(/[\p{Cc}\p{Cf}\ufffd]/gu, '').trim()
    return readable === '' ? null : readable
  }

  #numberAt(view: DataView, at: number, type: number): number {
    const little = this.#littleEndian
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
const sizes: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8, 13: 4 }
const asciiType = 2
const mostNumbers = 64
const longestText = 1_000
const mostFields = 1_000
const mostDirectories = 40

export const tags = {
  subDirectories: 0x014a,
  exif: 0x8769,
  gps: 0x8825,
} as const

/** Plain TIFF, and the signatures that Panasonic and Olympus put in its place. */
const signatures = [42, 0x55, 0x4f52, 0x5352]

/**
 * All directories that can be reached, in the order in which they are met; a part that cannot be read is left out.
 * @throws MalformedPhoto when it is no TIFF structure at all
 */
export async function readDirectories(bytes: Bytes): Promise<Directory[]> {
  const head = await bytes.read(0, 8)
  const order = head.toString('latin1', 0, 2)
  const little = order === 'II'
  const signature = little ? head.readUInt16LE(2) : head.readUInt16BE(2)
  if ((!little && order !== 'MM') || !signatures.includes(signature)) throw new MalformedPhoto('no TIFF')
  const found: Directory[] = []
  const seen = new Set<number>()
  const left: Place[] = [{ kind: 'image', offset: little ? head.readUInt32LE(4) : head.readUInt32BE(4) }]
  for (let place = left.shift(); place && found.length < mostDirectories; place = left.shift()) {
    if (seen.has(place.offset)) continue
    seen.add(place.offset)
    const read = await readDirectory(bytes, little, place).catch(valueIfMalformed(null))
    if (read === null) continue
    found.push(read.directory)
    left.push(...(await placesIn(read.directory)))
    if (read.next !== 0 && place.kind === 'image') left.push({ kind: 'image', offset: read.next })
  }
  return found
}

interface Place {
  readonly kind: DirectoryKind
  readonly offset: number
}

/** @param place of the directory; its fields' offsets count from the start of `bytes` */
export async function readDirectory(
  bytes: Bytes,
  little: boolean,
  { kind, offset }: Place,
): Promise<{ directory: Directory; next: number }> {
  const u16 = (raw: Buffer, at: number) => (little ? raw.readUInt16LE(at) : raw.readUInt16BE(at))
  const u32 = (raw: Buffer, at: number) => (little ? raw.readUInt32LE(at) : raw.readUInt32BE(at))
  const count = u16(await bytes.read(offset, 2), 0)
  if (count > mostFields) throw new MalformedPhoto(`${count} fields`)
  const raw = await bytes.read(offset + 2, count * 12)
  const fields = new Map<number, Field>()
  for (let at = 0; at < raw.length; at += 12) {
    const type = u16(raw, at + 2)
    const values = u32(raw, at + 4)
    const length = values * (sizes[type] ?? 0)
    if (length === 0) continue
    const start = length <= 4 ? offset + 2 + at + 8 : u32(raw, at + 8)
    fields.set(u16(raw, at), { type, count: values, span: { offset: start, length } })
  }
  // The last directory of a structure may end with the file.
  const after = offset + 2 + raw.length
  const next = after + 4 <= bytes.size ? u32(await bytes.read(after, 4), 0) : 0
  return { directory: new Directory(kind, bytes, little, fields), next }
}

async function placesIn(directory: Directory): Promise<Place[]> {
  const read = (tag: number) => directory.numbers(tag).catch(valueIfMalformed([]))
  const [exif, gps, below] = await Promise.all([read(tags.exif), read(tags.gps), read(tags.subDirectories)])
  return [
    ...exif.slice(0, 1).map((offset) => ({ kind: 'exif' as const, offset })),
    ...gps.slice(0, 1).map((offset) => ({ kind: 'gps' as const, offset })),
    ...below.map((offset) => ({ kind: 'image' as const, offset })),
  ]
}
