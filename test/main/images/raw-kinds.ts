/**
 * Builds small files of the RAW kinds that are TIFF structures, each with its previews, its date and its sensor's size where
 * that maker keeps them (exiftool's tables and dcraw). Every picture on a sensor is 6000 by 4000 here.
 */
import { pixels } from './photos.ts'
import { camera, cornersJpeg, shot } from './raw-files.ts'
import { Blob, type Field, type Ifd, type LaidField, tiff } from './tiff-builder.ts'

export const sensorSize = { width: 6000, height: 4000 } as const

/** What the details of a file of this kind say. */
export interface RawKind {
  readonly camera: string
  readonly build: (parts: RawKindParts) => Buffer
}

interface RawKindParts {
  /** JPEGs of 900 by 600 and of 160 by 120 pixels. */
  readonly large: Buffer
  readonly small: Buffer
  readonly orientation: number
}

const sizeFields = (width: number, height: number): LaidField[] => [
  [0x0100, 4, [width]],
  [0x0101, 4, [height]],
]
const raw: readonly LaidField[] = [
  ...sizeFields(sensorSize.width, sensorSize.height),
  [0x0103, 3, [7]],
  [0x0106, 3, [32803]],
]
const jpegAt = (jpeg: Buffer): LaidField[] => [
  [0x0201, 4, new Blob(jpeg)],
  [0x0202, 4, [jpeg.length]],
]
/** A thumbnail of plain pixels. */
const rgbStrip = (width: number, height: number): LaidField[] => [
  ...sizeFields(width, height),
  [0x0102, 3, [8, 8, 8]],
  [0x0103, 3, [1]],
  [0x0106, 3, [2]],
  [0x0111, 4, new Blob(pixels(width, height))],
  [0x0115, 3, [3]],
  [0x0117, 4, [width * height * 3]],
]
const jpegStrip = (jpeg: Buffer, compression: number): LaidField[] => [
  [0x0103, 3, [compression]],
  [0x0111, 4, new Blob(jpeg)],
  [0x0117, 4, [jpeg.length]],
]
const exif = (...more: readonly Field[]): LaidField => [0x8769, 4, { fields: [...shot, ...more] }]
const sub = (...fields: readonly LaidField[]): LaidField => [0x014a, 4, { fields }]
const exifSize = (width: number, height: number): Field[] => [
  [0xa002, 4, [width]],
  [0xa003, 4, [height]],
]

/** A directory at the start of a maker's note, with one JPEG as the value of a field; its offset counts from the file's start. */
function noteWithWhole(signature: string, tag: number, jpeg: Buffer, noteAt: number): Buffer {
  const directoryAt = signature.length
  const note = Buffer.alloc(directoryAt + 2 + 12 + 4)
  note.write(signature, 'latin1')
  note.writeUInt16LE(1, directoryAt)
  note.writeUInt16LE(tag, directoryAt + 2)
  note.writeUInt16LE(7, directoryAt + 4)
  note.writeUInt32LE(jpeg.length, directoryAt + 6)
  note.writeUInt32LE(noteAt + note.length, directoryAt + 10)
  return Buffer.concat([note, jpeg])
}

/** As in an E-300: the settings are a directory of their own, and offsets count from the start of the file. */
function olympNote(jpeg: Buffer, noteAt: number, byteOrder: 'II' | 'MM'): Buffer {
  const settingsAt = 8 + 2 + 12 + 4
  const jpegAt = settingsAt + 2 + 24 + 4
  const note = Buffer.alloc(jpegAt)
  const u16 = (value: number, at: number) =>
    byteOrder === 'II' ? note.writeUInt16LE(value, at) : note.writeUInt16BE(value, at)
  const u32 = (value: number, at: number) =>
    byteOrder === 'II' ? note.writeUInt32LE(value, at) : note.writeUInt32BE(value, at)
  const entry = (at: number, tag: number, value: number) => {
    u16(tag, at)
    u16(4, at + 2)
    u32(1, at + 4)
    u32(value, at + 8)
  }
  note.write('OLYMP\0', 'latin1')
  u16(1, 8)
  entry(10, 0x2020, noteAt + settingsAt)
  u16(2, settingsAt)
  entry(settingsAt + 2, 0x0101, noteAt + jpegAt)
  entry(settingsAt + 14, 0x0102, jpeg.length)
  return Buffer.concat([note, jpeg])
}

/** Nikon's note has a TIFF head of its own, 10 bytes behind its start, and its previews in a directory of its own. */
function nikonNote(jpeg: Buffer): Buffer {
  const preview: Ifd = { fields: jpegAt(jpeg) }
  const own = tiff({ fields: [[0x0011, 4, preview]] })
  // The directory must be the first thing behind the head, as in the cameras' files.
  const at = own.readUInt32LE(4)
  const entries = own.subarray(at, at + 18)
  const moved = tiff({ fields: [[0x0011, 4, preview]] }, { start: 8 + entries.length })
  moved.copy(moved, 8, moved.readUInt32LE(4), moved.readUInt32LE(4) + entries.length)
  moved.writeUInt32LE(8, 4)
  return Buffer.concat([Buffer.from('Nikon\0\x02\x10\0\0', 'latin1'), moved])
}

/** Phase One's block: byte order and signature, then its directory with fields of 16 bytes. */
function phaseOneBlock(): Buffer {
  const fields = [
    [0x010c, sensorSize.width],
    [0x010d, sensorSize.height],
  ] as const
  const block = Buffer.alloc(12 + 8 + fields.length * 16)
  block.write('IIIITwaR', 'latin1')
  block.writeUInt32LE(12, 8)
  block.writeUInt32LE(fields.length, 12)
  for (const [nth, [tag, value]] of fields.entries()) {
    block.writeUInt32LE(tag, 20 + nth * 16)
    block.writeUInt32LE(4, 28 + nth * 16)
    block.writeUInt32LE(value, 32 + nth * 16)
  }
  return block
}

function iiq({ large, orientation }: RawKindParts): Buffer {
  const block = phaseOneBlock()
  const fields = [
    ...camera('Phase One', 'IQ4 150MP', orientation),
    ...sizeFields(900, 600),
    ...jpegStrip(large, 7),
    exif(),
  ]
  const file = tiff({ fields }, { start: 8 + block.length })
  block.copy(file, 8)
  return file
}

function oldOrf(large: Buffer, orientation: number, byteOrder: 'II' | 'MM'): Buffer {
  const note = olympNote(large, 8, byteOrder)
  const fields: LaidField[] = [
    [0x8769, 4, { fields: [[0x927c, 7, note], ...shot] }],
    ...camera('OLYMPUS IMAGING CORP.', 'E-300', orientation),
    ...raw,
  ]
  return tiff({ fields }, { big: byteOrder === 'MM', signature: byteOrder === 'MM' ? 0x4f52 : 0x5352 })
}

export const rawKinds = {
  pef: {
    camera: 'RICOH IMAGING COMPANY, LTD. PENTAX K-1',
    build: ({ large, small, orientation }) => {
      const full: Ifd = { fields: [...sizeFields(900, 600), ...jpegAt(large)] }
      const thumbnail: Ifd = { fields: jpegAt(small), next: full }
      const maker = camera('RICOH IMAGING COMPANY, LTD.', 'PENTAX K-1', orientation)
      return tiff({ fields: [...maker, ...raw, exif()], next: thumbnail }, { big: true })
    },
  },
  srw: {
    camera: 'SAMSUNG NX1',
    build: ({ large, small, orientation }) => {
      const fields = [...camera('SAMSUNG', 'NX1', orientation), sub(...raw), exif(...exifSize(6000, 4000))]
      return tiff({ fields, next: { fields: jpegAt(large), next: { fields: jpegAt(small) } } })
    },
  },
  rwl: {
    camera: 'LEICA CAMERA AG D-LUX 7',
    build: ({ large, orientation }) => {
      const borders: LaidField[] = [
        [0x0004, 3, [6]],
        [0x0005, 3, [8]],
        [0x0006, 3, [4006]],
        [0x0007, 3, [6008]],
      ]
      const maker = camera('LEICA CAMERA AG', 'D-LUX 7', orientation)
      return tiff({ fields: [...borders, ...maker, [0x002e, 7, large], exif()] }, { signature: 0x55 })
    },
  },
  nrw: {
    camera: 'NIKON COOLPIX P1000',
    build: ({ large, orientation }) => {
      const maker = camera('NIKON', 'COOLPIX P1000', orientation)
      return tiff({
        fields: [...maker, ...rgbStrip(160, 120), sub(...raw), exif([0x927c, 7, nikonNote(large)])],
      })
    },
  },
  erf: {
    camera: 'SEIKO EPSON CORP. R-D1',
    build: ({ large, orientation }) => {
      const maker = camera('SEIKO EPSON CORP.', 'R-D1', orientation)
      const build = (note: Buffer): Ifd => ({
        fields: [
          [0x8769, 4, { fields: [[0x927c, 7, note], ...shot] }],
          ...maker,
          ...rgbStrip(160, 120),
          sub(...raw),
        ],
      })
      // A file's first value stands at 8.
      return tiff(build(noteWithWhole('EPSON\0\x01\0', 0x0280, large, 8)))
    },
  },
  mef: {
    camera: 'Mamiya ZD',
    build: ({ orientation }) =>
      tiff({ fields: [...camera('Mamiya', 'ZD', orientation), ...rgbStrip(600, 400), sub(...raw), exif()] }),
  },
  mos: {
    // Nothing but the date of the file's last change.
    camera: 'Leaf Aptus 75',
    build: ({ large, orientation }) =>
      tiff({
        fields: [
          ...camera('Leaf', 'Aptus 75', orientation),
          [0x0132, 2, '2024:05:01 10:11:12'],
          sub(...sizeFields(900, 600), ...jpegStrip(large, 7)),
        ],
        next: { fields: raw },
      }),
  },
  kdc: {
    camera: 'EASTMAN KODAK COMPANY P880',
    build: ({ large, orientation }) => {
      const maker = camera('EASTMAN KODAK COMPANY', 'P880', orientation)
      // Its EXIF has the size of the preview.
      return tiff({ fields: [...maker, ...jpegAt(large), sub(...raw), exif(...exifSize(900, 600))] })
    },
  },
  dcr: {
    camera: 'Kodak DCS Pro 14n',
    build: ({ large, small, orientation }) =>
      tiff({
        // The exposure beside the picture, as TIFF/EP has it.
        fields: [
          ...camera('Kodak', 'DCS Pro 14n', orientation),
          ...sizeFields(160, 120),
          ...jpegStrip(small, 6),
          ...shot,
          sub(...raw),
        ],
        next: { fields: [...sizeFields(900, 600), ...jpegStrip(large, 7)] },
      }),
  },
  gpr: {
    camera: 'GoPro HERO11 Black',
    build: ({ large, orientation }) => {
      const preview: Ifd = { fields: [...sizeFields(900, 600), ...jpegStrip(large, 7)] }
      const fields: LaidField[] = [
        ...camera('GoPro', 'HERO11 Black', orientation),
        sub(...sizeFields(6016, 4016), [0x0103, 3, [9]], [0x0106, 3, [32803]]),
        exif(),
        [0xc612, 7, Buffer.from([1, 4, 0, 0])],
        [0xc620, 4, [6000, 4000]],
      ]
      return tiff({ fields, next: preview })
    },
  },
  '3fr': {
    camera: 'Hasselblad X1D II',
    build: ({ large, orientation }) => {
      const maker = camera('Hasselblad', 'X1D II', orientation)
      const fields = [...maker, ...rgbStrip(160, 120), sub(...raw), exif()]
      return tiff({ fields, next: { fields: jpegAt(large) } })
    },
  },
  fff: {
    camera: 'Hasselblad H6D-100c',
    build: ({ orientation }) => {
      const maker = camera('Hasselblad', 'H6D-100c', orientation)
      return tiff({ fields: [...maker, ...raw, exif()], next: { fields: rgbStrip(600, 400) } }, { big: true })
    },
  },
  iiq: { camera: 'Phase One IQ4 150MP', build: iiq },
  orf: {
    camera: 'OLYMPUS IMAGING CORP. E-300',
    build: ({ large, orientation }) => oldOrf(large, orientation, 'MM'),
  },
} as const satisfies Readonly<Record<string, RawKind>>
export type RawKindName = keyof typeof rawKinds

export const rawKindNames = Object.keys(rawKinds) as RawKindName[]

export async function rawKindParts(orientation = 1): Promise<RawKindParts> {
  const [large, small] = await Promise.all([cornersJpeg(900, 600), cornersJpeg(160, 120)])
  return { large, small, orientation }
}
