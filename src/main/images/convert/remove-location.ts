/** Removes the location from a photo that is not converted: the copy is the original byte for byte otherwise. Runs in the image worker. */
import { readFile } from 'node:fs/promises'
import sharp, { type Metadata } from 'sharp'
import { bufferBytes } from '../formats/bytes.ts'
import { editExif } from '../formats/exif/embedded-exif.ts'
import { ImageError } from '../image-error.ts'
import type { Copy } from './check-copy.ts'
import { essentialExifIn, readEssentialExif } from './essential-exif.ts'
import { removeExifLocation } from './exif-location.ts'
import type { ImageJob } from './image-job.ts'
import { removeXmpLocation, removeXmpLocationInPlace } from './xmp-location.ts'

/**
 * @returns a copy as long as the original, checked already
 * @throws ImageError if the location cannot be removed or is still found afterwards; sharp's own error if it is no image
 */
export async function removeLocation({ sourcePath, sourceFormat }: ImageJob): Promise<Copy> {
  // Only a decoder can follow the boxes to the metadata.
  if (sourceFormat === 'heic') throw new ImageError('damaged', 'HEIC cannot be changed in place')
  const bytes = await readFile(sourcePath)
  const before = await metadataOf(bytes)
  // Every page may have its own location.
  const { exif, xmp, pages = 1 } = before
  if (pages > 1) throw new ImageError('several-images', `${pages} pages`)
  const hadExifLocation = await hasExifLocation(bytes, sourceFormat, before)
  if (sourceFormat === 'tiff') await removeExifLocation(bytes)
  else if (exif) await editExif(bytes, exif, removeExifLocation)
  const hadXmpLocation = xmp !== undefined && removeXmpLocationInPlace(bytes, xmp)
  const after = await metadataOf(bytes)
  if ((await hasExifLocation(bytes, sourceFormat, after)) || hasXmpLocation(after)) {
    throw new ImageError('not-faithful', 'it still holds its location')
  }
  return { bytes, locationRemoved: hadExifLocation || hadXmpLocation, expected: null }
}

function metadataOf(image: Buffer): Promise<Metadata> {
  return sharp(image, { limitInputPixels: false }).metadata()
}

async function hasExifLocation(bytes: Buffer, format: ImageJob['sourceFormat'], { exif }: Metadata) {
  const facts = format === 'tiff' ? await readEssentialExif(bufferBytes(bytes)) : await essentialExifIn(exif)
  return facts.location !== null
}

function hasXmpLocation({ xmp }: Metadata): boolean {
  const packet = xmp?.toString('utf8') ?? ''
  return removeXmpLocation(packet) !== packet
}
