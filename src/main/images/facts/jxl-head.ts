/** The head of a JPEG XL codestream: its size and orientation (ISO/IEC 18181-1, annex D.2 and D.3). Bits run from the lowest on. */
import { type Bytes, MalformedPhoto } from '../formats/bytes.ts'
import { sizeOf } from '../formats/pixel-size.ts'
import type { PhotoMetadata } from './facts-of.ts'

/** Widths of a number by the two bits before it; one is added. */
const widths = [9, 13, 18, 30] as const
/** Width by height, by three bits; 0 for a width that is written out. */
const ratios = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
] as const

/** @throws MalformedPhoto for what is no codestream */
export async function readJxlHead(bytes: Bytes): Promise<Pick<PhotoMetadata, 'pixels' | 'orientation'>> {
  const head = await bytes.read(0, Math.min(24, bytes.size))
  if (head.length < 4 || head.readUInt16BE(0) !== 0xff0a) throw new MalformedPhoto('no codestream')
  let at = 16
  const bits = (count: number) => {
    let value = 0
    for (let nth = 0; nth < count; nth++, at++) {
      value += (((head[at >> 3] ?? 0) >> (at & 7)) & 1) * 2 ** nth
    }
    return value
  }
  const isSmall = bits(1) === 1
  const side = () => (isSmall ? (bits(5) + 1) * 8 : 1 + bits(widths[bits(2)] ?? 9))
  const height = side()
  const ratio = ratios[bits(3) - 1]
  const width = ratio ? Math.floor((height * ratio[0]) / ratio[1]) : side()
  // Without defaults, and with further fields, of which the orientation is the first.
  const orientation = bits(1) === 0 && bits(1) === 1 ? bits(3) + 1 : 1
  return { pixels: sizeOf(width, height), orientation }
}
