/** Opens a RAW file of any known format and finds its JPEG previews and the directories with its EXIF data. */
import { boxesIn } from '../boxes.ts'
import { type Bytes, type Span, valueIfMalformed, within } from '../bytes.ts'
import { type JpegHeader, readExifDirectories, readJpegHeader } from '../jpeg.ts'
import type { DirectoryKind, TiffDirectory } from '../tiff/tiff-directory.ts'
import { readDirectories } from '../tiff/tiff-reader.ts'
import { findPreviews } from './raw-previews.ts'

/** A JPEG inside a RAW file. */
export interface Preview extends JpegHeader {
  readonly bytes: Bytes
}

export interface RawFile {
  /** Those that viewers can show, smallest first. */
  readonly previews: readonly Preview[]
  readonly directories: readonly TiffDirectory[]
  /** Pixels of the sensor's picture as stored, where the format itself states them. */
  readonly sensor: PixelSize | null
}

export interface PixelSize {
  readonly width: number
  readonly height: number
}

const fujifilmSignature = 'FUJIFILMCCD-RAW '
const canonBrand = 'crx '

/** @throws MalformedPhoto for what is none of the known formats */
export async function openRaw(bytes: Bytes): Promise<RawFile> {
  const { jpegs, directories, sensor } = await openContainer(bytes)
  const previews: Preview[] = []
  for (const jpeg of jpegs) {
    const header = await readJpegHeader(jpeg).catch(valueIfMalformed(null))
    if (header !== null) previews.push({ ...header, bytes: jpeg })
  }
  previews.sort((a, b) => longEdge(a) - longEdge(b))
  return { previews, sensor, directories: [...directories, ...(await directoriesOfLargest(previews))] }
}

/** The smallest preview with at least `edge` pixels on its long edge, else the largest; null if there is none. */
export function choosePreview({ previews }: RawFile, edge: number): Preview | null {
  return previews.find((preview) => longEdge(preview) >= edge) ?? previews.at(-1) ?? null
}

const longEdge = ({ width, height }: JpegHeader) => Math.max(width, height)

interface Container {
  /** Where JPEGs may be: their own headers tell. */
  readonly jpegs: readonly Bytes[]
  readonly directories: readonly TiffDirectory[]
  readonly sensor: PixelSize | null
}

async function openContainer(bytes: Bytes): Promise<Container> {
  const head = (await bytes.read(0, Math.min(16, bytes.size))).toString('latin1')
  if (head.startsWith(fujifilmSignature)) return openFujifilm(bytes)
  if (head.slice(4, 12) === `ftyp${canonBrand}`) return openCanon(bytes)
  return openTiff(bytes)
}

async function openTiff(bytes: Bytes): Promise<Container> {
  const directories = await readDirectories(bytes)
  const jpegs = slices(bytes, await findPreviews(bytes, directories))
  return { jpegs, directories, sensor: await panasonicSensor(bytes, directories) }
}

/** RAF (big endian): offset and length of a complete JPEG, which holds the EXIF data too. */
async function openFujifilm(bytes: Bytes): Promise<Container> {
  const fields = await bytes.read(84, 8)
  const span = { offset: fields.readUInt32BE(0), length: fields.readUInt32BE(4) }
  const sensor = await fujifilmSensor(bytes).catch(valueIfMalformed(null))
  return { jpegs: slices(bytes, [span]), directories: [], sensor }
}

/** Fields of the RAF directory: height before width. */
const fujifilmSizes = [0x0111, 0x0100]
const maxFujifilmFields = 256

/** RAF: where its own directory is stands at 92. Each field has a tag, a length and its value, all big-endian. */
async function fujifilmSensor(bytes: Bytes): Promise<PixelSize | null> {
  const start = (await bytes.read(92, 4)).readUInt32BE(0)
  const count = Math.min(maxFujifilmFields, (await bytes.read(start, 4)).readUInt32BE(0))
  const found = new Map<number, PixelSize>()
  let at = start + 4
  for (let field = 0; field < count; field++) {
    const head = await bytes.read(at, 4)
    const [tag, length] = [head.readUInt16BE(0), head.readUInt16BE(2)]
    if (fujifilmSizes.includes(tag) && length >= 4) {
      const value = await bytes.read(at + 4, 4)
      found.set(tag, { height: value.readUInt16BE(0), width: value.readUInt16BE(2) })
    }
    at += 4 + length
  }
  return (
    fujifilmSizes.map((tag) => found.get(tag)).find((size) => size !== undefined && size.width > 0) ?? null
  )
}

/** Panasonic's signature in place of 42, and its fields for the borders of the picture on the sensor. */
const panasonicSignature = 0x55
const panasonicBorders = { top: 4, left: 5, bottom: 6, right: 7 } as const

async function panasonicSensor(
  bytes: Bytes,
  directories: readonly TiffDirectory[],
): Promise<PixelSize | null> {
  const [main] = directories
  const head = await bytes.read(0, 4)
  if (main === undefined || head.readUInt16LE(2) !== panasonicSignature) return null
  const border = async (tag: number) => (await main.number(tag).catch(valueIfMalformed(null))) ?? 0
  const width = (await border(panasonicBorders.right)) - (await border(panasonicBorders.left))
  const height = (await border(panasonicBorders.bottom)) - (await border(panasonicBorders.top))
  return width > 0 && height > 0 ? { width, height } : null
}

const canonMetadata = '85c0b687820f11e08111f4ce462b6a48'
const canonPreview = 'eaf42b5e1c984b88b9fbb7dc406e4d16'
/** Box type -> what the TIFF structure in it describes. */
const canonDirectories: ReadonlyMap<string, DirectoryKind> = new Map([
  ['CMT1', 'image'],
  ['CMT2', 'exif'],
  ['CMT4', 'gps'],
])
/** Before the preview's own box. */
const canonPreviewHeadBytes = 8

/** CR3: boxes, one of them with a thumbnail and small TIFF structures, another with the preview. */
async function openCanon(bytes: Bytes): Promise<Container> {
  const jpegs: Bytes[] = []
  const directories: TiffDirectory[] = []
  for (const { type, uuid, content } of await boxesIn(bytes)) {
    if (uuid === canonPreview && content.size > canonPreviewHeadBytes) {
      const span = { offset: canonPreviewHeadBytes, length: content.size - canonPreviewHeadBytes }
      jpegs.push(...(await jpegsIn(within(content, span), 'PRVW')))
    }
    if (type !== 'moov') continue
    const metadata = (await boxesIn(content)).find((box) => box.uuid === canonMetadata)
    if (metadata === undefined) continue
    jpegs.push(...(await jpegsIn(metadata.content, 'THMB')))
    directories.push(...(await canonDirectoriesIn(metadata.content)))
  }
  return { jpegs, directories, sensor: null }
}

async function canonDirectoriesIn(metadata: Bytes): Promise<TiffDirectory[]> {
  const found: TiffDirectory[] = []
  for (const { type, content } of await boxesIn(metadata)) {
    const kind = canonDirectories.get(type)
    const [first, ...named] = kind ? await readDirectories(content).catch(valueIfMalformed([])) : []
    if (kind && first) found.push(first.as(kind), ...named.filter((one) => one.kind === 'interoperability'))
  }
  return found
}

/** The JPEGs in the boxes of one type. A few fields stand before each; how many depends on the camera. */
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

function slices(bytes: Bytes, spans: readonly Span[]): Bytes[] {
  return spans.filter(({ offset }) => offset < bytes.size).map((span) => within(bytes, span))
}

/** The largest preview is a photo itself, with EXIF data that the RAW file's directories may lack. */
async function directoriesOfLargest(previews: readonly Preview[]): Promise<TiffDirectory[]> {
  const largest = previews.at(-1)
  return largest ? readExifDirectories(largest.bytes, largest) : []
}
