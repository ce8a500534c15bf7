/** Where a photo's metadata lie in its bytes: the parts that are read, and what cannot be looked into. Pure. */
import type { Span } from '../formats/bytes.ts'

export type PartKind = 'exif' | 'xmp' | 'xmp-extension' | 'iptc' | 'photoshop' | 'text'

export interface MetadataPart {
  readonly kind: PartKind
  /**
   * Where its bytes are, piece by piece: of EXIF from the byte order mark on, of XMP the packet, of IPTC the records, of
   * text its words. Of unpacked parts: all that must be blanked.
   */
  readonly spans: readonly Span[]
  /**
   * What a part says that is compressed, written in hex digits, or goes as a whole; of text its keyword, a zero byte and
   * the words. Null where the bytes in the file can be changed one by one.
   */
  readonly unpacked: Buffer | null
}

export interface PhotoParts {
  readonly parts: readonly MetadataPart[]
  /** Names of parts of the file that may hold anything: unknown segments, films, what stands behind the picture. */
  readonly unread: readonly string[]
}

/** The bytes of a part. */
export function partBytes(file: Buffer, { spans, unpacked }: MetadataPart): Buffer {
  if (unpacked !== null) return unpacked
  const [first, ...others] = spans.map(({ offset, length }) => file.subarray(offset, offset + length))
  return first === undefined || others.length > 0
    ? Buffer.concat([first ?? Buffer.alloc(0), ...others])
    : first
}

export function plainPart(kind: PartKind, ...spans: readonly Span[]): MetadataPart {
  return { kind, spans, unpacked: null }
}
