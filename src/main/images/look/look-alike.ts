/** Holds a small rendering of a copy against one of its original that was made another way. Runs in the image worker. */
import sharp from 'sharp'
import { bufferBytes, valueIfMalformed } from '../formats/bytes.ts'
import { exifThumbnail } from '../formats/exif/exif-thumbnail.ts'
import { turnUpright } from '../formats/exif/orientation.ts'
import { ImageError } from '../image-error.ts'
import { differenceOf, gridEdge, mismatch, type Rendering, toleranceFor } from './compare.ts'

/** What a copy is compared with. */
export interface OriginalPicture {
  /** The original's bytes or path; of HEIC the decoded picture. */
  readonly input: string | Buffer
  /** 1 to 8, as EXIF has it. */
  readonly orientation: number
  /** A smaller picture that came with the photo, upright; null if there is none. */
  readonly preview: Buffer | null
  readonly isJpeg: boolean
}

export interface LookOptions {
  /** `own`: numbers are compared as they are, for the copy has the original's profile; `srgb`: both are converted. */
  readonly colours: 'own' | 'srgb'
  /** Of the copy's encoder, from 0 to 1. */
  readonly quality: number
  /** Of the copy. */
  readonly pixels: number
}

/** Half a picture must not stop the comparison: it is what it is looking for. */
const lenient = { limitInputPixels: false, failOn: 'none' } as const

/**
 * @param copy the whole file, upright
 * @throws ImageError `looks-different`
 */
export async function assertLooksAlike(
  original: OriginalPicture,
  copy: Buffer,
  options: LookOptions,
): Promise<void> {
  const tolerance = toleranceFor(options.quality, options.pixels)
  const after = await render(copy, 1, options.colours)
  // The camera's own small picture takes no time. Programs that crop a photo forget it, so it can only acquit.
  const quick = options.colours === 'own' ? await thumbnailOf(original) : null
  if (quick !== null && mismatch(differenceOf(quick, after), tolerance) === null) return
  const before = await render(original.input, original.orientation, options.colours)
  const words = mismatch(differenceOf(before, after), tolerance)
  if (words !== null) throw new ImageError('looks-different', words)
}

/** JPEG is decoded at an eighth of its size here: by its mean values alone, not by the code that made the copy. */
async function render(
  input: string | Buffer,
  orientation: number,
  colours: LookOptions['colours'],
): Promise<Rendering> {
  const image = sharp(input, { ...lenient, ignoreIcc: colours === 'own' })
  image.resize({ width: gridEdge, height: gridEdge, fit: 'fill' }).flatten({ background: '#ffffff' })
  const { data, info } = await image.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return orientation === 1 ? rgbOf(data, info.channels) : turned(rgbOf(data, info.channels), orientation)
}

/** Grey pictures come with one channel. */
function rgbOf(data: Buffer, channels: number): Rendering {
  if (channels === 3) return data
  const rgb = new Uint8Array(gridEdge * gridEdge * 3)
  for (let at = 0; at < rgb.length; at++) rgb[at] = data[Math.floor(at / 3) * channels] ?? 0
  return rgb
}

async function turned(rendering: Rendering, orientation: number): Promise<Rendering> {
  const raw = { width: gridEdge, height: gridEdge, channels: 3 } as const
  return turnUpright(sharp(rendering, { raw }), orientation).raw().toBuffer()
}

async function thumbnailOf({ input, preview, isJpeg }: OriginalPicture): Promise<Rendering | null> {
  if (preview !== null) return render(preview, 1, 'own')
  if (!isJpeg || typeof input === 'string') return null
  const found = await exifThumbnail(bufferBytes(input), 'any').catch(valueIfMalformed(null))
  if (found === null) return null
  const cropped = await sharp(found.jpeg, lenient).extract(found.crop).png({ compressionLevel: 0 }).toBuffer()
  return render(cropped, found.orientation, 'own').catch(() => null)
}
