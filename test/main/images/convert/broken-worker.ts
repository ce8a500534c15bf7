/** The image worker with a decoder that is broken on purpose: every copy shows something else than its original. */
import sharp, { type Sharp } from 'sharp'

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

if (process.env.PHOTOFERRY_TEST_DAMAGE !== undefined) {
  Object.assign(sharp.prototype, { toBuffer: spoilt })
  await import('../../../../src/main/images/convert/image-worker.ts')
}
