/**
 * What photos say of themselves that are not decoded here: Photoshop's PSD and PSB, JPEG 2000 and JPEG XL. Only their heads and
 * their metadata are read.
 */
import { boxesIn } from '../formats/boxes.ts'
import { type Bytes, bufferBytes, MalformedPhoto, valueIfMalformed, within } from '../formats/bytes.ts'
import { readOrientation } from '../formats/exif/orientation.ts'
import { type PixelSize, sizeOf } from '../formats/pixel-size.ts'
import { readDirectories } from '../formats/tiff/tiff-reader.ts'
import { tiffInItem } from '../heic/heic-metadata.ts'
import { photoshopIds, photoshopResources } from '../metadata/iptc.ts'
import type { PhotoMetadata } from './facts-of.ts'
import { readJxlHead } from './jxl-head.ts'

/** Of a block of metadata. */
const maxBlockBytes = 8 << 20
const exifUuid = '4a706754696666457869662d3e4a5032'
const xmpUuid = 'be7acfcb97a942e89c71999491e3afac'

/** @returns null for every other file */
export async function readUnshown(bytes: Bytes): Promise<PhotoMetadata | null> {
  const head = await bytes.read(0, Math.min(32, bytes.size))
  const text = head.toString('latin1')
  if (text.startsWith('8BPS')) return readPhotoshop(bytes, head)
  if (text.slice(4, 8) === 'jP  ') return readJpeg2000(bytes)
  if (text.startsWith('\xff\x4f\xff\x51')) return { ...nothing, pixels: codestreamSize(head) }
  if (text.startsWith('\xff\x0a')) return { ...nothing, ...(await readJxlHead(bytes)) }
  return text.slice(4, 8) === 'JXL ' ? readJpegXl(bytes) : null
}

const nothing: PhotoMetadata = { directories: [], pixels: null, orientation: null }

interface Blocks {
  /** From its byte order mark on. */
  readonly exif: Buffer | null
  readonly xmp: Buffer | null
  readonly iptc?: Buffer | null
}

async function withBlocks(
  pixels: PixelSize | null,
  { exif, xmp, iptc = null }: Blocks,
): Promise<PhotoMetadata> {
  const directories = exif ? await readDirectories(bufferBytes(exif)).catch(valueIfMalformed([])) : []
  return { ...nothing, directories, pixels, xmp: xmp?.toString('utf8') ?? null, iptc }
}

/** Adobe Photoshop File Formats: the head, then the colour mode's data and the resources, each with its length. */
async function readPhotoshop(bytes: Bytes, head: Buffer): Promise<PhotoMetadata> {
  if (head.length < 30) throw new MalformedPhoto('a head without an end')
  const pixels = sizeOf(head.readUInt32BE(18), head.readUInt32BE(14))
  const resourcesAt = 30 + head.readUInt32BE(26)
  const block = await blockAt(bytes, resourcesAt).catch(valueIfMalformed(Buffer.alloc(0)))
  const resources = photoshopResources(block)
  const value = (wanted: number) => resources.find(({ id }) => id === wanted)?.value ?? null
  const found = await withBlocks(pixels, {
    exif: value(photoshopIds.exif),
    xmp: value(photoshopIds.xmp),
    iptc: value(photoshopIds.iptc),
  })
  return { ...found, orientation: await readOrientation(found.directories) }
}

async function blockAt(bytes: Bytes, offset: number): Promise<Buffer> {
  const length = (await bytes.read(offset, 4)).readUInt32BE(0)
  return bytes.read(offset + 4, Math.min(length, maxBlockBytes, bytes.size - offset - 4))
}

/** ISO/IEC 15444-1, annex I: the size stands in the head of the picture; metadata in boxes of its own. */
async function readJpeg2000(bytes: Bytes): Promise<PhotoMetadata> {
  const boxes = await boxesIn(bytes)
  const container = boxes.find(({ type }) => type === 'jp2h')
  const size = container && (await boxesIn(container.content)).find(({ type }) => type === 'ihdr')
  const fields = size ? await size.content.read(0, 8).catch(valueIfMalformed(null)) : null
  const block = async (uuid: string) => blockOf(boxes.find((box) => box.uuid === uuid)?.content)
  const pixels = fields && sizeOf(fields.readUInt32BE(4), fields.readUInt32BE(0))
  return withBlocks(pixels, { exif: await block(exifUuid), xmp: await block(xmpUuid) })
}

/** Marker SIZ: the far corner of the picture and the near one. */
function codestreamSize(head: Buffer): PixelSize | null {
  if (head.length < 24) return null
  return sizeOf(head.readUInt32BE(8) - head.readUInt32BE(16), head.readUInt32BE(12) - head.readUInt32BE(20))
}

/** ISO/IEC 18181-2: the picture may be in several boxes, of which the first has its head. */
async function readJpegXl(bytes: Bytes): Promise<PhotoMetadata> {
  const boxes = await boxesIn(bytes)
  const content = (type: string) => boxes.find((box) => box.type === type)?.content
  const partial = content('jxlp')
  // A number of the part comes first.
  const picture =
    content('jxlc') ??
    (partial && partial.size > 4 ? within(partial, { offset: 4, length: partial.size - 4 }) : null)
  const head = picture ? await readJxlHead(picture).catch(valueIfMalformed({})) : {}
  const exif = await blockOf(content('Exif'))
  const found = await withBlocks(null, {
    exif: exif && tiffInItem(exif),
    xmp: await blockOf(content('xml ')),
  })
  // The picture's own orientation counts, and that of EXIF does not.
  return { ...found, ...head }
}

async function blockOf(content: Bytes | undefined): Promise<Buffer | null> {
  if (content === undefined || content.size > maxBlockBytes) return null
  return content.read(0, content.size).catch(valueIfMalformed(null))
}
