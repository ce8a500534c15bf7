/** Opens a RAW file of any of the known builds and says what lies in it: previews, and the directories with its EXIF data. */
import { boxesIn } from '../boxes.ts'
import { type Bytes, type Span, valueIfMalformed, within } from '../bytes.ts'
import { type JpegHeader, readExifDirectories, readJpegHeader } from '../jpeg.ts'
import type { TiffDirectory } from '../tiff/tiff-directory.ts'
import { readDirectories } from '../tiff/tiff-reader.ts'
import { findPreviews } from './raw-previews.ts'

/** A JPEG inside a RAW file. */
export interface Preview extends JpegHeader {
  readonly bytes: Bytes
}

export interface RawFile {
  /** Those that can be shown, smallest first. */
  readonly previews: readonly Preview[]
  readonly directories: readonly TiffDirectory[]
}

const fujifilm = 'FUJIFILMCCD-RAW '
const canonBrand = 'crx '

/** @throws MalformedPhoto for what is none of the known builds */
export async function openRaw(bytes: Bytes): Promise<RawFile> {
  const head = (await bytes.read(0, Math.min(16, bytes.size))).toString('latin1')
  const { spans, directories } = head.startsWith(fujifilm)
    ? await openFujifilm(bytes)
    : head.slice(4, 12) === `ftyp${canonBrand}`
      ? await openCanon(bytes)
      : await openTiff(bytes)
  const previews: Preview[] = []
  for (const inside of spans) {
    const facts = await readJpegHeader(inside).catch(valueIfMalformed(null))
    if (facts !== null) previews.push({ ...facts, bytes: inside })
  }
  previews.sort((a, b) => longEdge(a) - longEdge(b))
  return { previews, directories: [...directories, ...(await directoriesOfLargest(previews))] }
}

/** The smallest preview of at least so many pixels in its long edge, else the largest; null when there is none. */
export function choosePreview({ previews }: RawFile, edge: number): Preview | null {
  return previews.find((preview) => longEdge(preview) >= edge) ?? previews.at(-1) ?? null
}

const longEdge = ({ width, height }: JpegHeader) => Math.max(width, height)

interface Opened {
  readonly spans: readonly Bytes[]
  readonly directories: readonly TiffDirectory[]
}

async function openTiff(bytes: Bytes): Promise<Opened> {
  const directories = await readDirectories(bytes)
  return { spans: cut(bytes, await findPreviews(bytes, directories)), directories }
}

/** RAF (big endian): the place and length of a whole JPEG, which holds the EXIF data too. */
async function openFujifilm(bytes: Bytes): Promise<Opened> {
  const place = await bytes.read(84, 8)
  const span = { offset: place.readUInt32BE(0), length: place.readUInt32BE(4) }
  return { spans: cut(bytes, [span]), directories: [] }
}

const canonMetadata = '85c0b687820f11e08111f4ce462b6a48'
const canonPreview = 'eaf42b5e1c984b88b9fbb7dc406e4d16'
/** Box -> what the TIFF structure in it is about. */
const canonDirectories = { CMT1: 'image', CMT2: 'exif', CMT4: 'gps' } as const

/** CR3: boxes, with a thumbnail and small TIFF structures in one and the preview in another. */
async function openCanon(bytes: Bytes): Promise<Opened> {
  const spans: Bytes[] = []
  const directories: TiffDirectory[] = []
  for (const { type, uuid, content } of await boxesIn(bytes)) {
    // Eight bytes stand before the preview's own box.
    if (uuid === canonPreview && content.size > 8) {
      spans.push(...(await jpegsIn(within(content, { offset: 8, length: content.size - 8 }), 'PRVW')))
    }
    if (type !== 'moov') continue
    const metadata = (await boxesIn(content)).find((box) => box.uuid === canonMetadata)
    if (metadata === undefined) continue
    spans.push(...(await jpegsIn(metadata.content, 'THMB')))
    directories.push(...(await canonDirectoriesIn(metadata.content)))
  }
  return { spans, directories }
}

async function canonDirectoriesIn(metadata: Bytes): Promise<TiffDirectory[]> {
  const found: TiffDirectory[] = []
  for (const { type, content } of await boxesIn(metadata)) {
    const kind = Object.entries(canonDirectories).find(([name]) => name === type)?.[1]
    const [first, ...named] = kind ? await readDirectories(content).catch(valueIfMalformed([])) : []
    if (kind && first) found.push(first.as(kind), ...named.filter((one) => one.kind === 'interoperability'))
  }
  return found
}

/** The JPEGs of the boxes of one type; a few fields stand before each, whose number changed between models. */
async function jpegsIn(bytes: Bytes, type: string): Promise<Bytes[]> {
  const jpegs: Bytes[] = []
  for (const box of await boxesIn(bytes)) {
    if (box.type !== type) continue
    const head = await box.content.read(0, Math.min(32, box.content.size))
    const offset = head.indexOf('ffd8ff', 0, 'hex')
    if (offset >= 0) jpegs.push(within(box.content, { offset, length: box.content.size - offset }))
  }
  return jpegs
}

function cut(bytes: Bytes, spans: readonly Span[]): Bytes[] {
  return spans.filter(({ offset }) => offset < bytes.size).map((span) => within(bytes, span))
}

/** The largest preview is a photo of its own, with EXIF data that the RAW's directories may lack. */
async function directoriesOfLargest(previews: readonly Preview[]): Promise<TiffDirectory[]> {
  const largest = previews.at(-1)
  return largest ? readExifDirectories(largest.bytes, largest) : []
}
