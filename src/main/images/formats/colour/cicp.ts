/**
 * Colours that a file names by number: coding-independent code points (CICP, ITU-T H.273), as in the `nclx` box of HEIF
 * and AVIF and in the `cICP` chunk of PNG.
 */
import {
  bt2020Primaries,
  type Curve,
  displayP3Primaries,
  type Primaries,
  rgbProfile,
  srgbCurve,
  srgbPrimaries,
} from './icc-profile.ts'

/** Code points; matrix and range do not matter once the pixels are RGB. */
export interface Cicp {
  /** H.273, table 2. */
  readonly primaries: number
  /** H.273, table 3. */
  readonly transfer: number
}

const primariesByCode: Readonly<Record<number, readonly [name: string, primaries: Primaries]>> = {
  1: ['sRGB', srgbPrimaries],
  9: ['BT.2020', bt2020Primaries],
  12: ['Display P3', displayP3Primaries],
}
/** The transfer characteristics that mean "as on an ordinary display"; phones write 13. */
const curvesByCode: Readonly<Record<number, Curve>> = {
  1: srgbCurve,
  2: srgbCurve,
  4: 2.2,
  6: srgbCurve,
  8: 1,
  13: srgbCurve,
  14: srgbCurve,
  15: srgbCurve,
}
const perceptualQuantizer = 16
const hybridLogGamma = 18

/** Whether the picture is brighter than a JPEG can show without tone mapping. */
export function isHdr({ transfer }: Cicp): boolean {
  return transfer === perceptualQuantizer || transfer === hybridLogGamma
}

/** Primaries that mean nothing, or so nearly sRGB's that no eye tells them apart (BT.601). */
const likeSrgb = [2, 5, 6]

/** Whether the colours can be described here; a picture in others can only be kept as it is. */
export function isKnown({ primaries, transfer }: Cicp): boolean {
  return (primaries in primariesByCode || likeSrgb.includes(primaries)) && transfer in curvesByCode
}

/** @returns an ICC profile for the colours; null for sRGB, and for primaries that are unknown here */
export function cicpProfile({ primaries, transfer }: Cicp): Buffer | null {
  const [name, space] = primariesByCode[primaries] ?? []
  if (name === undefined || space === undefined) return null
  const curve = curvesByCode[transfer] ?? srgbCurve
  return space === srgbPrimaries && curve === srgbCurve ? null : rgbProfile(name, space, curve)
}
