/** Edits the EXIF block inside an encoded JPEG, PNG, WebP or AVIF, where it lies uncompressed and in one piece. */
import { updateChunkChecksum } from '../png.ts'

/**
 * @param image the whole file, which keeps its length; it stays as it is if the block is not found
 * @param exif the block's bytes as sharp returns them, with or without `Exif\0\0`
 * @param edit changes the block, from its byte order mark on, in place
 */
export async function editExif(
  image: Buffer,
  exif: Buffer,
  edit: (tiff: Buffer) => Promise<unknown>,
): Promise<void> {
  const tiff = tiffInExif(exif)
  const start = image.indexOf(tiff)
  if (start < 0) return
  await edit(image.subarray(start, start + tiff.length))
  if (image.toString('latin1', start - 4, start) !== 'eXIf') return
  updateChunkChecksum(image, { offset: start, length: image.readUInt32BE(start - 8) })
}

/** An EXIF block from its byte order mark on, without its `Exif\0\0` prefix. */
export function tiffInExif(exif: Buffer): Buffer {
  return exif.toString('latin1', 0, 4) === 'Exif' ? exif.subarray(6) : exif
}
