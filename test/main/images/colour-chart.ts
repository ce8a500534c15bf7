/** A chart of colours in three spaces, as a picture and as numbers, for tests that compare a copy with its original. */
import { type Color, converter, differenceCiede2000 } from 'culori'
import sharp, { type Sharp } from 'sharp'
import {
  adobeRgbCurve,
  adobeRgbPrimaries,
  bt2020Primaries,
  displayP3Primaries,
  rgbProfile,
  srgbCurve,
  srgbPrimaries,
} from '../../../src/main/images/formats/colour/icc-profile.ts'
import { uncompressedTiff } from '../../../src/main/images/formats/tiff/uncompressed-tiff.ts'
import { withExif } from './raw-files.ts'
import { type Ifd, tiff } from './tiff-builder.ts'

/** Space -> culori's name of it, and a profile for it. */
export const spaces = {
  'Display P3': { mode: 'p3', icc: rgbProfile('Display P3', displayP3Primaries, srgbCurve) },
  'Adobe RGB': { mode: 'a98', icc: rgbProfile('Adobe RGB (1998)', adobeRgbPrimaries, adobeRgbCurve) },
  sRGB: { mode: 'rgb', icc: rgbProfile('sRGB', srgbPrimaries, srgbCurve) },
} as const
export type SpaceName = keyof typeof spaces

/** Those of which there are no HEIC files, too. */
export const allSpaces = {
  ...spaces,
  'BT.2020': { mode: 'rec2020', icc: rgbProfile('BT.2020', bt2020Primaries, srgbCurve) },
  ProPhoto: {
    mode: 'prophoto',
    icc: rgbProfile(
      'ProPhoto RGB',
      { red: [0.7347, 0.2653], green: [0.1596, 0.8404], blue: [0.0366, 0.0001], white: [0.3457, 0.3585] },
      [1.8, 1, 0, 1 / 16, 1 / 32],
    ),
  },
} as const
export type AnySpace = keyof typeof allSpaces

const [columns, rows] = [6, 4]
const patchEdge = 40
export const chartSize = { width: columns * patchEdge, height: rows * patchEdge } as const

/** From 0 to 255: primaries and their mixtures, skin, foliage, sky and greys. */
const patches: readonly Rgb[] = [
  '240,20,20 20,230,30 30,20,235 235,225,20 225,20,220 20,220,225',
  '120,75,60 200,150,130 95,125,160 90,110,65 130,130,180 100,190,170',
  '215,125,45 70,90,170 195,85,95 90,60,105 160,190,65 225,160,45',
  '243,243,242 200,200,200 160,160,160 122,122,121 85,85,85 52,52,52',
].flatMap((row) => row.split(' ').map((patch) => patch.split(',').map(Number) as unknown as Rgb))

/** The chart's pixels, RGB, 8 bits. */
export function chartPixels(): Buffer {
  const { width, height } = chartSize
  const raw = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) raw.set(patchAt(x, y), (y * width + x) * 3)
  }
  return raw
}

/** The chart as a photo in `space`. */
export function chart(space: AnySpace): Sharp {
  const picture = { ...chartSize, channels: 3, bits: 8, icc: allSpaces[space].icc } as const
  return sharp(uncompressedTiff(picture, (pixels) => pixels.set(chartPixels()))).keepIccProfile()
}

/** The chart in Adobe RGB as cameras write it. */
export async function chartNamedAdobeRgb(): Promise<Buffer> {
  const jpeg = await sharp(chartPixels(), { raw: { ...chartSize, channels: 3 } })
    .jpeg({ quality: 98, chromaSubsampling: '4:4:4' })
    .toBuffer()
  return namedAdobeRgb(jpeg)
}

/** No profile, but EXIF that follows DCF's rules for that space. */
export function namedAdobeRgb(jpeg: Buffer): Buffer {
  const rules: Ifd = { fields: [[0x0001, 2, 'R03']] }
  const shot: Ifd = {
    fields: [
      [0xa001, 3, [0xffff]],
      [0xa005, 4, rules],
    ],
  }
  return withExif(jpeg, tiff({ fields: [[0x8769, 4, shot]] }))
}

/** Mean CIEDE2000 between the chart in `space` and an image whose pixels are read in `readAs`. */
export async function meanDifference(image: string, space: AnySpace, readAs: AnySpace): Promise<number> {
  const { data, info } = await sharp(image).keepIccProfile().raw().toBuffer({ resolveWithObject: true })
  const lab = converter('lab65')
  const difference = differenceCiede2000()
  const distances = patches.map((patch, index) => {
    const x = ((index % columns) + 0.5) * (info.width / columns)
    const y = (Math.floor(index / columns) + 0.5) * (info.height / rows)
    const at = (Math.floor(y) * info.width + Math.floor(x)) * info.channels
    const found = [...data.subarray(at, at + 3)] as unknown as Rgb
    return difference(lab(colour(patch, space)), lab(colour(found, readAs)))
  })
  return distances.reduce((sum, distance) => sum + distance, 0) / distances.length
}

type Rgb = readonly [number, number, number]

function colour([r, g, b]: Rgb, space: AnySpace): Color {
  return { mode: allSpaces[space].mode, r: r / 255, g: g / 255, b: b / 255 }
}

function patchAt(x: number, y: number): Rgb {
  return patches[Math.floor(y / patchEdge) * columns + Math.floor(x / patchEdge)] ?? [0, 0, 0]
}
