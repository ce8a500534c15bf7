/** Small pictures in RAW files that are no JPEG but plain pixels: red, green and blue of 8 bits each. */
import { type Bytes, valueIfMalformed } from '../bytes.ts'
import { type PixelSize, sizeOf } from '../pixel-size.ts'
import { tiffTags } from '../tiff/tags.ts'
import type { TiffDirectory } from '../tiff/tiff-directory.ts'

export interface RgbPreview extends PixelSize {
  /** Row by row, without anything between rows. @throws MalformedPhoto */
  read(): Promise<Buffer>
}

/** Raw data is larger than any preview that a camera leaves uncompressed. */
const maxPreviewPixels = 4e6
const channels = 3
/** TIFF 6.0: no compression; RGB. */
const [uncompressed, rgb] = [1, 2]

/** The largest preview of plain pixels in a TIFF structure; null if there is none. */
export async function rgbPreview(
  bytes: Bytes,
  directories: readonly TiffDirectory[],
): Promise<RgbPreview | null> {
  const found: RgbPreview[] = []
  for (const directory of directories.filter(({ kind }) => kind === 'image')) {
    const preview = await previewIn(bytes, directory).catch(valueIfMalformed(null))
    if (preview !== null) found.push(preview)
  }
  return found.sort((a, b) => b.width * b.height - a.width * a.height)[0] ?? null
}

async function previewIn(bytes: Bytes, directory: TiffDirectory): Promise<RgbPreview | null> {
  const number = async (tag: number) => directory.number(tag)
  const size = sizeOf(await number(tiffTags.imageWidth), await number(tiffTags.imageLength))
  const bits = await directory.numbers(tiffTags.bitsPerSample)
  const isPlain =
    (await number(tiffTags.compression)) === uncompressed &&
    (await number(tiffTags.photometricInterpretation)) === rgb &&
    (await number(tiffTags.samplesPerPixel)) === channels &&
    bits.every((depth) => depth === 8)
  if (size === null || !isPlain || size.width * size.height > maxPreviewPixels) return null
  const offsets = await directory.numbers(tiffTags.stripOffsets)
  const lengths = await directory.numbers(tiffTags.stripByteCounts)
  const length = size.width * size.height * channels
  const total = lengths.reduce((sum, one) => sum + one, 0)
  if (offsets.length !== lengths.length || total < length) return null
  const read = async () => {
    const strips: Buffer[] = []
    for (const [nth, offset] of offsets.entries()) strips.push(await bytes.read(offset, lengths[nth] ?? 0))
    return Buffer.concat(strips).subarray(0, length)
  }
  return { ...size, read }
}
