/** Builds small clips as cameras and phones write them: real containers, frames that nobody could decode. */
import {
  BufferTarget,
  EncodedPacket,
  EncodedVideoPacketSource,
  MkvOutputFormat,
  MovOutputFormat,
  Mp4OutputFormat,
  MpegTsOutputFormat,
  Output,
  type OutputFormat,
} from 'mediabunny'
import { box } from '../raw-files.ts'

/** Bits of a parameter set, the numbers coded as ITU-T H.264, 9.1, says. */
class BitWriter {
  readonly #bits: number[] = []

  fixed(width: number, value: number): this {
    for (let bit = width - 1; bit >= 0; bit--) this.#bits.push((value >> bit) & 1)
    return this
  }

  coded(...values: readonly number[]): this {
    for (const value of values) {
      const length = Math.floor(Math.log2(value + 1))
      this.fixed(length, 0).fixed(length + 1, value + 1)
    }
    return this
  }

  /** With the bit that ends a set. */
  bytes(): Buffer {
    const bits = [...this.#bits, 1]
    const bytes = Buffer.alloc(Math.ceil(bits.length / 8))
    for (const [at, bit] of bits.entries()) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (bit << (7 - (at & 7)))
    return bytes
  }
}

/** A sequence parameter set of H.264, baseline: pictures of whole macroblocks, cropped to their size. */
function parameterSet(width: number, height: number): Buffer {
  const [columns, rows] = [Math.ceil(width / 16), Math.ceil(height / 16)]
  const writer = new BitWriter().fixed(8, 66).fixed(8, 0xc0).fixed(8, 40).coded(0, 0, 2, 1)
  writer
    .fixed(1, 0)
    .coded(columns - 1, rows - 1)
    .fixed(2, 0b10)
    .fixed(1, 1)
  writer.coded(0, (columns * 16 - width) / 2, 0, (rows * 16 - height) / 2).fixed(1, 0)
  return Buffer.concat([Buffer.from([0x67]), writer.bytes()])
}

const pictureSet = Buffer.from('68ce3880', 'hex')
const frame = Buffer.concat([Buffer.from([0x65]), Buffer.alloc(200, 0x33)])

/** AVCHD's message in a frame: an id and `MDPM`, then two fields: zone (+02:00), century, year, month; day and time. */
const timeMessage = Buffer.concat([
  Buffer.from('17ee8c60f84d11d98cd60800200c9a66', 'hex'),
  Buffer.from('MDPM\x02', 'latin1'),
  Buffer.from('1804202405', 'hex'),
  Buffer.from('1901101112', 'hex'),
])
/** Supplemental information: unregistered user data. */
const messageUnit = Buffer.concat([
  Buffer.from([0x06, 0x05, timeMessage.length]),
  timeMessage,
  Buffer.from([0x80]),
])

export interface ClipOptions {
  readonly width?: number
  readonly height?: number
  readonly seconds?: number
  /** Degrees, clockwise. */
  readonly rotation?: 0 | 90 | 180 | 270
  /** Whether each frame says when it was taken. */
  readonly isAvchd?: boolean
}

const formats = {
  mp4: () => new Mp4OutputFormat({ fastStart: 'in-memory' }),
  /** The tables behind the frames, as cameras write them. */
  'mp4, tables last': () => new Mp4OutputFormat({ fastStart: false }),
  'mp4 in fragments': () => new Mp4OutputFormat({ fastStart: 'fragmented' }),
  mov: () => new MovOutputFormat({ fastStart: false }),
  ts: () => new MpegTsOutputFormat(),
  mkv: () => new MkvOutputFormat(),
} as const satisfies Readonly<Record<string, () => OutputFormat>>

const startCode = Buffer.from([0, 0, 0, 1])

/** 25 frames a second. */
export async function clip(kind: keyof typeof formats, options: ClipOptions = {}): Promise<Buffer> {
  const { width = 1920, height = 1080, seconds = 4, rotation = 0, isAvchd = false } = options
  const isStream = kind === 'ts'
  const set = parameterSet(width, height)
  const units = isStream ? [set, pictureSet, ...(isAvchd ? [messageUnit] : []), frame] : [frame]
  const data = Buffer.concat(units.flatMap((unit) => [isStream ? startCode : lengthOf(unit), unit]))
  const target = new BufferTarget()
  const output = new Output({ format: formats[kind](), target })
  const source = new EncodedVideoPacketSource('avc')
  output.addVideoTrack(source, isStream ? {} : { rotation })
  await output.start()
  const decoderConfig = {
    codec: 'avc1.42c028',
    codedWidth: width,
    codedHeight: height,
    ...(!isStream && { description: description(set) }),
  }
  for (let nth = 0; nth < seconds * 25; nth++) {
    const packet = new EncodedPacket(data, 'key', nth / 25, 1 / 25)
    await source.add(packet, nth === 0 ? { decoderConfig } : undefined)
  }
  await output.finalize()
  return Buffer.from(target.buffer ?? new ArrayBuffer(0))
}

function lengthOf(unit: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(unit.length)
  return length
}

/** An `avcC` box (ISO/IEC 14496-15, 5.3.3.1). */
function description(set: Buffer): Buffer {
  const head = Buffer.from([1, set[1] ?? 0, set[2] ?? 0, set[3] ?? 0, 0xff, 0xe1, 0, set.length])
  return Buffer.concat([head, set, Buffer.from([1, 0, pictureSet.length]), pictureSet])
}

/** A transport stream as AVCHD cameras write it: four bytes before each packet. */
export function asM2ts(stream: Buffer): Buffer {
  const packets = Array.from({ length: stream.length / 188 }, (_, nth) =>
    Buffer.concat([Buffer.alloc(4, 0x11), stream.subarray(nth * 188, (nth + 1) * 188)]),
  )
  return Buffer.concat(packets)
}

/** Sets the creation time in a movie's head. @param seconds since 1904 */
export function createdAt(movie: Buffer, seconds: number): Buffer {
  const copy = Buffer.from(movie)
  const head = copy.indexOf('mvhd', 0, 'latin1')
  if (copy[head + 4] === 1) copy.writeBigUInt64BE(BigInt(seconds), head + 8)
  else copy.writeUInt32BE(seconds, head + 8)
  return copy
}

/** Adds boxes to the end of the movie's own, whose tables must stand last in the file. */
export function withMovieBoxes(movie: Buffer, ...boxes: readonly Buffer[]): Buffer {
  const at = movie.lastIndexOf('moov', movie.length, 'latin1') - 4
  const added = Buffer.concat(boxes)
  const copy = Buffer.concat([movie, added])
  if (at + movie.readUInt32BE(at) !== movie.length) throw new Error('the tables are not the last box')
  copy.writeUInt32BE(movie.readUInt32BE(at) + added.length, at)
  return copy
}

/** QuickTime's texts under names (QuickTime File Format, metadata). */
export function quickTimeKeys(texts: Readonly<Record<string, string>>): Buffer {
  const u32 = (...values: readonly number[]) => {
    const bytes = Buffer.alloc(values.length * 4)
    for (const [nth, value] of values.entries()) bytes.writeUInt32BE(value, nth * 4)
    return bytes
  }
  const handler = box('hdlr', Buffer.concat([u32(0, 0), Buffer.from('mdta', 'latin1'), Buffer.alloc(14)]))
  const names = Object.keys(texts).map((name) => {
    const key = Buffer.from(`mdta${name}`, 'latin1')
    return Buffer.concat([u32(key.length + 4), key])
  })
  const values = Object.values(texts).map((text, nth) => {
    const data = box('data', Buffer.concat([u32(1, 0), Buffer.from(text)]))
    return Buffer.concat([u32(data.length + 8, nth + 1), data])
  })
  const keys = box('keys', Buffer.concat([u32(0, names.length), ...names]))
  return box('meta', Buffer.concat([handler, keys, box('ilst', Buffer.concat(values))]))
}

/** A movie of Motion JPEG, as old cameras wrote them: one frame, which is a photo. */
export function motionJpeg(jpeg: Buffer, width: number, height: number): Buffer {
  const u16 = (...values: readonly number[]) => {
    const bytes = Buffer.alloc(values.length * 2)
    for (const [nth, value] of values.entries()) bytes.writeUInt16BE(value, nth * 2)
    return bytes
  }
  const u32 = (...values: readonly number[]) => {
    const bytes = Buffer.alloc(values.length * 4)
    for (const [nth, value] of values.entries()) bytes.writeUInt32BE(value, nth * 4)
    return bytes
  }
  const matrix = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
  const type = box('ftyp', Buffer.from('qt  \0\0\0\0qt  ', 'latin1'))
  const media = box('mdat', jpeg)
  const entry = box(
    'jpeg',
    Buffer.concat([
      Buffer.alloc(6),
      u16(1),
      Buffer.alloc(16),
      u16(width, height),
      u32(0x480000, 0x480000, 0),
      u16(1),
      Buffer.alloc(32),
      u16(24, 0xffff),
    ]),
  )
  const table = box(
    'stbl',
    Buffer.concat([
      box('stsd', Buffer.concat([u32(0, 1), entry])),
      box('stts', u32(0, 1, 1, 100)),
      box('stsc', u32(0, 1, 1, 1, 1)),
      box('stsz', u32(0, 0, 1, jpeg.length)),
      box('stco', u32(0, 1, type.length + 8)),
    ]),
  )
  const handler = box('hdlr', Buffer.concat([u32(0), Buffer.from('mhlrvide', 'latin1'), Buffer.alloc(13)]))
  const reference = box('dinf', box('dref', Buffer.concat([u32(0, 1), box('alis', u32(1))])))
  const information = box('minf', Buffer.concat([box('vmhd', u32(1, 0, 0)), reference, table]))
  const mediaHead = box('mdhd', Buffer.concat([u32(0, 0, 0, 100, 100), u16(0, 0)]))
  const trackHead = box(
    'tkhd',
    Buffer.concat([u32(3, 0, 0, 1, 0, 100, 0, 0, 0, 0), matrix, u32(width << 16, height << 16)]),
  )
  const track = box(
    'trak',
    Buffer.concat([trackHead, box('mdia', Buffer.concat([mediaHead, handler, information]))]),
  )
  const movieHead = box(
    'mvhd',
    Buffer.concat([
      u32(0, 0, 0, 100, 100, 0x10000),
      u16(0x100, 0),
      u32(0, 0),
      matrix,
      Buffer.alloc(24),
      u32(2),
    ]),
  )
  return Buffer.concat([type, media, box('moov', Buffer.concat([movieHead, track]))])
}
