/** What encoders do to fine patterns of strong colours when they keep only every second colour in both directions (4:2:0). Pure. */
import type { Pixels } from './average.ts'

/** ITU-T T.871, 7. */
const [redShare, greenShare, blueShare] = [0.299, 0.587, 0.114]

/**
 * RGB whose brightness is as fine as before, while its colours are means of 2 by 2 pixels, interpolated as decoders do.
 * Where the two do not fit together a colour is cut off, which makes a pattern darker or brighter on the whole.
 */
export function withHalvedColours({ data, width, height, channels }: Pixels): Pixels {
  if (channels !== 3) return { data, width, height, channels }
  const halves = halvedColours(data, width, height)
  const halfWidth = Math.ceil(width / 2)
  const smeared = new Uint8ClampedArray(data.length)
  for (let y = 0; y < height; y++) {
    const [near, far] = neighbours(y, Math.ceil(height / 2))
    for (let x = 0; x < width; x++) {
      const [left, right] = neighbours(x, halfWidth)
      const at = (y * width + x) * 3
      const light = brightness(data, at)
      for (let channel = 0; channel < 3; channel++) {
        const colour = (row: number, column: number) => halves[(row * halfWidth + column) * 3 + channel] ?? 0
        const close = 3 * colour(near, left) + colour(near, right)
        const distant = 3 * colour(far, left) + colour(far, right)
        smeared[at + channel] = light + (3 * close + distant) / 16
      }
    }
  }
  return { data: new Uint8Array(smeared.buffer), width, height, channels }
}

/** The half that a pixel lies in, and the other half that is closest to it. */
function neighbours(pixel: number, halves: number): [number, number] {
  const own = pixel >> 1
  const next = pixel % 2 === 0 ? own - 1 : own + 1
  return [own, Math.min(halves - 1, Math.max(0, next))]
}

/** How far each channel is from the brightness, for 2 by 2 pixels each. */
function halvedColours(data: Uint8Array, width: number, height: number): Float32Array {
  const halfWidth = Math.ceil(width / 2)
  const halves = new Float32Array(halfWidth * Math.ceil(height / 2) * 3)
  for (let y = 0; y < 2 * Math.ceil(height / 2); y++) {
    for (let x = 0; x < 2 * halfWidth; x++) {
      const from = (Math.min(y, height - 1) * width + Math.min(x, width - 1)) * 3
      const to = ((y >> 1) * halfWidth + (x >> 1)) * 3
      const light = brightness(data, from)
      for (let channel = 0; channel < 3; channel++) {
        halves[to + channel] = (halves[to + channel] ?? 0) + ((data[from + channel] ?? 0) - light) / 4
      }
    }
  }
  return halves
}

function brightness(data: Uint8Array, at: number): number {
  return redShare * (data[at] ?? 0) + greenShare * (data[at + 1] ?? 0) + blueShare * (data[at + 2] ?? 0)
}
