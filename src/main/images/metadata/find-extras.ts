/** What a photo holds besides its one still picture: films, sound, further pictures, gain maps, depth. */
import type { PhotoExtra } from '../../../shared/preparation.ts'
import type { PhotoFormat } from '../../../shared/presets.ts'
import { type HeifFile, type HeifItem, readHeif } from '../formats/heif/heif-items.ts'
import { type JpegFile, type JpegParts, readJpegFile, segmentName } from '../formats/jpeg-segments.ts'
import { endOfPng, pngChunks } from '../formats/png.ts'

export interface FoundExtras {
  readonly extras: ReadonlySet<PhotoExtra>
  readonly isAnimated: boolean
  /** Pictures of equal rank. */
  readonly pictures: number
}

/** Unknown rests behind a picture up to this size are remnants of a program, not somebody's data. */
const crumbs = 4_096

/**
 * @param file whole; not asked about TIFF, whose pages sharp counts
 * @param jpeg what a JPEG was walked through for already
 */
export function findExtras(file: Buffer, format: PhotoFormat, jpeg?: JpegFile): FoundExtras {
  switch (format) {
    case 'jpeg':
      return { extras: jpegExtras(file, jpeg ?? readJpegFile(file)), isAnimated: false, pictures: 1 }
    case 'png': {
      const chunks = pngChunks(file)
      const isAnimated = chunks.some(({ type }) => type === 'acTL')
      return { extras: new Set(restOf(file, endOfPng(chunks))), isAnimated, pictures: 1 }
    }
    case 'avif':
    case 'heic':
      return heifExtras(file)
    default:
      return { extras: new Set(), isAnimated: false, pictures: 1 }
  }
}

const motionNames = [
  'MotionPhoto_Data',
  'mpvd',
  'ftypmp4',
  'ftypisom',
  'ftypqt',
  'ftypavc',
  'ftyp3gp',
  'ftypiso',
]

/** Bytes behind a picture: a film by its signature, or something unknown. */
function restOf(file: Buffer, start: number): PhotoExtra[] {
  const rest = file.subarray(start)
  if (motionNames.some((name) => rest.includes(name, 0, 'latin1'))) return ['motion']
  if (rest.includes('SoundShot', 0, 'latin1') || rest.includes('RIFF', 0, 'latin1')) return ['sound']
  return rest.length > crumbs ? ['other-data'] : []
}

function jpegExtras(file: Buffer, { pictures, end }: JpegFile): Set<PhotoExtra> {
  const found = new Set<PhotoExtra>()
  const [first, ...others] = pictures
  if (first === undefined) return found
  for (const segment of first.segments) {
    const name = segmentName(file, segment, 120)
    if (name.includes('GAudio:') || name.startsWith('RJMD')) found.add('sound')
  }
  const head = file.toString('latin1', 0, headEnd(first))
  if (/(?:MotionPhoto|MicroVideo)\s*(?:=\s*["']1|>\s*1)/.test(head)) found.add('motion')
  if (/GAudio:(?:Data|Mime)/.test(head)) found.add('sound')
  if (/GDepth:(?:Data|Format)|Device:.*DepthURI/.test(head)) found.add('depth')
  for (const other of others) {
    const kind = kindOfPicture(file.toString('latin1', other.offset, headEnd(other)), head)
    // A preview of the same picture is nothing that a copy would miss.
    if (kind !== 'preview') found.add(kind)
  }
  for (const extra of restOf(file, end)) found.add(extra)
  return found
}

function headEnd({ segments }: JpegParts): number {
  const last = segments.at(-1)?.content
  return last ? last.offset + last.length : 0
}

/** By what a picture behind the first says of itself, and, of a preview, what the first says of it (CIPA DC-007, 5.2.3.3.1). */
function kindOfPicture(head: string, firstHead: string): PhotoExtra | 'preview' {
  if (/hdrgm:|hdrgainmap|urn:iso:std:iso:ts:21496/i.test(head)) return 'gain-map'
  if (/aux:(?:depth|disparity|portrait)|GDepth/i.test(head)) return 'depth'
  const index = firstHead.indexOf('MPF\0')
  const attributes = index < 0 ? [] : multiPictureTypes(firstHead.slice(index + 4))
  return attributes.length > 1 && attributes.slice(1).every((type) => type === 0x010001 || type === 0x010002)
    ? 'preview'
    : 'pictures'
}

/** The types of the pictures in a Multi-Picture Format index: its directory's field 0xb002 has 16 bytes for each. */
function multiPictureTypes(text: string): number[] {
  const index = Buffer.from(text, 'latin1')
  if (index.length < 10) return []
  const little = index.toString('latin1', 0, 2) === 'II'
  const u16 = (at: number) =>
    at + 2 > index.length ? 0 : little ? index.readUInt16LE(at) : index.readUInt16BE(at)
  const u32 = (at: number) =>
    at + 4 > index.length ? 0 : little ? index.readUInt32LE(at) : index.readUInt32BE(at)
  const directory = u32(4)
  for (let nth = 0; nth < Math.min(u16(directory), 20); nth++) {
    const entry = directory + 2 + nth * 12
    if (u16(entry) !== 0xb002) continue
    const [bytes, offset] = [u32(entry + 4), u32(entry + 8)]
    return Array.from(
      { length: Math.min(Math.floor(bytes / 16), 50) },
      (_, picture) => u32(offset + picture * 16) & 0xffffff,
    )
  }
  return []
}

const filmBoxes = ['moov', 'mpvd', 'sefd']
/** Items that are pictures of their own if nothing refers to them as a part of another one. */
const pictureTypes = /^(?:hvc1|hev1|av01|avc1|jpeg|grid|iovl|iden|unci)$/

function heifExtras(file: Buffer): FoundExtras {
  const heif = readHeif(file)
  const extras = new Set<PhotoExtra>()
  if (heif === null) return { extras, isAnimated: false, pictures: 1 }
  const types = heif.boxes.map(({ type }) => type)
  const isAnimated = types.includes('moov') && (heif.primary === null || isSequence(heif))
  if (!isAnimated && types.some((type) => filmBoxes.includes(type))) extras.add('motion')
  const last = heif.boxes.at(-1)
  const end = last ? last.whole.offset + last.whole.length : file.length
  for (const extra of restOf(file, end)) extras.add(extra)
  for (const { type, from } of heif.references) {
    const item = heif.items.get(from)
    if (type === 'auxl' && item) for (const extra of auxiliaryKind(file, item)) extras.add(extra)
  }
  if ([...heif.items.values()].some(({ type }) => type === 'tmap')) extras.add('gain-map')
  return { extras, isAnimated, pictures: topPictures(heif) }
}

/** Brands of image sequences (ISO/IEC 23008-12, annex B; AVIF, 6.2). */
function isSequence({ brands }: HeifFile): boolean {
  return brands.some((brand) => ['msf1', 'hevc', 'hevx', 'avis'].includes(brand))
}

/** The kind is a text in the property `auxC`, behind version and flags. */
function auxiliaryKind(file: Buffer, { properties }: HeifItem): PhotoExtra[] {
  const property = properties.find(({ type }) => type === 'auxC')
  if (property === undefined) return []
  const { offset, length } = property.content
  const kind = file.toString('latin1', offset + 4, offset + length)
  if (/alpha|auxid:1\0/.test(kind)) return []
  return /gainmap/i.test(kind) ? ['gain-map'] : ['depth']
}

function topPictures({ items, references }: HeifFile): number {
  const parts = new Set<number>()
  for (const { type, from, to } of references) {
    if (type === 'dimg') for (const id of to) parts.add(id)
    if (type === 'auxl' || type === 'thmb') parts.add(from)
  }
  // Of a tone-mapped picture its base is the one that is shown.
  const own = [...items.values()].filter(
    ({ id, type, isHidden }) => pictureTypes.test(type) && !isHidden && !parts.has(id),
  )
  return own.length
}
