/** The size of a picture where only directories tell it: of a RAW file's raw data, never of its preview. */
import { valueIfMalformed } from '../bytes.ts'
import { type PixelSize, sizeOf } from '../pixel-size.ts'
import { tiffTags } from '../tiff/tags.ts'
import type { TiffDirectory } from '../tiff/tiff-directory.ts'

/** What a camera crops from the borders of its raw data is less than this share. */
const maxBorders = 0.1

/**
 * As DNG crops it; else as EXIF has it, unless that is a preview's and the raw data is clearly larger; else the largest picture.
 * @param directories the file's own, without those inside its previews
 * @param previews smallest first; none in a file that is no RAW
 * @returns null if nothing states it; the largest preview is then the best guess
 */
export async function pixelsIn(
  directories: readonly TiffDirectory[],
  previews: readonly PixelSize[],
): Promise<PixelSize | null> {
  const cropped = await firstSize(directories, 'image', croppedSize)
  if (cropped !== null) return cropped
  const largest = await largestPicture(directories)
  const fromExif = await firstSize(directories, 'exif', (directory) =>
    sizeIn(directory, tiffTags.pixelXDimension, tiffTags.pixelYDimension),
  )
  const isPreview = previews.some((preview) => fromExif && isSame(preview, fromExif))
  const isSmall = areaOf(fromExif) < areaOf(largest) * (1 - maxBorders)
  const ofExif = isPreview && isSmall ? null : fromExif
  return ofExif ?? largest ?? previews.at(-1) ?? null
}

async function largestPicture(directories: readonly TiffDirectory[]): Promise<PixelSize | null> {
  let largest: PixelSize | null = null
  for (const directory of directories.filter(({ kind }) => kind === 'image')) {
    const size = await sizeIn(directory, tiffTags.imageWidth, tiffTags.imageLength).catch(
      valueIfMalformed(null),
    )
    if (areaOf(size) > areaOf(largest)) largest = size
  }
  return largest
}

async function firstSize(
  directories: readonly TiffDirectory[],
  kind: TiffDirectory['kind'],
  read: (directory: TiffDirectory) => Promise<PixelSize | null>,
): Promise<PixelSize | null> {
  for (const directory of directories) {
    const size = directory.kind === kind ? await read(directory).catch(valueIfMalformed(null)) : null
    if (size !== null) return size
  }
  return null
}

const croppedSize = async (directory: TiffDirectory) =>
  sizeOf(...(await directory.numbers(tiffTags.defaultCropSize)))

const sizeIn = async (directory: TiffDirectory, widthTag: number, heightTag: number) =>
  sizeOf(await directory.number(widthTag), await directory.number(heightTag))

const areaOf = (size: PixelSize | null) => (size ? size.width * size.height : 0)
const isSame = (one: PixelSize, other: PixelSize) => one.width === other.width && one.height === other.height
