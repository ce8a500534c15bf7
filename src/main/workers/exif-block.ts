/** Builds a new EXIF block from the directories of an original, for sources whose EXIF sharp does not carry over (TIFF, HEIC). */
import { directoryUnder, exifTags } from './exif-facts.ts'
import { type ReadBytes, type TiffEntry, tiffReader } from './tiff-directories.ts'

export interface CopyFacts {
  /** Pixels of the copy. */
  readonly width: number
  readonly height: number
  readonly keepLocation: boolean
}

const tags = {
  orientation: 0x0112,
  exifDirectory: exifTags.exifDirectory,
  gpsDirectory: exifTags.gpsDirectory,
  makerNote: 0x927c,
  width: 0xa002,
  height: 0xa003,
  interoperability: 0xa005,
} as const
/** Of a TIFF's first directory: what describes the photo. The rest describes how its pixels are stored, or is kept elsewhere. */
const photoTags = new Set([
  0x010e, 0x010f, 0x0110, 0x011a, 0x011b, 0x0128, 0x0131, 0x0132, 0x013b, 0x4746, 0x4749, 0x8298, 0x9c9b,
  0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f,
])
const [short, long] = [3, 4]
/** What a JPEG can hold in one piece, with room for what goes before it. */
const longestBlock = 65_000

/**
 * Upright, with the copy's own size; thumbnails stay behind.
 * @param read the original: a TIFF file, or an EXIF block from its byte order mark on
 * @returns null where it has no EXIF
 */
export function copyExif(read: ReadBytes, facts: CopyFacts): Buffer | null {
  const reader = tiffReader(read)
  if (reader === null) return null
  const first = reader.directory(reader.first)
  const main = first.filter(({ tag }) => photoTags.has(tag))
  const camera = directoryUnder(reader, first, tags.exifDirectory)
  const gps = facts.keepLocation ? directoryUnder(reader, first, tags.gpsDirectory) : []
  if (main.length + camera.length + gps.length === 0) return null
  const writer = new ExifWriter(reader.bigEndian)
  const whole = writer.block(main, camera, gps, facts)
  if (whole.length <= longestBlock) return whole
  const short = writer.block(
    main,
    camera.filter(({ tag }) => tag !== tags.makerNote),
    gps,
    facts,
  )
  return short.length <= longestBlock ? short : null
}

class ExifWriter {
  readonly #bigEndian: boolean

  constructor(bigEndian: boolean) {
    this.#bigEndian = bigEndian
  }

  block(
    main: readonly TiffEntry[],
    camera: readonly TiffEntry[],
    gps: readonly TiffEntry[],
    { width, height }: CopyFacts,
  ): Buffer {
    const own = [tags.width, tags.height, tags.interoperability] as readonly number[]
    const cameraEntries = [
      ...camera.filter(({ tag, value }) => !own.includes(tag) && value.length > 0),
      this.#entry(tags.width, long, width),
      this.#entry(tags.height, long, height),
    ]
    const gpsEntries = gps.filter(({ value }) => value.length > 0)
    const pointers = [tags.exifDirectory, ...(gpsEntries.length > 0 ? [tags.gpsDirectory] : [])]
    const mainEntries = [
      ...main.filter(({ value }) => value.length > 0),
      this.#entry(tags.orientation, short, 1),
    ]
    const mainAt = 8
    const cameraAt = mainAt + directoryBytes(mainEntries, pointers.length)
    const gpsAt = cameraAt + directoryBytes(cameraEntries)
    const links = pointers.map((tag) => this.#entry(tag, long, tag === tags.exifDirectory ? cameraAt : gpsAt))
    return Buffer.concat([
      this.#head(),
      this.#directory(mainAt, [...mainEntries, ...links]),
      this.#directory(cameraAt, cameraEntries),
      ...(gpsEntries.length > 0 ? [this.#directory(gpsAt, gpsEntries)] : []),
    ])
  }

  #head(): Buffer {
    return Buffer.from(this.#bigEndian ? 'MM\0*\0\0\0\b' : 'II*\0\b\0\0\0', 'latin1')
  }

  #directory(at: number, entries: readonly TiffEntry[]): Buffer {
    const table = Buffer.alloc(2 + entries.length * 12 + 4)
    const outside: Buffer[] = []
    let valueAt = at + table.length
    this.#writeShort(table, 0, entries.length)
    for (const [index, { tag, type, count, value }] of entries.toSorted((a, b) => a.tag - b.tag).entries()) {
      const entryAt = 2 + index * 12
      this.#writeShort(table, entryAt, tag)
      this.#writeShort(table, entryAt + 2, type)
      this.#writeLong(table, entryAt + 4, count)
      if (value.length <= 4) {
        value.copy(table, entryAt + 8)
        continue
      }
      this.#writeLong(table, entryAt + 8, valueAt)
      outside.push(value, Buffer.alloc(value.length % 2))
      valueAt += even(value.length)
    }
    return Buffer.concat([table, ...outside])
  }

  #entry(tag: number, type: typeof short | typeof long, number: number): TiffEntry {
    const value = Buffer.alloc(type === short ? 2 : 4)
    if (type === short) this.#writeShort(value, 0, number)
    else this.#writeLong(value, 0, number)
    return { tag, type, count: 1, value }
  }

  #writeShort(into: Buffer, at: number, value: number): void {
    if (this.#bigEndian) into.writeUInt16BE(value, at)
    else into.writeUInt16LE(value, at)
  }

  #writeLong(into: Buffer, at: number, value: number): void {
    if (this.#bigEndian) into.writeUInt32BE(value, at)
    else into.writeUInt32LE(value, at)
  }
}

/** @param more entries to come that have no value of their own outside */
function directoryBytes(entries: readonly TiffEntry[], more = 0): number {
  const outside = entries.reduce((sum, { value }) => sum + (value.length > 4 ? even(value.length) : 0), 0)
  return 2 + (entries.length + more) * 12 + 4 + outside
}

function even(bytes: number): number {
  return bytes + (bytes % 2)
}
