/** Finds the metadata of a photo in any format that presets convert. */
import type { PhotoFormat } from '../../../shared/presets.ts'
import type { JpegFile } from '../formats/jpeg-segments.ts'
import { heifMetadata } from './heif-metadata.ts'
import { jpegMetadata } from './jpeg-metadata.ts'
import type { PhotoParts } from './metadata-parts.ts'
import { pngMetadata } from './png-metadata.ts'
import { tiffMetadata } from './tiff-metadata.ts'
import { webpMetadata } from './webp-metadata.ts'

/**
 * @param format by the file's own bytes
 * @param jpeg what a JPEG was walked through for already
 */
export async function readMetadataParts(
  file: Buffer,
  format: PhotoFormat,
  jpeg?: JpegFile,
): Promise<PhotoParts> {
  switch (format) {
    case 'jpeg':
      return jpegMetadata(file, jpeg)
    case 'png':
      return pngMetadata(file)
    case 'webp':
      return webpMetadata(file)
    case 'tiff':
      return tiffMetadata(file)
    case 'avif':
    case 'heic':
      return heifMetadata(file)
  }
}
