/** Holds a small rendering of a copy against one of its original that was made another way. Runs in the image worker. */
import sharp from 'sharp'
import { bufferBytes, valueIfMalformed } from '../formats/bytes.ts'
import { exifThumbnail } from '../formats/exif/exif-thumbnail.ts'
import { ImageError } from '../image-error.ts'
import { differenceOf, isFlat, mismatch, type Rendering, type Tolerance, toleranceFor } from './compare.ts'
import { isFinePattern } from './fine-pattern.ts'
import { type ComparedColours, lenient, render } from './rendering.ts'

/** What a copy is compared with. */
export interface OriginalPicture {
  /** The original's bytes or path; of HEIC the decoded picture. */
  readonly input: string | Buffer
  /** 1 to 8, as EXIF has it. */
  readonly orientation: number
  /** Of HEIC: a smaller picture in the file, decoded and upright; null if there is none. */
  readonly preview: Buffer | null
  readonly format: 'jpeg' | 'heic' | 'other'
}

export interface LookOptions {
  readonly colours: ComparedColours
  /** Of the copy's encoder, from 0 to 1. */
  readonly quality: number
  /** Of the copy. */
  readonly pixels: number
  /** Whether the copy keeps only every second colour in both directions (4:2:0). */
  readonly hasHalvedColours: boolean
}

/**
 * @param copy the whole file, upright
 * @throws ImageError `looks-different`, or `unchecked` if there is nothing to compare it with
 */
export async function assertLooksAlike(
  original: OriginalPicture,
  copy: Buffer,
  options: LookOptions,
): Promise<void> {
  const tolerance = toleranceFor(options.quality, options.pixels)
  if (original.format === 'heic') return assertLikePreview(original, copy, tolerance, options.colours)
  const after = await render(copy, 1, options.colours)
  // The camera's own small picture takes no time. Programs that crop a photo forget it, so it can only acquit.
  const quick = options.colours === 'own' ? await thumbnailOf(original) : null
  if (quick !== null && mismatch(differenceOf(quick, after), tolerance) === null) return
  const before = await render(original.input, original.orientation, options.colours)
  const found = differenceOf(before, after)
  const words = mismatch(found, tolerance)
  if (words === null || (await isFinePattern(original, copy, found, { tolerance, ...options }))) return
  throw new ImageError('looks-different', words)
}

/** How much a preview may be off: it has few pixels, and its encoder spared bits. */
const previewNoise = { meanDeltaE: 1, worstPart: 2 } as const

/**
 * The decoded picture is no witness, for the copy is made from it. The preview is encoded on its own: whatever goes wrong
 * with the tiles, the turns, the depth or the colours of the picture is not in it.
 */
async function assertLikePreview(
  { preview, input }: OriginalPicture,
  copy: Buffer,
  tolerance: Tolerance,
  colours: ComparedColours,
): Promise<void> {
  if (preview === null) throw new ImageError('unchecked', 'there is no preview in it')
  const space = colours === 'own' && (await haveSameProfile(preview, input)) ? 'own' : 'srgb'
  const [before, after] = [await render(preview, 1, space), await render(copy, 1, space)]
  // A decoder that makes everything black makes the preview black too.
  if (isFlat(before)) throw new ImageError('unchecked', 'its preview shows nothing')
  const words = mismatch(differenceOf(before, after), {
    ...tolerance,
    meanDeltaE: tolerance.meanDeltaE + previewNoise.meanDeltaE,
    worstPart: tolerance.worstPart + previewNoise.worstPart,
  })
  if (words !== null) throw new ImageError('looks-different', words)
}

async function haveSameProfile(one: string | Buffer, other: string | Buffer): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map((image) => sharp(image, lenient).metadata()))
  return first?.icc === undefined ? second?.icc === undefined : second?.icc?.equals(first.icc) === true
}

async function thumbnailOf({ input, format }: OriginalPicture): Promise<Rendering | null> {
  if (format !== 'jpeg' || typeof input === 'string') return null
  const found = await exifThumbnail(bufferBytes(input), 'any').catch(valueIfMalformed(null))
  if (found === null) return null
  return render(found.jpeg, found.orientation, 'own', found.crop).catch(() => null)
}
