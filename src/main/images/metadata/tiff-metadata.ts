/** The metadata of a TIFF file: its directories are EXIF themselves, and further kinds stand in their fields. */
import { bufferBytes, valueIfMalformed } from '../formats/bytes.ts'
import { tiffTags } from '../formats/tiff/tags.ts'
import { isBigTiff, maxDirectories, readDirectories } from '../formats/tiff/tiff-reader.ts'
import { type MetadataPart, type PhotoParts, plainPart } from './metadata-parts.ts'

/** Field -> what it holds. */
const kinds = [
  [tiffTags.xmp, 'xmp'],
  [tiffTags.iptc, 'iptc'],
  [tiffTags.photoshop, 'photoshop'],
] as const

export async function tiffMetadata(file: Buffer): Promise<PhotoParts> {
  if (isBigTiff(file)) return { parts: [], unread: ['BigTIFF'] }
  const directories = await readDirectories(bufferBytes(file)).catch(valueIfMalformed([]))
  const parts: MetadataPart[] = [plainPart('exif', { offset: 0, length: file.length })]
  const unread: string[] = []
  if (directories.length === 0) unread.push('no directory')
  if (directories.length >= maxDirectories) unread.push('many directories')
  for (const directory of directories) {
    for (const [tag, kind] of kinds) {
      const span = directory.valueSpan(tag)
      if (span !== null) parts.push(plainPart(kind, span))
    }
    if (directory.has(tiffTags.dngPrivateData)) unread.push('private data')
  }
  return { parts, unread }
}
