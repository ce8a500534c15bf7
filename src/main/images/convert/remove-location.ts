/** Takes the place out of a photo that is not converted, in a copy that is the original byte for byte otherwise. Runs in the image worker. */
import { readFile } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { bufferBytes } from '../formats/bytes.ts'
import { editExif, tiffInExif } from '../formats/exif/embedded-exif.ts'
import { ImageError } from '../image-error.ts'
import { essentialExif, readEssentialExif } from './essential-exif.ts'
import { removeExifLocation, removeXmpLocation } from './exif-location.ts'
import type { ImageJob } from './image-job.ts'

/**
 * @returns the copy, as long as the original, and whether it differs at all
 * @throws ImageError where the place cannot be taken out and found gone; sharp's own error where it is no image
 */
export async function removeLocation({ sourcePath, sourceFormat }: ImageJob) {
  // Its boxes say where its metadata lie in a way that only a decoder follows.
  if (sourceFormat === 'heic') throw new ImageError('damaged', 'HEIC cannot be changed in place')
  const bytes = await readFile(sourcePath)
  const { exif, xmp, pages = 1 } = await sharp(bytes, { limitInputPixels: false }).metadata()
  // Every page may have a place of its own.
  if (pages > 1) throw new ImageError('several-images', `${pages} pages`)
  const hadPlace = (await placeIn(bytes, sourceFormat, exif)) !== null
  if (sourceFormat === 'tiff') await removeExifLocation(bytes)
  else if (exif) await editExif(bytes, exif, removeExifLocation)
  const hadNamedPlace = xmp !== undefined && blankXmpLocation(bytes, xmp)
  const after = await sharp(bytes, { limitInputPixels: false }).metadata()
  const packet = after.xmp?.toString('utf8') ?? ''
  if ((await placeIn(bytes, sourceFormat, after.exif)) !== null || removeXmpLocation(packet) !== packet) {
    throw new ImageError('not-faithful', 'it still names its place')
  }
  return { bytes, locationRemoved: hadPlace || hadNamedPlace }
}

async function placeIn(
  bytes: Buffer,
  format: ImageJob['sourceFormat'],
  exif: Buffer | undefined,
): Promise<string | null> {
  if (format === 'tiff') return (await readEssentialExif(bufferBytes(bytes))).place
  return (await essentialExif(exif ? tiffInExif(exif) : null)).place
}

/** Writes a packet without its place over the one that is there, filled up with spaces. @returns whether it named one */
function blankXmpLocation(bytes: Buffer, xmp: Buffer): boolean {
  const text = xmp.toString('utf8')
  const placeless = Buffer.from(removeXmpLocation(text))
  const start = bytes.indexOf(xmp)
  if (placeless.equals(xmp) || start < 0) return false
  bytes.fill(' ', start, start + xmp.length)
  placeless.copy(bytes, start)
  const type = bytes.lastIndexOf('iTXt', start, 'latin1')
  if (bytes.toString('latin1', 1, 4) === 'PNG' && type > 4) {
    const end = type + 4 + bytes.readUInt32BE(type - 4)
    bytes.writeUInt32BE(crc32(bytes.subarray(type, end)), end)
  }
  return true
}
