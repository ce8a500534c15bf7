/** Fujifilm's RAF: a complete JPEG, which holds the EXIF data too, and a directory of its own. All numbers are big-endian. */
import { type Bytes, valueIfMalformed } from '../bytes.ts'
import { type PixelSize, sizeOf } from '../pixel-size.ts'
import { type RawContainer, slices } from './raw-container.ts'

export const fujifilmSignature = 'FUJIFILMCCD-RAW '

/** Offset and length of the JPEG stand at 84, the offset of the directory at 92. */
export async function openRaf(bytes: Bytes): Promise<RawContainer> {
  const fields = await bytes.read(84, 8)
  const span = { offset: fields.readUInt32BE(0), length: fields.readUInt32BE(4) }
  const sensor = await sensorSize(bytes).catch(valueIfMalformed(null))
  return { jpegs: slices(bytes, [span]), directories: [], sensor }
}

/** Fields of the RAF directory: height before width. */
const sizeTags = [0x0111, 0x0100]
const maxFields = 256

/** Each field has a tag, a length and its value. */
async function sensorSize(bytes: Bytes): Promise<PixelSize | null> {
  const start = (await bytes.read(92, 4)).readUInt32BE(0)
  const count = Math.min(maxFields, (await bytes.read(start, 4)).readUInt32BE(0))
  const found = new Map<number, PixelSize | null>()
  let at = start + 4
  for (let field = 0; field < count; field++) {
    const head = await bytes.read(at, 4)
    const [tag, length] = [head.readUInt16BE(0), head.readUInt16BE(2)]
    if (sizeTags.includes(tag) && length >= 4) {
      const value = await bytes.read(at + 4, 4)
      found.set(tag, sizeOf(value.readUInt16BE(2), value.readUInt16BE(0)))
    }
    at += 4 + length
  }
  return sizeTags.map((tag) => found.get(tag) ?? null).find((size) => size !== null) ?? null
}
