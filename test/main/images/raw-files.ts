/** Builds RAW files as cameras do, as far as their previews and EXIF data go: real JPEGs in each format's container. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { pixels } from './photos.ts'
import { Blob, type Field, type Ifd, type LaidField, tiff } from './tiff-builder.ts'

/** A JPEG with another colour in each corner: see `corners` in photos.ts. */
export function cornersJpeg(width: number, height: number): Promise<Buffer> {
  return sharp(pixels(width, height), { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer()
}

/** Like the raw data in CR2 and DNG: a JPEG with a lossless frame, which no viewer shows. */
function losslessJpeg(jpeg: Buffer): Buffer {
  const copy = Buffer.from(jpeg)
  const frame = copy.indexOf('ffc0', 0, 'hex')
  copy.writeUInt8(0xc3, frame + 1)
  return copy
}

export const shot: readonly Field[] = [
  [0x829a, 5, [1, 250]],
  [0x829d, 5, [28, 10]],
  [0x8827, 3, [400]],
  [0x9003, 2, '2024:05:01 10:11:12'],
  [0x9011, 2, '+02:00'],
  [0x920a, 5, [85, 1]],
  [0xa434, 2, 'Ferry 85mm F1.8'],
]
const gps: Ifd = {
  fields: [
    [0x0001, 2, 'N'],
    [0x0002, 5, [51, 1, 30, 1, 0, 1]],
    [0x0003, 2, 'W'],
    [0x0004, 5, [0, 1, 7, 1, 30, 1]],
  ],
}
export const camera = (make: string, model: string, orientation: number): LaidField[] => [
  [0x010f, 2, make],
  [0x0110, 2, model],
  [0x0112, 3, [orientation]],
]
const blobPair = (jpeg: Buffer, at: number, length: number): LaidField[] => [
  [at, 4, new Blob(jpeg)],
  [length, 4, [jpeg.length]],
]
const strip = (jpeg: Buffer, compression: number): LaidField[] => [
  [0x0103, 3, [compression]],
  ...blobPair(jpeg, 0x0111, 0x0117),
]

interface RawParts {
  readonly large: Buffer
  readonly small: Buffer
  readonly orientation: number
}

function cr2({ large, small, orientation }: RawParts): Buffer {
  const raw: Ifd = { fields: strip(losslessJpeg(large), 6) }
  const thumbnail: Ifd = { fields: blobPair(small, 0x0201, 0x0202), next: raw }
  const fields: LaidField[] = [
    ...camera('Canon', 'Canon EOS 5D', orientation),
    ...strip(large, 6),
    [0x8769, 4, { fields: shot }],
    [0x8825, 4, gps],
  ]
  return tiff({ fields, next: thumbnail })
}

function nef({ large, orientation }: RawParts): Buffer {
  const preview: Ifd = { fields: blobPair(large, 0x0201, 0x0202) }
  const fields: LaidField[] = [
    ...camera('NIKON CORPORATION', 'NIKON Z 6', orientation),
    [0x0103, 3, [1]],
    [0x0106, 3, [2]],
    [0x014a, 4, preview],
    [0x8769, 4, { fields: shot }],
  ]
  return tiff({ fields }, { big: true })
}

function arw({ large, small, orientation }: RawParts): Buffer {
  const fields = [
    ...camera('SONY', 'ILCE-7M3', orientation),
    ...blobPair(large, 0x0201, 0x0202),
    [0x8769, 4, { fields: shot }] as const,
  ]
  return tiff({ fields, next: { fields: blobPair(small, 0x0201, 0x0202) } })
}

function dng({ large, orientation }: RawParts): Buffer {
  const raw: Ifd = { fields: strip(losslessJpeg(large), 7) }
  const preview: Ifd = { fields: strip(large, 7) }
  const fields: LaidField[] = [
    ...camera('Leica', 'Q2', orientation),
    [0x014a, 13, raw],
    [0x8769, 4, { fields: shot }],
    [0xc620, 4, [6000, 4000]],
  ]
  return tiff({ fields, next: preview })
}

/** The preview's offset counts from the start of the maker note, so that it is known before the file is laid out. */
function orf({ large, orientation }: RawParts): Buffer {
  const noteHead = 12
  const settingsAt = noteHead + 2 + 12 + 4
  const jpegAt = settingsAt + 2 + 24 + 4
  const note = Buffer.alloc(jpegAt + large.length)
  note.write('OLYMPUS\0II\x03\0', 0, 'latin1')
  const entry = (at: number, tag: number, type: number, value: number) => {
    note.writeUInt16LE(tag, at)
    note.writeUInt16LE(type, at + 2)
    note.writeUInt32LE(1, at + 4)
    note.writeUInt32LE(value, at + 8)
  }
  note.writeUInt16LE(1, noteHead)
  entry(noteHead + 2, 0x2020, 13, settingsAt)
  note.writeUInt16LE(2, settingsAt)
  entry(settingsAt + 2, 0x0101, 4, jpegAt)
  entry(settingsAt + 14, 0x0102, 4, large.length)
  large.copy(note, jpegAt)
  const exif: Ifd = { fields: [...shot, [0x927c, 7, note]] }
  const fields: LaidField[] = [...camera('OLYMPUS CORPORATION', 'E-M1', orientation), [0x8769, 4, exif]]
  return tiff({ fields }, { signature: 0x4f52 })
}

/** Of the picture on the sensor: top, left, bottom, right. */
const borders: readonly LaidField[] = [
  [0x0004, 3, [6]],
  [0x0005, 3, [8]],
  [0x0006, 3, [4006]],
  [0x0007, 3, [6008]],
]

function rw2({ large, orientation }: RawParts): Buffer {
  const fields: LaidField[] = [
    ...borders,
    ...camera('Panasonic', 'DC-S5', orientation),
    [0x002e, 7, large],
    [0x8769, 4, { fields: shot }],
  ]
  return tiff({ fields }, { signature: 0x55 })
}

/** A JPEG with an EXIF block. */
export function withExif(jpeg: Buffer, block: Buffer): Buffer {
  const head = Buffer.from('ffe10000457869660000', 'hex')
  head.writeUInt16BE(block.length + 8, 2)
  return Buffer.concat([jpeg.subarray(0, 2), head, block, jpeg.subarray(2)])
}

function raf({ large, orientation }: RawParts): Buffer {
  const block = tiff({
    fields: [...camera('FUJIFILM', 'X-T4', orientation), [0x8769, 4, { fields: shot }]],
  })
  const jpeg = withExif(large, block)
  const head = Buffer.alloc(160)
  head.write('FUJIFILMCCD-RAW 0201FF383901X-T4', 0, 'latin1')
  head.writeUInt32BE(head.length, 84)
  head.writeUInt32BE(jpeg.length, 88)
  // The directory of the raw data: one field, height before width.
  const directory = Buffer.from('000000010111000400000000', 'hex')
  directory.writeUInt16BE(4000, 8)
  directory.writeUInt16BE(6000, 10)
  head.writeUInt32BE(head.length + jpeg.length, 92)
  head.writeUInt32BE(directory.length, 96)
  return Buffer.concat([head, jpeg, directory, Buffer.alloc(1000, 0x55)])
}

export function box(type: string, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(body.length + 8)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, body])
}

function cr3({ large, small, orientation }: RawParts): Buffer {
  const uuid = (hex: string) => Buffer.from(hex.replaceAll('-', ''), 'hex')
  const metadata = box(
    'uuid',
    uuid('85c0b687-820f-11e0-8111-f4ce462b6a48'),
    box(
      'CMT1',
      tiff({
        fields: [...camera('Canon', 'Canon EOS R5', orientation), [0x0100, 3, [8192]], [0x0101, 3, [5464]]],
      }),
    ),
    box('CMT2', tiff({ fields: shot })),
    box('CMT4', tiff(gps)),
    box('THMB', Buffer.alloc(16), small),
  )
  const preview = box(
    'uuid',
    uuid('eaf42b5e-1c98-4b88-b9fb-b7dc406e4d16'),
    Buffer.alloc(8),
    box('PRVW', Buffer.alloc(16), large),
  )
  const brands = Buffer.from('crx \0\0\0\x01crx isom', 'latin1')
  return Buffer.concat([box('ftyp', brands), box('moov', metadata), preview, box('mdat', Buffer.alloc(5000))])
}

export const rawBuilders = { cr2, cr3, nef, arw, dng, raf, orf, rw2 } as const
export type RawFormat = keyof typeof rawBuilders
export const rawFormats = Object.keys(rawBuilders) as RawFormat[]

export interface RawOptions {
  readonly orientation?: number
  /** Pixels of the preview. */
  readonly width?: number
  readonly height?: number
}

export async function rawFile(format: RawFormat, options: RawOptions = {}): Promise<Buffer> {
  const { orientation = 1, width = 900, height = 600 } = options
  const [large, small] = await Promise.all([cornersJpeg(width, height), cornersJpeg(160, 120)])
  return rawBuilders[format]({ large, small, orientation })
}

/** @returns its absolute path */
export async function writeRaw(folder: string, format: RawFormat, options: RawOptions = {}): Promise<string> {
  const path = join(folder, `IMG_1.${format.toUpperCase()}`)
  writeFileSync(path, await rawFile(format, options))
  return path
}
