/** Finds the EXIF block inside an encoded JPEG, PNG, WebP or AVIF, where it lies uncompressed and in one piece, to change it in place. */
import { crc32 } from 'node:zlib'

/**
 * @param image the whole file
 * @param exif the block's bytes as sharp answers them, with or without `Exif\0\0`
 * @param change changes the block, from its byte order mark on, in place; the file keeps its length
 */
export async function editExif(
  image: Buffer,
  exif: Buffer,
  change: (tiff: Buffer) => Promise<unknown>,
): Promise<void> {
  const tiff = tiffInExif(exif)
  const start = image.indexOf(tiff)
  if (start < 0) return
  const end = start + tiff.length
  await change(image.subarray(start, end))
  if (image.toString('latin1', start - 4, start) === 'eXIf') {
    // PNG guards each chunk, type and content, with a checksum behind it.
    image.writeUInt32BE(crc32(image.subarray(start - 4, end)), end)
  }
}

/** EXIF from its byte order mark on. */
export function tiffInExif(exif: Buffer): Buffer {
  return exif.toString('latin1', 0, 4) === 'Exif' ? exif.subarray(6) : exif
}
