/** Makes the preview of a photo that arrives before the original: a small JPEG for looking at. Runs only in the image worker. */
import type { Bytes } from '../formats/bytes.ts'
import type { SourceKind } from '../source-kind.ts'
import { smallPicture } from './make-thumbnail.ts'

interface PreviewLook {
  /** Pixels at most. */
  readonly longEdge: number
  /** From 0 to 1. */
  readonly quality: number
  /** ASCII, 65,000 characters at most. */
  readonly mark: string
}

const startOfImageBytes = 2

/**
 * Upright, in sRGB, without EXIF, XMP and IPTC, so that it tells no place; with a comment. @throws as `makeThumbnail`
 * @param path the same file as `bytes`
 */
export async function makePreview(
  path: string,
  bytes: Bytes,
  sourceKind: SourceKind,
  { longEdge, quality, mark }: PreviewLook,
): Promise<Buffer> {
  const picture = await smallPicture(path, bytes, sourceKind, { edge: longEdge, fit: 'inside' })
  const jpeg = await picture
    .flatten({ background: 'white' })
    .jpeg({ quality: Math.round(quality * 100) })
    .toBuffer()
  const comment = Buffer.from(mark, 'ascii')
  const head = Buffer.from([0xff, 0xfe, 0, 0])
  head.writeUInt16BE(comment.length + 2, 2)
  return Buffer.concat([jpeg.subarray(0, startOfImageBytes), head, comment, jpeg.subarray(startOfImageBytes)])
}
