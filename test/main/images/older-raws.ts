/** Builds small files of the RAW kinds that are no TIFF structures: CRW, MRW and X3F. The sensor's picture is 6000 by 4000. */
import { pixels } from './photos.ts'
import { camera, cornersJpeg, shot, withExif } from './raw-files.ts'
import { sensorSize } from './raw-kinds.ts'
import { type Field, tiff } from './tiff-builder.ts'

/** 2024-05-01 10:11:12, by a clock without a zone. */
const takenSeconds = Date.UTC(2024, 4, 1, 10, 11, 12) / 1000
const degrees: Readonly<Record<number, number>> = { 1: 0, 3: 180, 6: 90, 8: 270 }

interface CrwRecord {
  readonly type: number
  readonly value: Buffer
}

function longs(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [nth, value] of values.entries()) bytes.writeInt32LE(value | 0, nth * 4)
  return bytes
}

function floats(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [nth, value] of values.entries()) bytes.writeFloatLE(value, nth * 4)
  return bytes
}

/** Values, then the directory, then where the directory is. Values of up to 8 bytes may stand in the directory. */
function heap(records: readonly CrwRecord[]): Buffer {
  const values: Buffer[] = []
  let end = 0
  const entries = records.map(({ type, value }) => {
    const entry = Buffer.alloc(10)
    if (type & 0x4000) {
      entry.writeUInt16LE(type)
      value.copy(entry, 2)
      return entry
    }
    entry.writeUInt16LE(type)
    entry.writeUInt32LE(value.length, 2)
    entry.writeUInt32LE(end, 6)
    values.push(value)
    end += value.length
    return entry
  })
  const count = Buffer.alloc(2)
  count.writeUInt16LE(records.length)
  return Buffer.concat([...values, count, ...entries, longs(end)])
}

async function crw(orientation: number): Promise<Buffer> {
  const [large, small] = [await cornersJpeg(900, 600), await cornersJpeg(160, 120)]
  const one = Buffer.alloc(4)
  one.writeFloatLE(1)
  const info = Buffer.concat([
    longs(sensorSize.width, sensorSize.height),
    one,
    longs(degrees[orientation] ?? 0, 12, 8, 1),
  ])
  const iso = Buffer.alloc(8)
  iso.writeUInt16LE(400)
  const properties = heap([
    { type: 0x080a, value: Buffer.from('Canon\0Canon EOS 10D\0', 'latin1') },
    { type: 0x180e, value: longs(takenSeconds, 0, 0) },
    { type: 0x1810, value: info },
    { type: 0x1818, value: floats(0, Math.log2(250), 2 * Math.log2(2.8)) },
    { type: 0x101c | 0x4000, value: iso },
  ])
  const root = heap([
    { type: 0x2005, value: Buffer.alloc(2_000, 0x55) },
    { type: 0x2007, value: large },
    { type: 0x2008, value: small },
    { type: 0x300a, value: properties },
  ])
  const head = Buffer.alloc(26)
  head.write('II', 'latin1')
  head.writeUInt32LE(26, 2)
  head.write('HEAPCCDR', 6, 'latin1')
  return Buffer.concat([head, root])
}

/** The note of a DiMAGE A2: a directory from its first byte on, with the preview's place; the preview's first byte is spoilt. */
async function mrw(orientation: number): Promise<Buffer> {
  const large = Buffer.from(await cornersJpeg(900, 600))
  large[0] = 0x02
  const note = Buffer.alloc(2 + 24 + 4)
  const entry = (at: number, tag: number, value: number) => {
    note.writeUInt16BE(tag, at)
    note.writeUInt16BE(4, at + 2)
    note.writeUInt32BE(1, at + 4)
    note.writeUInt32BE(value, at + 8)
  }
  const noteField = (): Field => [0x927c, 7, note]
  const block = () =>
    tiff(
      {
        fields: [
          ...camera('KONICA MINOLTA', 'DYNAX 7D', orientation),
          [0x8769, 4, { fields: [...shot, noteField()] }],
        ],
      },
      { big: true },
    )
  note.writeUInt16BE(2, 0)
  entry(2, 0x0088, block().length)
  entry(14, 0x0089, large.length)
  const sizes = Buffer.alloc(24)
  sizes.write('27730001', 'latin1')
  for (const [nth, side] of [4016, 6016, sensorSize.height, sensorSize.width].entries()) {
    sizes.writeUInt16BE(side, 8 + nth * 2)
  }
  const named = (name: string, content: Buffer) => {
    const head = Buffer.alloc(8)
    head.write(`\0${name}`, 'latin1')
    head.writeUInt32BE(content.length, 4)
    return Buffer.concat([head, content])
  }
  const inside = Buffer.concat([block(), large])
  return named(
    'MRM',
    Buffer.concat([named('PRD', sizes), named('TTW', inside), named('WBG', Buffer.alloc(12))]),
  )
}

interface X3fSection {
  readonly type: string
  readonly content: Buffer
}

/** @param version of the format, in its upper 16 bits the major one */
function x3f(version: number, orientation: number, sections: readonly X3fSection[]): Buffer {
  const head = Buffer.alloc(104)
  head.write('FOVb', 'latin1')
  head.writeUInt32LE(version, 4)
  longs(sensorSize.width, sensorSize.height, degrees[orientation] ?? 0).copy(
    head,
    version >= 0x40000 ? 40 : 28,
  )
  const parts: Buffer[] = [head]
  let end = head.length
  const entries = sections.map(({ type, content }) => {
    const entry = Buffer.concat([longs(end, content.length), Buffer.from(type, 'latin1')])
    parts.push(content)
    end += content.length
    return entry
  })
  const directory = Buffer.concat([Buffer.from('SECd', 'latin1'), longs(0x20000, entries.length), ...entries])
  return Buffer.concat([...parts, directory, longs(end)])
}

function imageSection(
  format: number,
  width: number,
  height: number,
  content: Buffer,
  stride = 0,
): X3fSection {
  const head = Buffer.concat([
    Buffer.from('SECi', 'latin1'),
    longs(0x20000, 2, format, width, height, stride),
  ])
  return { type: 'IMA2', content: Buffer.concat([head, content]) }
}

function propertySection(properties: Readonly<Record<string, string>>): X3fSection {
  const places: number[] = []
  let texts = ''
  for (const text of Object.entries(properties).flat()) {
    places.push(texts.length)
    texts += `${text}\0`
  }
  const head = Buffer.concat([
    Buffer.from('SECp', 'latin1'),
    longs(0x20000, Object.keys(properties).length, 0, 0, texts.length, ...places),
  ])
  return { type: 'PROP', content: Buffer.concat([head, Buffer.from(texts, 'utf16le')]) }
}

const properties = {
  CAMMANUF: 'SIGMA',
  CAMMODEL: 'SIGMA SD14',
  TIME: String(takenSeconds),
  ISO: '400',
  SHUTTER: '0.004',
  APERTURE: '2.8',
  FLENGTH: '85',
}
const rawSection = imageSection(30, 6016, 4016, Buffer.alloc(2_000, 0x55))

async function x3fOld(orientation: number): Promise<Buffer> {
  const large = await cornersJpeg(900, 600)
  return x3f(0x20001, orientation, [
    imageSection(18, 900, 600, large),
    rawSection,
    propertySection(properties),
  ])
}

/** Of an SD9: plain pixels, each row followed by padding. */
async function x3fPlain(orientation: number): Promise<Buffer> {
  const [width, height, stride] = [600, 400, 1_804]
  const plain = pixels(width, height)
  const rows = Array.from({ length: height }, (_, row) =>
    Buffer.concat([plain.subarray(row * width * 3, (row + 1) * width * 3), Buffer.alloc(stride - width * 3)]),
  )
  const thumbnail = imageSection(3, width, height, Buffer.concat(rows), stride)
  return x3f(0x20000, orientation, [rawSection, thumbnail, propertySection(properties)])
}

/** Of a Quattro: no properties, but a preview with EXIF. */
async function x3fNew(orientation: number): Promise<Buffer> {
  const block = tiff({
    fields: [...camera('SIGMA', 'sd Quattro', orientation), [0x8769, 4, { fields: shot }]],
  })
  const large = withExif(await cornersJpeg(900, 600), block)
  return x3f(0x40000, orientation, [imageSection(18, 900, 600, large), rawSection])
}

export const olderRaws = {
  crw: { extension: 'crw', camera: 'Canon EOS 10D', build: crw },
  mrw: { extension: 'mrw', camera: 'KONICA MINOLTA DYNAX 7D', build: mrw },
  'x3f of an SD14': { extension: 'x3f', camera: 'SIGMA SD14', build: x3fOld },
  'x3f of an SD9': { extension: 'x3f', camera: 'SIGMA SD14', build: x3fPlain },
  'x3f of a Quattro': { extension: 'x3f', camera: 'SIGMA sd Quattro', build: x3fNew },
} as const
export type OlderRaw = keyof typeof olderRaws
export const olderRawNames = Object.keys(olderRaws) as OlderRaw[]
