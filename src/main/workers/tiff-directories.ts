/** Reads the directories of a TIFF, which EXIF is inside, from memory or a file; no lie in it leads outside or round and round. */

/** Where bytes come from; what lies outside is answered with fewer bytes or none. */
export type ReadBytes = (start: number, length: number) => Buffer

export interface TiffEntry {
  readonly tag: number
  readonly type: number
  readonly count: number
  /** In the byte order of the whole; empty where it is longer than a photo's facts are. */
  readonly value: Buffer
}

export interface TiffReader {
  readonly bigEndian: boolean
  /** Where the first directory lies. */
  readonly first: number
  /** Entries of a directory; none where there is no whole one. */
  directory(at: number): readonly TiffEntry[]
  /** An entry's first whole number; null for other types. */
  number(entry: TiffEntry): number | null
}

/** Bytes of one value by type number: BYTE, ASCII, SHORT, LONG, RATIONAL, SBYTE, UNDEFINED, SSHORT, SLONG, SRATIONAL, FLOAT, DOUBLE. */
const valueBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8] as const
const [byte, short, long] = [1, 3, 4]
const entryBytes = 12
const mostEntries = 1_000
/** Maker notes are the longest that a photo's facts get. */
const longestValue = 64 << 10

/** @returns null where it is no TIFF */
export function tiffReader(read: ReadBytes): TiffReader | null {
  const head = read(0, 8)
  const order = head.toString('latin1', 0, 4)
  if (head.length < 8 || (order !== 'II*\0' && order !== 'MM\0*')) return null
  const bigEndian = order.startsWith('MM')
  const shortAt = (from: Buffer, at: number) => (bigEndian ? from.readUInt16BE(at) : from.readUInt16LE(at))
  const longAt = (from: Buffer, at: number) => (bigEndian ? from.readUInt32BE(at) : from.readUInt32LE(at))
  const entry = (raw: Buffer): TiffEntry => {
    const [tag, type, count] = [shortAt(raw, 0), shortAt(raw, 2), longAt(raw, 4)]
    const bytes = (valueBytes[type] ?? 0) * count
    if (bytes <= 4) return { tag, type, count, value: raw.subarray(8, 8 + bytes) }
    const value = bytes > longestValue ? Buffer.alloc(0) : read(longAt(raw, 8), bytes)
    return { tag, type, count, value: value.length === bytes ? value : Buffer.alloc(0) }
  }
  return {
    bigEndian,
    first: longAt(head, 4),
    directory: (at) => {
      const length = read(at, 2)
      const count = length.length === 2 ? shortAt(length, 0) : 0
      if (count === 0 || count > mostEntries) return []
      const table = read(at + 2, count * entryBytes)
      if (table.length < count * entryBytes) return []
      return Array.from({ length: count }, (_, index) => entry(table.subarray(index * entryBytes)))
    },
    number: ({ type, value }) => {
      if (type === byte && value.length >= 1) return value.readUInt8(0)
      if (type === short && value.length >= 2) return shortAt(value, 0)
      return type === long && value.length >= 4 ? longAt(value, 0) : null
    },
  }
}

/** Reads from memory. */
export function bytesOf(buffer: Buffer): ReadBytes {
  return (start, length) => buffer.subarray(start, start + length)
}
