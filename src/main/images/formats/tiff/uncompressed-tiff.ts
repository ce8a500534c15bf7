/** Wraps decoded pixels and their ICC profile as an uncompressed TIFF in memory: sharp takes a profile from a file only. */

export interface Picture {
  readonly width: number
  readonly height: number
  /** 3: RGB, 4: RGB with transparency. */
  readonly channels: 3 | 4
  /** Of each channel; 16 are little-endian. */
  readonly bits: 8 | 16
  readonly icc: Buffer | null
}

const tiffHeaderBytes = 8
const entryBytes = 12
/** Rows are handed to the reader a few at a time. */
const rowsPerStrip = 64
const [short, long, undefinedType] = [3, 4, 7]
const typeBytes: Readonly<Record<number, number>> = { [short]: 2, [long]: 4, [undefinedType]: 1 }

type Entry = readonly [tag: number, type: number, values: readonly number[] | Buffer]

/**
 * @param fillRows writes the pixels, row after row without gaps, into the part of the file that is for them
 * @returns the file, little-endian
 */
export function uncompressedTiff(
  picture: Picture,
  fillRows: (pixels: Uint8Array) => void,
): Buffer<ArrayBuffer> {
  const { width, height, channels, bits } = picture
  const pixelBytes = (width * height * channels * bits) / 8
  const entries = entriesOf(picture)
  const directoryAt = tiffHeaderBytes + pixelBytes + (pixelBytes % 2)
  const directoryBytes = 2 + entries.length * entryBytes + 4
  const outside = entries.reduce((sum, entry) => sum + outsideBytes(entry), 0)
  const file = Buffer.from(new ArrayBuffer(directoryAt + directoryBytes + outside))
  file.write('II*\0', 'latin1')
  file.writeUInt32LE(directoryAt, 4)
  fillRows(file.subarray(tiffHeaderBytes, tiffHeaderBytes + pixelBytes))
  writeDirectory(file, directoryAt, entries)
  return file
}

/** In the order of their tags, as TIFF 6.0 asks. */
function entriesOf({ width, height, channels, bits, icc }: Picture): Entry[] {
  const rowBytes = (width * channels * bits) / 8
  const strips = Math.ceil(height / rowsPerStrip)
  const rowsOf = (strip: number) => Math.min(rowsPerStrip, height - strip * rowsPerStrip)
  const indices = Array.from({ length: strips }, (_, strip) => strip)
  const entries: Entry[] = [
    [256, long, [width]],
    [257, long, [height]],
    [258, short, new Array<number>(channels).fill(bits)],
    [259, short, [1]],
    [262, short, [2]],
    [273, long, indices.map((strip) => tiffHeaderBytes + strip * rowsPerStrip * rowBytes)],
    [277, short, [channels]],
    [278, long, [rowsPerStrip]],
    [279, long, indices.map((strip) => rowsOf(strip) * rowBytes)],
    [284, short, [1]],
  ]
  if (channels === 4) entries.push([338, short, [2]])
  if (icc !== null) entries.push([34_675, undefinedType, icc])
  return entries
}

function writeDirectory(file: Buffer, at: number, entries: readonly Entry[]): void {
  let entryAt = file.writeUInt16LE(entries.length, at)
  let valueAt = at + 2 + entries.length * entryBytes + 4
  for (const entry of entries) {
    const [tag, type, values] = entry
    file.writeUInt16LE(tag, entryAt)
    file.writeUInt16LE(type, entryAt + 2)
    file.writeUInt32LE(values.length, entryAt + 4)
    const isOutside = outsideBytes(entry) > 0
    writeValues(file, isOutside ? valueAt : entryAt + 8, type, values)
    if (isOutside) file.writeUInt32LE(valueAt, entryAt + 8)
    valueAt += outsideBytes(entry)
    entryAt += entryBytes
  }
}

function writeValues(file: Buffer, at: number, type: number, values: readonly number[] | Buffer): void {
  if (Buffer.isBuffer(values)) values.copy(file, at)
  else if (type === short) file.set(new Uint8Array(Uint16Array.from(values).buffer), at)
  else file.set(new Uint8Array(Uint32Array.from(values).buffer), at)
}

/** Bytes of a value that does not fit into its entry; even, for values begin on word borders. */
function outsideBytes([, type, values]: Entry): number {
  const bytes = values.length * (typeBytes[type] ?? 1)
  return bytes > 4 ? bytes + (bytes % 2) : 0
}
