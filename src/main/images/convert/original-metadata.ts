/** Gathers the metadata of an original for its copy, wherever its format keeps them. */
import type { PayloadFormat, PhotoFormat } from '../../../shared/presets.ts'
import type { Bytes } from '../formats/bytes.ts'
import type { JpegFile } from '../formats/jpeg-segments.ts'
import { tiffTags } from '../formats/tiff/tags.ts'
import { readPhotoDirectories } from '../formats/tiff/tiff-reader.ts'
import { ImageError } from '../image-error.ts'
import { removeDangling } from '../metadata/dangling-xmp.ts'
import { photoshopIds, photoshopResources } from '../metadata/iptc.ts'
import { type MetadataPart, partBytes } from '../metadata/metadata-parts.ts'
import { readMetadataParts } from '../metadata/read-metadata.ts'
import { addTexts, insertIntoRdf, textsInIptc, textsInPng } from '../metadata/xmp-text.ts'

export interface OriginalMetadata {
  /** From its byte order mark on; null if there is none. A TIFF's is spread over the file, and not among these. */
  readonly exif: Buffer | null
  /** As the copy has it, but for the place; empty if there is none. */
  readonly xmp: string
  /** Records for a copy that has a place for them; null if there are none, or the format has no place. */
  readonly iptc: Buffer | null
}

/** What one segment of a JPEG can hold besides the name of XMP. */
const maxJpegXmpBytes = 65_502

/** What was found, before it is fitted into a copy. */
interface FoundMetadata {
  readonly exif: Buffer | null
  readonly xmp: Buffer | null
  readonly extension?: Buffer | null
  readonly iptc: Buffer | null
  /** Of a PNG. */
  readonly texts?: readonly Buffer[]
}

/**
 * @param file the original, which is no TIFF
 * @param target of the copy
 * @param jpeg what a JPEG was walked through for already
 * @throws ImageError `not-faithful` if the copy could not hold all of it
 */
export async function gatherMetadata(
  file: Buffer,
  format: PhotoFormat,
  target: PayloadFormat,
  jpeg?: JpegFile,
): Promise<OriginalMetadata> {
  const { parts } = await readMetadataParts(file, format, jpeg)
  const bytesOf = (kind: MetadataPart['kind']) => {
    const part = parts.find((one) => one.kind === kind)
    return part ? partBytes(file, part) : null
  }
  const texts =
    format === 'png' ? parts.filter(({ kind }) => kind === 'text').map((part) => partBytes(file, part)) : []
  const iptc = bytesOf('iptc') ?? iptcIn(bytesOf('photoshop'))
  return fitted(
    { exif: bytesOf('exif'), xmp: bytesOf('xmp'), extension: bytesOf('xmp-extension'), iptc, texts },
    target,
  )
}

/**
 * @param tiff the original
 * @throws as `gatherMetadata`
 */
export async function gatherTiffMetadata(
  tiff: Bytes,
  xmp: Buffer | null,
  target: PayloadFormat,
): Promise<OriginalMetadata> {
  const { main } = await readPhotoDirectories(tiff)
  const records = (await main?.value(tiffTags.iptc)) ?? null
  const iptc = records ?? iptcIn((await main?.value(tiffTags.photoshop)) ?? null)
  return fitted({ exif: null, xmp, iptc }, target)
}

/** Fits it into the copy's format. */
function fitted(
  { exif, xmp, extension = null, iptc, texts = [] }: FoundMetadata,
  target: PayloadFormat,
): OriginalMetadata {
  let packet = removeDangling(withExtension(xmp, extension))
  if (iptc !== null && target !== 'jpeg') packet = added(packet, textsInIptc(iptc))
  packet = added(packet, textsInPng(texts))
  if (target === 'jpeg' && Buffer.byteLength(packet) > maxJpegXmpBytes)
    throw lost('XMP is too long for a JPEG')
  return { exif, xmp: packet, iptc: target === 'jpeg' ? iptc : null }
}

function lost(message: string): ImageError {
  return new ImageError('not-faithful', message)
}

function added(xmp: string, texts: ReturnType<typeof textsInIptc>): string {
  const longer = addTexts(xmp, texts)
  if (longer === null) throw lost('the XMP packet is of an unusual form')
  return longer
}

function iptcIn(resources: Buffer | null): Buffer | null {
  const found = resources && photoshopResources(resources).find(({ id }) => id === photoshopIds.iptc)
  return found && found.value.length > 0 ? found.value : null
}

/** The extension is a packet of its own, whose descriptions belong into the first (XMP part 3, 1.1.3.1). */
function withExtension(packet: Buffer | null, extension: Buffer | null): string {
  const xmp = packet?.toString('utf8').replaceAll('\0', '').trim() ?? ''
  if (extension === null) return xmp
  const text = extension.toString('utf8')
  const inside = /<rdf:RDF[^>]*>([\s\S]*)<\/rdf:RDF>/.exec(text)?.[1]
  const merged = inside === undefined ? null : insertIntoRdf(xmp, inside)
  if (merged === null) throw lost('the extension of XMP is of an unusual form')
  return merged
}
