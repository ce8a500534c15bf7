/** Builds TIFF structures for tests: EXIF blocks, and the containers of most RAW formats. */

/** [tag, type, values]: 2 text, 3 short, 4 long, 5 rational as pairs, 7 bytes, 13 directory. */
export type Field = readonly [tag: number, type: number, values: readonly number[] | string | Buffer]

/** Bytes outside the directory: their offset is known only when the file is laid out. */
export class Blob {
  readonly bytes: Buffer
  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
}
/** A field whose value may be the offset of something else. */
export type LaidField = Field | readonly [tag: number, type: 4 | 13, target: Blob | Ifd]

export interface Ifd {
  readonly fields: readonly LaidField[]
  readonly next?: Ifd
}

const widths: Readonly<Record<number, number>> = { 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 13: 4 }

/**
 * Lays out a TIFF structure, little or big endian.
 * @param options `signature`: what a camera maker wrote instead of 42; `start`: bytes to leave free before the structure's own
 */
export function tiff(first: Ifd, { big = false, signature = 42, start = 8 } = {}): Buffer {
  const out: Buffer[] = [Buffer.alloc(start)]
  let end = start
  const put = (bytes: Buffer) => {
    const at = end
    const padded = bytes.length % 2 ? Buffer.concat([bytes, Buffer.alloc(1)]) : bytes
    out.push(padded)
    end += padded.length
    return at
  }
  const u16 = (value: number) => {
    const bytes = Buffer.alloc(2)
    if (big) bytes.writeUInt16BE(value)
    else bytes.writeUInt16LE(value)
    return bytes
  }
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4)
    if (big) bytes.writeUInt32BE(value)
    else bytes.writeUInt32LE(value)
    return bytes
  }
  const encode = (type: number, values: Field[2]): Buffer => {
    if (Buffer.isBuffer(values)) return values
    if (typeof values === 'string') return Buffer.from(`${values}\0`)
    return Buffer.concat(
      values.map((value) => (type === 3 ? u16(value) : type === 7 ? Buffer.of(value) : u32(value))),
    )
  }
  const lay = (ifd: Ifd): number => {
    const next = ifd.next ? lay(ifd.next) : 0
    const entries = ifd.fields.map(([tag, type, value]) => {
      const offset = value instanceof Blob ? put(value.bytes) : isIfd(value) ? lay(value) : null
      const bytes = offset === null ? encode(type, value as Field[2]) : u32(offset)
      const inline =
        bytes.length <= 4 ? Buffer.concat([bytes, Buffer.alloc(4 - bytes.length)]) : u32(put(bytes))
      return Buffer.concat([u16(tag), u16(type), u32(bytes.length / (widths[type] ?? 1)), inline])
    })
    return put(Buffer.concat([u16(entries.length), ...entries, u32(next)]))
  }
  const firstAt = lay(first)
  const whole = Buffer.concat(out)
  whole.write(big ? 'MM' : 'II', 0, 'latin1')
  u16(signature).copy(whole, 2)
  u32(firstAt).copy(whole, 4)
  return whole
}

const isIfd = (value: unknown): value is Ifd =>
  typeof value === 'object' && value !== null && 'fields' in value
