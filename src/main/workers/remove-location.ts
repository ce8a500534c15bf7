/** Takes the place where a photo was taken out of its metadata, byte for byte; sharp can only keep or drop EXIF as a whole. */

const gpsPointerTag = 0x8825
const entryBytes = 12
/** Bytes of one value by EXIF's type number (1 BYTE, 2 ASCII, 3 SHORT, 4 LONG, 5 RATIONAL, 7 UNDEFINED, 9 SLONG, 10 SRATIONAL). */
/** Of one value of a place; what claims more is no place. */
const longestValue = 64 << 10
const valueBytes: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8 }

/**
 * Removes GPS from an EXIF block, in place: it keeps its length.
 * @param tiff from its byte order mark on
 * @returns whether there was any
 */
export function removeExifLocation(tiff: Buffer): boolean {
  const read = reader(tiff)
  const directory = read.long(4)
  const count = read.short(directory)
  for (let index = 0; index < count; index++) {
    const entry = directory + 2 + index * entryBytes
    if (read.short(entry) !== gpsPointerTag) continue
    blankDirectory(tiff, read.long(entry + 8))
    // The entries behind it, and the pointer to the next directory, move up.
    const end = directory + 2 + count * entryBytes + 4
    tiff.copyWithin(entry, entry + entryBytes, end)
    tiff.fill(0, end - entryBytes, end)
    read.writeShort(directory, count - 1)
    return true
  }
  return false
}

/**
 * Blanks every GPS property of an XMP packet, written as attribute or element.
 * @returns the packet, which is the same text where it names no place
 */
export function removeXmpLocation(xmp: string): string {
  return xmp
    .replace(/\s[\w-]+:GPS\w+\s*=\s*("[^"]*"|'[^']*')/g, '')
    .replace(/<([\w-]+:GPS\w+)\b[^>]*?(\/>|>[\s\S]*?<\/\1>)/g, '')
}

/** Overwrites a directory and every value it points to with zeros. */
function blankDirectory(tiff: Buffer, directory: number): void {
  const read = reader(tiff)
  const count = read.short(directory)
  for (let index = 0; index < count; index++) {
    const entry = directory + 2 + index * entryBytes
    const bytes = (valueBytes[read.short(entry + 2)] ?? 0) * read.long(entry + 4)
    if (bytes > 4 && bytes <= longestValue) tiff.fill(0, read.long(entry + 8), read.long(entry + 8) + bytes)
  }
  tiff.fill(0, directory, directory + 2 + count * entryBytes)
}

function reader(tiff: Buffer) {
  const bigEndian = tiff.toString('latin1', 0, 2) === 'MM'
  return {
    short: (at: number) => (bigEndian ? tiff.readUInt16BE(at) : tiff.readUInt16LE(at)),
    long: (at: number) => (bigEndian ? tiff.readUInt32BE(at) : tiff.readUInt32LE(at)),
    writeShort: (at: number, value: number) =>
      bigEndian ? tiff.writeUInt16BE(value, at) : tiff.writeUInt16LE(value, at),
  }
}
