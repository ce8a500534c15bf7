/** Walks through a whole JPEG in memory: the segments before its picture, where the picture ends, and what lies behind it. */
import type { Span } from './bytes.ts'

export interface JpegSegment {
  /** Second byte of the marker, such as 0xe1 for APP1. */
  readonly marker: number
  /** Its content, without marker and length. */
  readonly content: Span
}

export interface JpegParts {
  /** In file order, up to the first scan. */
  readonly segments: readonly JpegSegment[]
  /** Offset behind the end-of-image marker; the size of the file if there is none. */
  readonly end: number
}

/** A whole file: the picture that is shown, and those behind it. */
export interface JpegFile {
  /** In file order; none for what is no JPEG. */
  readonly pictures: readonly JpegPicture[]
  /** Offset of what is no picture; the size of the file if there is nothing. */
  readonly end: number
}

interface JpegPicture extends JpegParts {
  readonly offset: number
}

export const jpegMarkers = {
  app0: 0xe0,
  app1: 0xe1,
  app2: 0xe2,
  app13: 0xed,
  app14: 0xee,
  comment: 0xfe,
} as const

const startOfImage = 0xffd8
const endOfImage = 0xd9
const endOfImageBytes = Buffer.from([0xff, endOfImage])
const startOfScan = 0xda
/** Baseline and extended frames, which have no scans of refinement. */
const sequentialFrames = [0xc0, 0xc1]
const maxSegments = 4_000
/** Previews, gain maps, the second half of a stereo pair; what follows is data that nobody knows. */
const maxPictures = 20

/** Walks through all of it, which takes a large file a millisecond: do it once. */
export function readJpegFile(file: Buffer): JpegFile {
  const pictures: JpegPicture[] = []
  let at = 0
  while (pictures.length < maxPictures) {
    const parts = readJpegParts(file, at)
    if (parts === null) break
    pictures.push({ ...parts, offset: at })
    at = skipPadding(file, parts.end)
  }
  return { pictures, end: at }
}

/**
 * @param offset where the JPEG starts in `file`
 * @returns null if it does not start there, or its segments are not built as ITU-T T.81, annex B, says
 */
export function readJpegParts(file: Buffer, offset = 0): JpegParts | null {
  if (offset + 4 > file.length || file.readUInt16BE(offset) !== startOfImage) return null
  const segments: JpegSegment[] = []
  let at = offset + 2
  while (segments.length < maxSegments) {
    while (file[at] === 0xff && file[at + 1] === 0xff) at++
    if (file[at] !== 0xff || at + 4 > file.length) return null
    const marker = file[at + 1] ?? 0
    const length = file.readUInt16BE(at + 2)
    if (length < 2 || at + 2 + length > file.length) return null
    if (marker === startOfScan) {
      const scan = { marker, content: { offset: at + 4, length: length - 2 } }
      return { segments, end: endOfPicture(file, at + 2 + length, hasOneScan(file, segments, scan)) }
    }
    segments.push({ marker, content: { offset: at + 4, length: length - 2 } })
    at += 2 + length
  }
  return null
}

/** Whether the first scan holds all channels of a sequential picture: no tables follow it, which might look like its end. */
function hasOneScan(file: Buffer, segments: readonly JpegSegment[], scan: JpegSegment): boolean {
  const frame = segments.find(({ marker }) => sequentialFrames.includes(marker))
  // Of a frame: precision, height, width, and then the number of channels, which is the first byte of a scan.
  return frame !== undefined && file[frame.content.offset + 5] === file[scan.content.offset]
}

/** Scans are full of 0xff; those that a zero or a restart marker follows mean nothing here. */
function endOfPicture(file: Buffer, start: number, isOneScan: boolean): number {
  if (isOneScan) {
    const found = file.indexOf(endOfImageBytes, start)
    return found < 0 ? file.length : found + endOfImageBytes.length
  }
  for (let at = file.indexOf(0xff, start); at >= 0 && at + 1 < file.length; at = file.indexOf(0xff, at)) {
    const marker = file[at + 1] ?? 0
    if (marker === endOfImage) return at + 2
    const isData = marker === 0 || (marker >= 0xd0 && marker <= 0xd7)
    if (isData || marker === 0xff) at += isData ? 2 : 1
    // The tables and scans of progressive pictures.
    else at += at + 4 <= file.length ? 2 + Math.max(2, file.readUInt16BE(at + 2)) : 2
  }
  return file.length
}

/** The segment's content as text, up to `length` bytes. */
export function segmentName(file: Buffer, { content }: JpegSegment, length: number): string {
  return file.toString('latin1', content.offset, content.offset + Math.min(length, content.length))
}

/** Between pictures some cameras align with zeros. */
function skipPadding(file: Buffer, offset: number): number {
  let at = offset
  while (at < file.length && file[at] === 0) at++
  return at
}
