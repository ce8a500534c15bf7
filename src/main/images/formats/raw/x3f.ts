/**
 * Sigma's X3F: sections that a directory at the end of the file lists (the format's description by Foveon, and exiftool's
 * SigmaRaw). Old cameras state facts as texts; newer ones, from version 4 on, in the EXIF data of the preview. All numbers are
 * little-endian.
 */
import { type Bytes, MalformedPhoto, type Span, valueIfMalformed } from '../bytes.ts'
import { type PixelSize, sizeOf } from '../pixel-size.ts'
import { clockTime, orientationOf, type RawContainer, type StatedFacts, slices } from './raw-container.ts'
import type { RgbPreview } from './rgb-previews.ts'

export const foveonSignature = 'FOVb'
const maxSections = 100
const sectionEntryBytes = 12
/** Before the picture of an image section. */
const imageHeadBytes = 28
/** Formats of image sections: plain RGB, in the first cameras, and JPEG. */
const [rgbFormat, jpegFormat] = [3, 18]
const propertiesHeadBytes = 24
const maxPropertyBytes = 1 << 20
const maxProperties = 500
const maxTextBytes = 1_000
const maxRgbPixels = 4e6

interface Section extends Span {
  /** Four letters. */
  readonly type: string
}

export async function openX3f(bytes: Bytes): Promise<RawContainer> {
  const jpegs: Span[] = []
  let stated: StatedFacts = {}
  let rgb: RgbPreview | null = null
  for (const section of await sectionsOf(bytes)) {
    if (section.type === 'IMAG' || section.type === 'IMA2') {
      const image = await imageIn(bytes, section).catch(valueIfMalformed(null))
      if (image?.jpeg) jpegs.push(image.jpeg)
      rgb = image?.rgb ?? rgb
    }
    if (section.type === 'PROP') {
      stated = factsIn(await propertiesIn(bytes, section).catch(valueIfMalformed(new Map())))
    }
  }
  const { sensor, rotation } = await headOf(bytes)
  const orientation = orientationOf(rotation)
  return {
    jpegs: slices(bytes, jpegs),
    directories: [],
    sensor,
    stated: { ...stated, orientation },
    rgb,
  }
}

/** Columns, rows and clockwise degrees: further behind from version 4 on. */
async function headOf(bytes: Bytes): Promise<{ sensor: PixelSize | null; rotation: number }> {
  const version = (await bytes.read(4, 4)).readUInt16LE(2)
  const head = await bytes.read(version >= 4 ? 40 : 28, 12)
  return { sensor: sizeOf(head.readUInt32LE(0), head.readUInt32LE(4)), rotation: head.readUInt32LE(8) }
}

/** The last four bytes of the file say where the directory is. */
async function sectionsOf(bytes: Bytes): Promise<Section[]> {
  const start = (await bytes.read(bytes.size - 4, 4)).readUInt32LE(0)
  const head = await bytes.read(start, 12)
  if (head.toString('latin1', 0, 4) !== 'SECd') throw new MalformedPhoto('no directory')
  const count = Math.min(maxSections, head.readUInt32LE(8))
  const entries = await bytes.read(start + 12, count * sectionEntryBytes)
  return Array.from({ length: count }, (_, nth) => {
    const at = nth * sectionEntryBytes
    const type = entries.toString('latin1', at + 8, at + 12)
    return { offset: entries.readUInt32LE(at), length: entries.readUInt32LE(at + 4), type }
  })
}

/** @returns null for a section that is no picture to look at, such as the raw data */
async function imageIn(
  bytes: Bytes,
  { offset, length }: Section,
): Promise<{ jpeg?: Span; rgb?: RgbPreview } | null> {
  const head = await bytes.read(offset, imageHeadBytes)
  if (head.toString('latin1', 0, 4) !== 'SECi') return null
  const format = head.readUInt32LE(12)
  const content = { offset: offset + imageHeadBytes, length: length - imageHeadBytes }
  if (format === jpegFormat) return { jpeg: content }
  const size = sizeOf(head.readUInt32LE(16), head.readUInt32LE(20))
  if (format !== rgbFormat || size === null || size.width * size.height > maxRgbPixels) return null
  const stride = head.readUInt32LE(24) || size.width * 3
  return { rgb: { ...size, read: () => readRows(bytes, content.offset, size, stride) } }
}

/** Rows of RGB, each of which may end with padding. */
async function readRows(
  bytes: Bytes,
  offset: number,
  { width, height }: PixelSize,
  stride: number,
): Promise<Buffer> {
  const padded = await bytes.read(offset, stride * height)
  const rows = Array.from({ length: height }, (_, row) =>
    padded.subarray(row * stride, row * stride + width * 3),
  )
  return Buffer.concat(rows)
}

/** Names and values in UTF-16, each ended by a zero, at places that are counted in characters. */
async function propertiesIn(bytes: Bytes, { offset, length }: Section): Promise<Map<string, string>> {
  if (length > maxPropertyBytes) throw new MalformedPhoto(`${length} bytes of properties`)
  const section = await bytes.read(offset, length)
  if (section.toString('latin1', 0, 4) !== 'SECp' || length < propertiesHeadBytes) return new Map()
  const count = section.readUInt32LE(8)
  const texts = propertiesHeadBytes + count * 8
  if (count > maxProperties || texts > length) throw new MalformedPhoto(`${count} properties`)
  const textAt = (place: number) => {
    const at = texts + place * 2
    const characters = section.toString('utf16le', at, at + maxTextBytes)
    const end = characters.indexOf('\0')
    return end < 0 ? characters : characters.slice(0, end)
  }
  return new Map(
    Array.from({ length: count }, (_, nth) => {
      const at = propertiesHeadBytes + nth * 8
      return [textAt(section.readUInt32LE(at)), textAt(section.readUInt32LE(at + 4))] as const
    }),
  )
}

function factsIn(properties: ReadonlyMap<string, string>): StatedFacts {
  const text = (name: string) => properties.get(name)?.trim() || undefined
  const number = (name: string) => {
    const value = Number(text(name) ?? Number.NaN)
    return value > 0 && Number.isFinite(value) ? value : undefined
  }
  const seconds = number('TIME')
  return {
    make: text('CAMMANUF'),
    model: text('CAMMODEL'),
    serial: text('CAMSERIAL'),
    takenAt: clockTime(seconds ?? 0),
    iso: number('ISO'),
    exposureSeconds: number('SHUTTER'),
    aperture: number('APERTURE'),
    focalLengthMm: number('FLENGTH'),
  }
}
