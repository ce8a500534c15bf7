/** The image worker with a decoder that is broken on purpose: every copy shows something else than its original. */
import { Worker } from 'node:worker_threads'
import sharp, { type Sharp } from 'sharp'
import type { HeicResponse } from '../../../../src/main/images/heic/heic-thread.ts'

/** Kind of damage -> what becomes of the right copy. */
const damages: Readonly<Record<string, (copy: Sharp, width: number, height: number) => Sharp>> = {
  black: (copy) => copy.linear(0, 0),
  white: (copy) => copy.linear(0, 255),
  grey: (copy) => copy.modulate({ saturation: 0 }),
  flat: (copy) => copy.linear(0.1, 110),
  posterised: (copy) => copy.linear(1 / 64, 0).linear(64, 16),
  inverted: (copy) => copy.negate({ alpha: false }),
  'upside-down': (copy) => copy.rotate(180),
  mirrored: (copy) => copy.flop(),
  'red-and-blue-exchanged': (copy) =>
    copy.recomb([
      [0, 0, 1],
      [0, 1, 0],
      [1, 0, 0],
    ]),
  darker: (copy) => copy.linear(0.8, 0),
  shifted: (copy, width, height) =>
    copy
      .extract({ left: Math.floor(width / 8), top: 0, width: width - Math.floor(width / 8), height })
      .extend({ right: Math.floor(width / 8), background: '#808080' }),
  cut: (copy, width, height) =>
    copy
      .extract({ left: 0, top: 0, width, height: height - Math.floor(height / 5) })
      .extend({ bottom: Math.floor(height / 5), background: '#808080' }),
}
export const damageNames = Object.keys(damages)

const toBuffer = sharp.prototype.toBuffer

/** Only what is encoded as a copy is spoilt, and as it is encoded: its metadata stay. */
async function spoilt(this: Sharp & { options: { formatOut: string } }, ...given: unknown[]) {
  const whole = await Reflect.apply(toBuffer, this, given)
  const damage = damages[process.env.PHOTOFERRY_TEST_DAMAGE ?? '']
  if (damage === undefined || this.options.formatOut !== 'jpeg' || !Buffer.isBuffer(whole)) return whole
  const { width, height } = await sharp(whole).metadata()
  const damaged = damage(sharp(whole).keepMetadata(), width, height).jpeg({ quality: 90 })
  return Reflect.apply(toBuffer, damaged, [])
}

/** What a broken decoder makes of a HEIC: the pixels of the picture, or of everything that it decodes. */
const heicDamages: Readonly<Record<string, (pixels: Uint8Array) => void>> = {
  'heic-black': (pixels) => pixels.fill(0),
  'heic-grey-from-the-middle-on': (pixels) => pixels.fill(128, pixels.length / 2),
  'heic-halves-exchanged': (pixels) => {
    const upper = pixels.slice(0, pixels.length / 2)
    pixels.copyWithin(0, pixels.length / 2)
    pixels.set(upper, pixels.length - upper.length)
  },
  'heic-rows-shifted': (pixels) => pixels.set(pixels.slice(0, pixels.length - 3_000), 3_000),
  'heic-red-and-blue-exchanged': (pixels) => {
    for (let at = 0; at + 2 < pixels.length; at += 3) pixels.subarray(at, at + 3).reverse()
  },
  'heic-inverted': (pixels) => {
    for (let at = 0; at < pixels.length; at++) pixels[at] = 255 - (pixels[at] ?? 0)
  },
  'heic-darker': (pixels) => {
    for (let at = 0; at < pixels.length; at++) pixels[at] = (pixels[at] ?? 0) * 0.8
  },
}
export const heicDamageNames = Object.keys(heicDamages)
/** Everything that is decoded is black. */
export const allBlack = 'heic-all-black'
/** Of an uncompressed TIFF: its pixels stand between its head and its directory, whose offset is in the head. */
function pixelsOf(file: ArrayBuffer): Uint8Array {
  const [head, directory] = [8, new DataView(file).getUint32(4, true)]
  return new Uint8Array(file, head, directory - head)
}

function spoilHeic(response: HeicResponse): void {
  if (response.kind !== 'decoded') return
  const name = process.env.PHOTOFERRY_TEST_DAMAGE ?? ''
  heicDamages[name]?.(pixelsOf(response.tiff))
  if (name !== allBlack) return
  for (const picture of [response.tiff, response.preview]) if (picture) pixelsOf(picture).fill(0)
}

if (process.env.PHOTOFERRY_TEST_DAMAGE !== undefined) {
  const once = Worker.prototype.once
  const onceSpoilt = function (this: Worker, event: string, heard: (message: HeicResponse) => void) {
    const hear = (message: HeicResponse) => {
      if (event === 'message') spoilHeic(message)
      heard(message)
    }
    return Reflect.apply(once, this, [event, hear])
  }
  Object.assign(Worker.prototype, { once: onceSpoilt })
  Object.assign(sharp.prototype, { toBuffer: spoilt })
  await import('../../../../src/main/images/convert/image-worker.ts')
}
