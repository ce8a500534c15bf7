/** The metadata of a WebP. */
import { riffChunks } from '../formats/riff.ts'
import { type MetadataPart, type PhotoParts, plainPart } from './metadata-parts.ts'

const bareChunks: ReadonlySet<string> = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])

export function webpMetadata(webp: Buffer): PhotoParts {
  const parts: MetadataPart[] = []
  const unread: string[] = []
  for (const { type, content } of riffChunks(webp)) {
    const start =
      type === 'EXIF' && webp.toString('latin1', content.offset, content.offset + 4) === 'Exif' ? 6 : 0
    const inside = { offset: content.offset + start, length: Math.max(0, content.length - start) }
    if (type === 'EXIF') parts.push(plainPart('exif', inside))
    else if (type === 'XMP ') parts.push(plainPart('xmp', content))
    else if (!bareChunks.has(type)) unread.push(type)
  }
  const size = webp.length >= 8 ? 8 + webp.readUInt32LE(4) : webp.length
  if (size + (size % 2) < webp.length) unread.push('bytes behind the picture')
  return { parts, unread }
}
