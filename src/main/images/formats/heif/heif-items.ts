/** The items of a HEIF file (ISO/IEC 23008-12; HEIC and AVIF): pictures, their properties, metadata, and how they belong together. */
import type { Span } from '../bytes.ts'
import { BoxReader, type FileBox, fileBoxes } from './file-boxes.ts'

export interface HeifItem {
  readonly id: number
  /** Four letters, such as `hvc1`, `av01`, `grid`, `Exif`, `mime`. */
  readonly type: string
  /** Of a `mime` item. */
  readonly contentType: string
  readonly isHidden: boolean
  /** Where its bytes are, piece by piece; null if that cannot be told, or lies outside the file. */
  readonly spans: readonly Span[] | null
  readonly properties: readonly FileBox[]
}

interface HeifReference {
  /** Four letters: `dimg` from a picture to its tiles, `auxl` from an auxiliary picture to its master, `thmb`, `cdsc` … */
  readonly type: string
  readonly from: number
  readonly to: readonly number[]
}

export interface HeifFile {
  /** The major brand, then the compatible ones. */
  readonly brands: readonly string[]
  /** Null in a sequence without a still picture. */
  readonly primary: HeifItem | null
  readonly items: ReadonlyMap<number, HeifItem>
  readonly references: readonly HeifReference[]
  readonly boxes: readonly FileBox[]
}

const maxItems = 10_000
/** Version and flags of a full box. */
const fullBoxHead = 4

/**
 * @param file the whole of it, or its beginning up to the end of the items
 * @param size of the whole file
 * @returns null for what is not such a file; parts that cannot be read are left out
 */
export function readHeif(file: Buffer, size = file.length): HeifFile | null {
  const boxes = fileBoxes(file, { offset: 0, length: file.length })
  const [first] = boxes
  if (first?.type !== 'ftyp') return null
  const meta = boxes.find(({ type }) => type === 'meta')
  const children = meta ? fileBoxes(file, inside(meta)) : []
  const child = (type: string) => children.find((box) => box.type === type)
  const items = readItems(file, size, child)
  const primary = child('pitm')
  return {
    brands: readBrands(file, first),
    primary: (primary && items.get(readPrimary(file, primary))) ?? null,
    items,
    references: readReferences(file, child('iref')),
    boxes,
  }
}

type Child = (type: string) => FileBox | undefined

function inside({ content }: FileBox): Span {
  return { offset: content.offset + fullBoxHead, length: Math.max(0, content.length - fullBoxHead) }
}

function versioned(file: Buffer, box: FileBox): { version: number; flags: number; reader: BoxReader } {
  const reader = new BoxReader(file, box.content)
  return { version: reader.number(1), flags: reader.number(3), reader }
}

function readBrands(file: Buffer, { content }: FileBox): string[] {
  const reader = new BoxReader(file, content)
  const brands = [reader.letters(4)]
  reader.number(4)
  for (let left = reader.rest().length; left >= 4; left -= 4) brands.push(reader.letters(4))
  return brands
}

function readPrimary(file: Buffer, box: FileBox): number {
  const { version, reader } = versioned(file, box)
  return reader.number(version === 0 ? 2 : 4)
}

function readItems(file: Buffer, size: number, child: Child): Map<number, HeifItem> {
  const infos = child('iinf')
  const places = readPlaces(file, size, child('iloc'), child('idat'))
  const properties = readProperties(file, child('iprp'))
  const items = new Map<number, HeifItem>()
  if (infos === undefined) return items
  const { version, reader } = versioned(file, infos)
  reader.number(version === 0 ? 2 : 4)
  for (const box of fileBoxes(file, reader.rest()).slice(0, maxItems)) {
    const info = versioned(file, box)
    if (info.version < 2) continue
    const id = info.reader.number(info.version === 2 ? 2 : 4)
    info.reader.number(2)
    const type = info.reader.letters(4)
    info.reader.text()
    const contentType = type === 'mime' ? info.reader.text() : ''
    const isHidden = (info.flags & 1) === 1
    const spans = places.get(id) ?? null
    items.set(id, { id, type, contentType, isHidden, spans, properties: properties.get(id) ?? [] })
  }
  return items
}

/** ISO/IEC 14496-12, 8.11.3; an item in another file or built from other items has no place. */
function readPlaces(
  file: Buffer,
  size: number,
  box: FileBox | undefined,
  data: FileBox | undefined,
): Map<number, Span[] | null> {
  const places = new Map<number, Span[] | null>()
  if (box === undefined) return places
  const { version, reader } = versioned(file, box)
  const sizes = reader.number(2)
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15]
  const indexBytes = version === 0 ? 0 : sizes & 15
  const count = reader.number(version < 2 ? 2 : 4)
  for (let nth = 0; nth < Math.min(count, maxItems) && !reader.exhausted; nth++) {
    const id = reader.number(version < 2 ? 2 : 4)
    const method = version === 0 ? 0 : reader.number(2) & 15
    const isHere = reader.number(2) === 0
    const base = reader.number(baseBytes) + (method === 1 ? (data?.content.offset ?? 0) : 0)
    const extents = reader.number(2)
    const spans: Span[] = []
    for (let extent = 0; extent < extents && !reader.exhausted; extent++) {
      reader.number(indexBytes)
      const offset = base + reader.number(offsetBytes)
      const length = reader.number(lengthBytes) || size - offset
      spans.push({ offset, length })
    }
    const areInside = spans.every(({ offset, length }) => length >= 0 && offset + length <= size)
    places.set(id, isHere && method <= 1 && areInside && spans.length > 0 ? spans : null)
  }
  return places
}

/** Item -> its properties (ISO/IEC 23008-12, 9.3). */
function readProperties(file: Buffer, box: FileBox | undefined): Map<number, FileBox[]> {
  const found = new Map<number, FileBox[]>()
  const parts = box ? fileBoxes(file, box.content) : []
  const container = parts.find(({ type }) => type === 'ipco')
  const all = container ? fileBoxes(file, container.content) : []
  for (const association of parts.filter(({ type }) => type === 'ipma')) {
    const { version, flags, reader } = versioned(file, association)
    const count = reader.number(4)
    for (let nth = 0; nth < Math.min(count, maxItems) && !reader.exhausted; nth++) {
      const id = reader.number(version < 1 ? 2 : 4)
      const own = found.get(id) ?? []
      for (let left = reader.number(1); left > 0 && !reader.exhausted; left--) {
        const property = (flags & 1) === 1 ? reader.number(2) & 0x7fff : reader.number(1) & 0x7f
        const known = all[property - 1]
        if (known) own.push(known)
      }
      found.set(id, own)
    }
  }
  return found
}

function readReferences(file: Buffer, box: FileBox | undefined): HeifReference[] {
  if (box === undefined) return []
  const { version, reader } = versioned(file, box)
  const idBytes = version === 0 ? 2 : 4
  return fileBoxes(file, reader.rest()).map(({ type, content }) => {
    const one = new BoxReader(file, content)
    const from = one.number(idBytes)
    const to: number[] = []
    for (let left = one.number(2); left > 0 && !one.exhausted; left--) to.push(one.number(idBytes))
    return { type, from, to }
  })
}
