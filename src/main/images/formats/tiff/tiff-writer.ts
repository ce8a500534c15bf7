/** Encodes the parts of a TIFF structure (TIFF 6.0, section 2), in either byte order. */
import { entryBytes, inlineBytes, type TiffEntry, tiffTypes } from './tiff-directory.ts'

export const headerBytes = 8

export class TiffWriter {
  readonly #littleEndian: boolean

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian
  }

  /** @param first offset of the first directory */
  header(first: number): Buffer {
    const header = Buffer.alloc(headerBytes)
    header.write(this.#littleEndian ? 'II*\0' : 'MM\0*', 'latin1')
    this.#writeLong(header, 4, first)
    return header
  }

  /**
   * The last directory of its chain, sorted by tag as TIFF requires, with the values that do not fit into their entries
   * behind it. Values and directories begin on even offsets.
   * @param offset where it will stand in the structure
   */
  directory(entries: readonly TiffEntry[], offset: number): Buffer {
    const table = Buffer.alloc(2 + entries.length * entryBytes + 4)
    const outside: Buffer[] = []
    let valueOffset = offset + table.length
    this.#writeShort(table, 0, entries.length)
    for (const [index, { tag, type, count, value }] of entries.toSorted((a, b) => a.tag - b.tag).entries()) {
      const entry = 2 + index * entryBytes
      this.#writeShort(table, entry, tag)
      this.#writeShort(table, entry + 2, type)
      this.#writeLong(table, entry + 4, count)
      if (value.length <= inlineBytes) {
        value.copy(table, entry + 8)
        continue
      }
      this.#writeLong(table, entry + 8, valueOffset)
      outside.push(value, Buffer.alloc(value.length % 2))
      valueOffset += value.length + (value.length % 2)
    }
    return Buffer.concat([table, ...outside])
  }

  short(tag: number, numbers: readonly number[]): TiffEntry {
    const value = Buffer.alloc(numbers.length * 2)
    for (const [index, number] of numbers.entries()) this.#writeShort(value, index * 2, number)
    return { tag, type: tiffTypes.short, count: numbers.length, value }
  }

  long(tag: number, numbers: readonly number[]): TiffEntry {
    const value = Buffer.alloc(numbers.length * 4)
    for (const [index, number] of numbers.entries()) this.#writeLong(value, index * 4, number)
    return { tag, type: tiffTypes.long, count: numbers.length, value }
  }

  #writeShort(into: Buffer, offset: number, value: number): void {
    if (this.#littleEndian) into.writeUInt16LE(value, offset)
    else into.writeUInt16BE(value, offset)
  }

  #writeLong(into: Buffer, offset: number, value: number): void {
    if (this.#littleEndian) into.writeUInt32LE(value, offset)
    else into.writeUInt32BE(value, offset)
  }
}
