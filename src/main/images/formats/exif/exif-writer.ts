/** Builds a new EXIF block from the directories of an original, for sources whose EXIF sharp does not carry over (TIFF, HEIC). */
import type { Bytes } from '../bytes.ts'
import { tiffTags } from '../tiff/tags.ts'
import type { TiffEntry } from '../tiff/tiff-directory.ts'
import { photoDirectories } from '../tiff/tiff-reader.ts'

export interface ExifOptions {
  /** Pixels of the copy. */
  readonly width: number
  readonly height: number
  readonly keepLocation: boolean
}

/** What the copy says in its own way, or leaves behind. */
const ownTags: readonly number[] = [tiffTags.pixelWidth, tiffTags.pixelHeight, tiffTags.interoperability]
/** Of a TIFF's first directory: what describes the photo. The rest describes how its pixels are stored, or is kept elsewhere. */
const photoTags = new Set([
  0x010e, 0x010f, 0x0110, 0x011a, 0x011b, 0x0128, 0x0131, 0x0132, 0x013b, 0x4746, 0x4749, 0x8298, 0x9c9b,
  0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f,
])
const [short, long] = [3, 4]
/** What a JPEG can hold in one piece, with room for what goes before it. */
const maxBlockBytes = 65_000

/**
 * Upright, with the copy's own size; thumbnails stay behind.
 * @param bytes the original: a TIFF file, or an EXIF block from its byte order mark on
 * @returns null where it has no EXIF
 */
export async function buildExif(bytes: Bytes, facts: ExifOptions): Promise<Buffer | null> {
  const directories = await photoDirectories(bytes)
  const main = (await directories.main?.entries())?.filter(({ tag }) => photoTags.has(tag)) ?? []
  const shot = (await directories.shot?.entries())?.filter(({ tag }) => !ownTags.includes(tag)) ?? []
  const place = facts.keepLocation ? ((await directories.place?.entries()) ?? []) : []
  if (directories.main === null || main.length + shot.length + place.length === 0) return null
  const writer = new ExifWriter(directories.main.littleEndian)
  const whole = writer.block(main, shot, place, facts)
  if (whole.length <= maxBlockBytes) return whole
  const withoutNote = shot.filter(({ tag }) => tag !== tiffTags.makerNote)
  const short = writer.block(main, withoutNote, place, facts)
  return short.length <= maxBlockBytes ? short : null
}

class ExifWriter {
  readonly #littleEndian: boolean

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian
  }

  block(
    main: readonly TiffEntry[],
    shot: readonly TiffEntry[],
    place: readonly TiffEntry[],
    { width, height }: ExifOptions,
  ): Buffer {
    const shotEntries = [
      ...shot,
      this.#entry(tiffTags.pixelWidth, long, width),
      this.#entry(tiffTags.pixelHeight, long, height),
    ]
    const pointers = [tiffTags.exifDirectory, ...(place.length > 0 ? [tiffTags.gpsDirectory] : [])]
    const mainEntries = [...main, this.#entry(tiffTags.orientation, short, 1)]
    const mainAt = 8
    const shotAt = mainAt + directoryBytes(mainEntries, pointers.length)
    const placeAt = shotAt + directoryBytes(shotEntries)
    const links = pointers.map((tag) =>
      this.#entry(tag, long, tag === tiffTags.exifDirectory ? shotAt : placeAt),
    )
    return Buffer.concat([
      this.#head(),
      this.#directory(mainAt, [...mainEntries, ...links]),
      this.#directory(shotAt, shotEntries),
      ...(place.length > 0 ? [this.#directory(placeAt, place)] : []),
    ])
  }

  #head(): Buffer {
    return Buffer.from(this.#littleEndian ? 'II*\0\b\0\0\0' : 'MM\0*\0\0\0\b', 'latin1')
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
    if (this.#littleEndian) into.writeUInt16LE(value, at)
    else into.writeUInt16BE(value, at)
  }

  #writeLong(into: Buffer, at: number, value: number): void {
    if (this.#littleEndian) into.writeUInt32LE(value, at)
    else into.writeUInt32BE(value, at)
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
