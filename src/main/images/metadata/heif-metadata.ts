/** The metadata items of a HEIC or AVIF file. */
import type { Span } from '../formats/bytes.ts'
import { type HeifItem, readHeif } from '../formats/heif/heif-items.ts'
import { type MetadataPart, type PhotoParts, plainPart } from './metadata-parts.ts'

/** Pictures, and pictures that are built from others. */
const pictureTypes: ReadonlySet<string> = new Set(
  'hvc1 hev1 av01 avc1 jpeg j2k1 vvc1 grid iovl iden tmap tili unci mski'.split(' '),
)
/** Everything else on the outermost level may be a film, or a maker's own data. */
const bareBoxes: ReadonlySet<string> = new Set(['ftyp', 'meta', 'mdat', 'free', 'skip', 'wide'])

export function heifMetadata(file: Buffer): PhotoParts {
  const heif = readHeif(file)
  if (heif === null) return { parts: [], unread: ['no HEIF file'] }
  const parts: MetadataPart[] = []
  const unread = heif.boxes.filter(({ type }) => !bareBoxes.has(type)).map(({ type }) => `box ${type}`)
  const last = heif.boxes.at(-1)
  if (last && last.whole.offset + last.whole.length < file.length) unread.push('bytes behind the boxes')
  for (const item of heif.items.values()) {
    if (pictureTypes.has(item.type)) continue
    const part = partOf(file, item)
    if (part === null) unread.push(`item ${item.type} ${item.contentType}`)
    else parts.push(part)
  }
  return { parts, unread }
}

function partOf(file: Buffer, { type, contentType, spans }: HeifItem): MetadataPart | null {
  if (spans === null) return null
  if (type === 'mime' && contentType === 'application/rdf+xml') return plainPart('xmp', ...spans)
  if (type !== 'Exif') return null
  const inside = behindHead(file, spans)
  return inside && plainPart('exif', ...inside)
}

/** The first 4 bytes of an Exif item are the distance from there to the TIFF header (ISO/IEC 23008-12, A.2.1). */
function behindHead(file: Buffer, spans: readonly Span[]): Span[] | null {
  const [first, ...others] = spans
  if (first === undefined || first.length < 8) return null
  const skipped = 4 + file.readUInt32BE(first.offset)
  if (skipped >= first.length) return null
  return [{ offset: first.offset + skipped, length: first.length - skipped }, ...others]
}
