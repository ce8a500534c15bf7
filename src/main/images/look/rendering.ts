/** Makes the small renderings by which a copy is compared with its original. Runs in the image worker. */
import sharp, { type Region } from 'sharp'
import { turnUpright } from '../formats/exif/orientation.ts'
import type { Pixels } from './average.ts'
import { gridEdge, type Rendering } from './compare.ts'

/** `own`: numbers are compared as they are, for the copy has the original's profile; `srgb`: both are converted. */
export type ComparedColours = 'own' | 'srgb'

/** Half a picture must not stop the comparison: it is what it is looking for. */
export const lenient = { limitInputPixels: false, failOn: 'none' } as const

/**
 * JPEG is decoded at an eighth of its size here: by its mean values alone, not by the code that made the copy.
 * @param orientation 1 to 8, as EXIF has it: how the picture must be turned
 * @param crop the part that counts, before it is turned; null for all of it
 */
export async function render(
  input: string | Buffer,
  orientation: number,
  colours: ComparedColours,
  crop: Region | null = null,
): Promise<Rendering> {
  const image = sharp(input, { ...lenient, ignoreIcc: colours === 'own' })
  if (crop !== null) image.extract(crop)
  image.resize({ width: gridEdge, height: gridEdge, fit: 'fill' }).flatten({ background: '#ffffff' })
  const { data, info } = await image.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return turned(rgbOf(data, info.channels), orientation)
}

/** All pixels, as they are stored. @param size to resize to, as the copy was; null for their own */
export async function pixelsOf(
  input: string | Buffer,
  colours: ComparedColours,
  size: { readonly width: number; readonly height: number } | null,
): Promise<Pixels> {
  const image = sharp(input, { ...lenient, ignoreIcc: colours === 'own' }).flatten({ background: '#ffffff' })
  if (size !== null) image.resize({ ...size, fit: 'fill' })
  const { data, info } = await image.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height, channels: info.channels }
}

/** Grey pictures come with one channel. */
function rgbOf(data: Buffer, channels: number): Rendering {
  if (channels === 3) return data
  const rgb = new Uint8Array(gridEdge * gridEdge * 3)
  for (let at = 0; at < rgb.length; at++) rgb[at] = data[Math.floor(at / 3) * channels] ?? 0
  return rgb
}

/** @param orientation 1 to 8, as EXIF has it */
export async function turned(rendering: Rendering, orientation: number): Promise<Rendering> {
  if (orientation === 1) return rendering
  const raw = { width: gridEdge, height: gridEdge, channels: 3 } as const
  return turnUpright(sharp(rendering, { raw }), orientation).raw().toBuffer()
}
