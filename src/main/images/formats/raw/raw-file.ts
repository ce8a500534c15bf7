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
}

const fujifilmSignature = 'FUJIFILMCCD-RAW '
const canonBrand = 'crx '

/** @throws MalformedPhoto for what is none of the known formats */
export async function openRaw(bytes: Bytes): Promise<RawFile> {
  const { jpegs, directories } = await openContainer(bytes)
  const previews: Preview[] = []
  for (const jpeg of jpegs) {
    const header = await readJpegHeader(jpeg).catch(valueIfMalformed(null))
    if (header !== null) previews.push({ ...header, bytes: jpeg })
  }
  previews.sort((a, b) => longEdge(a) - longEdge(b))
  return { previews, directories: [...directories, ...(await directoriesOfLargest(previews))] }
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
}

async function openContainer(bytes: Bytes): Promise<Container> {
  const head = (await bytes.read(0, Math.min(16, bytes.size))).toString('latin1')
  if (head.startsWith(fujifilmSignature)) return openFujifilm(bytes)
  if (head.slice(4, 12) === `ftyp${canonBrand}`) return openCanon(bytes)
  return openTiff(bytes)
}

async function openTiff(bytes: Bytes): Promise<Container> {
  const directories = await readDirectories(bytes)
  return { jpegs: slices(bytes, await findPreviews(bytes, directories)), directories }
}

/** RAF (big endian): offset and length of a complete JPEG, which holds the EXIF data too. */
async function openFujifilm(bytes: Bytes): Promise<Container> {
  const fields = await bytes.read(84, 8)
  const span = { offset: fields.readUInt32BE(0), length: fields.readUInt32BE(4) }
  return { jpegs: slices(bytes, [span]), directories: [] }
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
  return { jpegs, directories }
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
