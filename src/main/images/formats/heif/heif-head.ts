/** Opens a HEIF file (HEIC, AVIF) without reading its pictures: its items, the size of what it shows, and its metadata. Bounded. */
import { boxesIn } from '../boxes.ts'
import { type Bytes, MalformedPhoto } from '../bytes.ts'
import { type PixelSize, sizeOf } from '../pixel-size.ts'
import { BoxReader, type FileBox } from './file-boxes.ts'
import { type HeifFile, type HeifItem, readHeif } from './heif-items.ts'

export interface HeifHead extends Pick<HeifFile, 'primary' | 'items'> {
  /** Pixels of the picture as it is shown: cropped and turned as its properties say; null if they don't. */
  readonly upright: PixelSize | null
}

/** The lists of items stand before the pictures, and are short. */
const maxHeadBytes = 16 << 20

/** @throws MalformedPhoto if it is no HEIF file, or its items stand behind everything else */
export async function readHeifHead(bytes: Bytes): Promise<HeifHead> {
  const head = await bytes.read(0, await headLength(bytes))
  const heif = readHeif(head, bytes.size)
  if (heif === null) throw new MalformedPhoto('no HEIF file')
  const upright = heif.primary ? uprightSize(head, heif.primary) : await sequenceSize(bytes)
  return { primary: heif.primary, items: heif.items, upright }
}

async function headLength(bytes: Bytes): Promise<number> {
  const boxes = await boxesIn(bytes)
  const end = boxes.find(({ type }) => type === 'meta')?.end ?? boxes[0]?.end ?? 0
  if (end > maxHeadBytes) throw new MalformedPhoto(`${end} bytes before the pictures`)
  return end
}

/** The bytes of an item, as far as they are one. @throws MalformedPhoto */
export async function readItem(bytes: Bytes, { spans }: HeifItem, maxBytes: number): Promise<Buffer> {
  const length = spans?.reduce((sum, span) => sum + span.length, 0) ?? 0
  if (spans === null || length > maxBytes) throw new MalformedPhoto(`an item of ${length} bytes`)
  const parts: Buffer[] = []
  for (const span of spans) parts.push(await bytes.read(span.offset, span.length))
  return Buffer.concat(parts)
}

/** Transformations apply in the order of the properties (ISO/IEC 23008-12, 6.5). */
function uprightSize(head: Buffer, { properties }: HeifItem): PixelSize | null {
  let size: PixelSize | null = null
  for (const property of properties) {
    if (property.type === 'ispe') size ??= extentIn(head, property)
    if (property.type === 'clap') size = croppedTo(head, property) ?? size
    if (property.type === 'irot' && isQuarterTurn(head, property) && size !== null) {
      size = { width: size.height, height: size.width }
    }
  }
  return size
}

/** Of a sequence without a still picture: the last eight bytes of a track's head, as 16.16 (ISO/IEC 14496-12, 8.3.2). */
async function sequenceSize(bytes: Bytes): Promise<PixelSize | null> {
  const inner = async (parent: Bytes | undefined, type: string) =>
    parent && (await boxesIn(parent)).find((box) => box.type === type)?.content
  const head = await inner(await inner(await inner(bytes, 'moov'), 'trak'), 'tkhd')
  if (head === undefined || head.size < 8) return null
  const sides = await head.read(head.size - 8, 8)
  return sizeOf(sides.readUInt32BE(0) / 65_536, sides.readUInt32BE(4) / 65_536)
}

/** Width and height behind version and flags. */
function extentIn(head: Buffer, { content }: FileBox): PixelSize | null {
  const reader = new BoxReader(head, content)
  reader.number(4)
  return sizeOf(reader.number(4), reader.number(4))
}

/** Width and height as fractions (ISO/IEC 14496-12, 12.1.4). */
function croppedTo(head: Buffer, { content }: FileBox): PixelSize | null {
  const reader = new BoxReader(head, content)
  const [width, ofWidth, height, ofHeight] = [4, 4, 4, 4].map((bytes) => reader.number(bytes))
  return ofWidth && ofHeight ? sizeOf((width ?? 0) / ofWidth, (height ?? 0) / ofHeight) : null
}

function isQuarterTurn(head: Buffer, { content }: FileBox): boolean {
  return new BoxReader(head, content).number(1) % 2 === 1
}
