/** Minolta's MRW: blocks, of which one is a TIFF structure with the EXIF data and the preview, and one tells the sensor's size. */
import { type Bytes, type Span, valueIfMalformed, within } from '../bytes.ts'
import { type PixelSize, sizeOf } from '../pixel-size.ts'
import type { TiffDirectory } from '../tiff/tiff-directory.ts'
import { readDirectories } from '../tiff/tiff-reader.ts'
import { type RawContainer, slices } from './raw-container.ts'
import { findPreviews } from './raw-previews.ts'

export const minoltaSignature = '\0MRM'
const blockHeadBytes = 8
const maxBlocks = 20

/** Behind the signature is the length of all blocks; each has four letters and its length. All numbers are big-endian. */
export async function openMrw(bytes: Bytes): Promise<RawContainer> {
  const end = Math.min(bytes.size, blockHeadBytes + (await bytes.read(4, 4)).readUInt32BE(0))
  let sensor: PixelSize | null = null
  let directories: TiffDirectory[] = []
  let jpegs: Bytes[] = []
  let at = blockHeadBytes
  for (let block = 0; block < maxBlocks && at + blockHeadBytes <= end; block++) {
    const head = await bytes.read(at, blockHeadBytes)
    const span: Span = { offset: at + blockHeadBytes, length: head.readUInt32BE(4) }
    const name = head.toString('latin1', 1, 4)
    if (name === 'PRD') sensor = await sensorIn(within(bytes, span)).catch(valueIfMalformed(null))
    if (name === 'TTW') {
      // A preview may lie behind the block, but its offset counts from the block's start.
      const block = within(bytes, { ...span, length: bytes.size - span.offset })
      directories = await readDirectories(block).catch(valueIfMalformed([]))
      jpegs = await Promise.all(slices(block, await findPreviews(block, directories)).map(mended))
    }
    at += blockHeadBytes + span.length
  }
  return { jpegs, directories, sensor }
}

/** A version of 8 letters, then height and width of the sensor, then those of the picture. */
async function sensorIn(block: Bytes): Promise<PixelSize | null> {
  const sizes = await block.read(8, 8)
  return sizeOf(sizes.readUInt16BE(6), sizes.readUInt16BE(4))
}

/** Some of these cameras spoil the first byte of their preview. */
async function mended(jpeg: Bytes): Promise<Bytes> {
  const head = await jpeg.read(0, 3).catch(valueIfMalformed(null))
  if (head === null || head[0] === 0xff || head.readUInt16BE(1) !== 0xd8ff) return jpeg
  const read = async (offset: number, length: number) => {
    const copy = Buffer.from(await jpeg.read(offset, length))
    if (offset === 0 && length > 0) copy[0] = 0xff
    return copy
  }
  return { size: jpeg.size, read }
}
