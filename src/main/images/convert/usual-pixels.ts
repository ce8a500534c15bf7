/** Keeps pictures from conversion whose numbers decoders guess at: floating point, odd depths, CIELAB, unknown channels. */
import type { Metadata } from 'sharp'
import { type Bytes, valueIfMalformed } from '../formats/bytes.ts'
import { tiffTags } from '../formats/tiff/tags.ts'
import type { TiffDirectory } from '../formats/tiff/tiff-directory.ts'
import { readPhotoDirectories } from '../formats/tiff/tiff-reader.ts'
import { ImageError } from '../image-error.ts'

const depths: readonly string[] = ['uchar', 'ushort']
const spaces: readonly string[] = ['srgb', 'rgb16', 'b-w', 'grey16', 'cmyk']
/** TIFF's photometric interpretations -> channels without transparency. YCbCr is known only inside JPEG. */
const channelsOf: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 3, 5: 4, 6: 3 }
const yCbCr = 6
const jpegCompressions = [6, 7]
const unsigned = 1

/**
 * @param found by sharp
 * @throws ImageError `unusual-pixels`
 */
export function assertUsualPixels({ depth, space, channels }: Metadata): void {
  if (!depths.includes(depth) || !spaces.includes(space)) throw unusual(`${space}, ${depth}`)
  if (channels > 4 && space !== 'cmyk') throw unusual(`${channels} channels`)
}

/**
 * By a TIFF's own fields, before a decoder is asked: some kinds of numbers it calls damage.
 * @throws as `assertUsualPixels`
 */
export async function assertUsualTiff(tiff: Bytes): Promise<void> {
  const { main } = await readPhotoDirectories(tiff)
  if (main === null) throw unusual('no directory')
  await assertUsualNumbers(main)
}

async function assertUsualNumbers(directory: TiffDirectory): Promise<void> {
  const numbers = (tag: number) => directory.numbers(tag).catch(valueIfMalformed<readonly number[]>([]))
  const bits = await numbers(tiffTags.bitsPerSample)
  const isEven = bits.every((one) => one === bits[0]) && (bits[0] === 8 || bits[0] === 16)
  if (!isEven) throw unusual(`${bits.join(', ') || 'no'} bits`)
  if ((await numbers(tiffTags.sampleFormat)).some((one) => one !== unsigned))
    throw unusual('no unsigned numbers')
  const [photometric = Number.NaN] = await numbers(tiffTags.photometricInterpretation)
  const [samples = 1] = await numbers(tiffTags.samplesPerPixel)
  const [compression = 1] = await numbers(tiffTags.compression)
  const extra = directory.count(tiffTags.extraSamples)
  if (extra > 1 || channelsOf[photometric] !== samples - extra) {
    throw unusual(`${samples} samples of photometric interpretation ${photometric}`)
  }
  if (photometric === yCbCr && !jpegCompressions.includes(compression)) throw unusual('YCbCr without JPEG')
}

function unusual(message: string): ImageError {
  return new ImageError('unusual-pixels', message)
}
