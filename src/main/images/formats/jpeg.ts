/** Reads the header of a JPEG: its size, its EXIF block, and whether it is one that viewers can show. Bounded. */
import { type Bytes, bufferBytes, type Span, valueIfMalformed, within } from './bytes.ts'
import type { TiffDirectory } from './tiff/tiff-directory.ts'
import { readDirectories } from './tiff/tiff-reader.ts'

export interface JpegHeader {
  /** Pixels as stored. */
  readonly width: number
  readonly height: number
  /** The TIFF structure of its EXIF block. */
  readonly exif: Span | null
  /** The packet of its XMP, without extensions. */
  readonly xmp: Span | null
  /** Photoshop's resources, which hold IPTC records. */
  readonly photoshop: Span | null
  readonly hasProfile: boolean
}

const startOfImage = 0xffd8
const maxSegments = 200
/** Of a segment, as far as it is read. */
const segmentHeadBytes = 40
/** Baseline, extended and progressive frames. Lossless ones (RAW data in CR2 and DNG) are not shown by viewers. */
const shownFrames = [0xc0, 0xc1, 0xc2]
const otherFrames = [0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]
const startOfScan = 0xda

/** @returns null for what is not a JPEG, or not one that viewers can show */
export async function readJpegHeader(bytes: Bytes): Promise<JpegHeader | null> {
  if (bytes.size < 4 || (await bytes.read(0, 2)).readUInt16BE(0) !== startOfImage) return null
  const found: FoundSegments = { exif: null, xmp: null, photoshop: null, hasProfile: false }
  let offset = 2
  for (let segments = 0; segments < maxSegments && offset + 4 <= bytes.size; segments++) {
    const head = await bytes.read(offset, Math.min(segmentHeadBytes, bytes.size - offset))
    const marker = head[1] ?? 0
    const length = head.readUInt16BE(2)
    if (head[0] !== 0xff || length < 2 || marker === startOfScan || otherFrames.includes(marker)) return null
    if (shownFrames.includes(marker)) return headerOf(head, found)
    noteSegment(found, marker, head.toString('latin1', 4), { offset: offset + 4, length: length - 2 })
    offset += 2 + length
  }
  return null
}

type FoundSegments = { -readonly [Key in 'exif' | 'xmp' | 'photoshop' | 'hasProfile']: JpegHeader[Key] }

/** Names that a segment's content begins with; of each kind the first segment counts. */
const segmentNames = [
  ['exif', 0xe1, 'Exif\0\0'],
  ['xmp', 0xe1, 'http://ns.adobe.com/xap/1.0/\0'],
  ['photoshop', 0xed, 'Photoshop 3.0\0'],
] as const

function noteSegment(found: FoundSegments, marker: number, head: string, { offset, length }: Span): void {
  for (const [kind, ofMarker, name] of segmentNames) {
    if (marker !== ofMarker || found[kind] !== null || !head.startsWith(name)) continue
    found[kind] = { offset: offset + name.length, length: Math.max(0, length - name.length) }
  }
  found.hasProfile ||= marker === 0xe2 && head.startsWith('ICC_PROFILE')
}

/** @param frame the head of a frame segment; only 8 bits per channel are shown */
function headerOf(frame: Buffer, found: FoundSegments): JpegHeader | null {
  if (frame.length < 10 || frame[4] !== 8) return null
  const header = { width: frame.readUInt16BE(7), height: frame.readUInt16BE(5), ...found }
  return header.width > 0 && header.height > 0 ? header : null
}

/** The TIFF structure of a JPEG's EXIF block, if it has one. */
export function exifBytes(jpeg: Bytes, { exif }: JpegHeader): Bytes | null {
  return exif && within(jpeg, exif)
}

/** The directories of a JPEG's EXIF block; none if there is no block, or none that can be read. */
export async function readExifDirectories(jpeg: Bytes, header: JpegHeader): Promise<TiffDirectory[]> {
  const exif = exifBytes(jpeg, header)
  if (exif === null) return []
  const block = bufferBytes(await exif.read(0, exif.size))
  return readDirectories(block).catch(valueIfMalformed([]))
}
