/** The metadata of a JPEG: EXIF, XMP with its extension, Photoshop's resources, comments; and of the pictures behind it. */
import type { Span } from '../formats/bytes.ts'
import {
  type JpegFile,
  type JpegParts,
  type JpegSegment,
  jpegMarkers,
  readJpegFile,
  segmentName,
} from '../formats/jpeg-segments.ts'
import { type MetadataPart, type PhotoParts, plainPart } from './metadata-parts.ts'

const exifName = 'Exif\0\0'
export const xmpName = 'http://ns.adobe.com/xap/1.0/\0'
/** Behind this name: the packet's name of 32 hex digits, its whole length, and the offset of this piece (XMP part 3, 1.1.3.1). */
export const xmpExtensionName = 'http://ns.adobe.com/xmp/extension/\0'
const xmpExtensionHeadBytes = xmpExtensionName.length + 40
export const photoshopName = 'Photoshop 3.0\0'
/** Segments without metadata, by marker and the beginning of their names. */
const bareSegments: Readonly<Record<number, readonly string[]>> = {
  [jpegMarkers.app0]: ['JFIF', 'JFXX'],
  [jpegMarkers.app2]: ['ICC_PROFILE', 'MPF', 'urn:iso:std:iso:ts:21496:-1'],
  [jpegMarkers.app14]: ['Adobe'],
}
/** Tables and frames. */
const isCoding = (marker: number) => marker < jpegMarkers.app0
const longestName = 40

/** @param jpeg what `file` was walked through for already */
export function jpegMetadata(file: Buffer, jpeg: JpegFile = readJpegFile(file)): PhotoParts {
  const parts: MetadataPart[] = []
  const unread: string[] = []
  for (const picture of jpeg.pictures) collect(file, picture, parts, unread)
  if (jpeg.end < file.length) unread.push(`${file.length - jpeg.end} bytes behind the picture`)
  return { parts, unread }
}

function collect(file: Buffer, { segments }: JpegParts, parts: MetadataPart[], unread: string[]): void {
  const extensions: Span[] = []
  for (const segment of segments) {
    const { marker, content } = segment
    if (isCoding(marker) || isBare(file, segment)) continue
    const behind = (bytes: number) => ({ offset: content.offset + bytes, length: content.length - bytes })
    const name = segmentName(file, segment, longestName)
    if (marker === jpegMarkers.app1 && name.startsWith(exifName)) parts.push(plainPart('exif', behind(6)))
    else if (marker === jpegMarkers.app1 && name.startsWith(xmpName)) {
      parts.push(plainPart('xmp', behind(xmpName.length)))
    } else if (marker === jpegMarkers.app1 && name.startsWith(xmpExtensionName)) {
      if (content.length > xmpExtensionHeadBytes) extensions.push(behind(xmpExtensionHeadBytes))
    } else if (marker === jpegMarkers.app13 && name.startsWith(photoshopName)) {
      parts.push(plainPart('photoshop', behind(photoshopName.length)))
    } else if (marker === jpegMarkers.comment) parts.push(plainPart('text', content))
    else unread.push(`marker ${marker.toString(16)}`)
  }
  if (extensions.length > 0) parts.push(plainPart('xmp-extension', ...extensions))
}

function isBare(file: Buffer, segment: JpegSegment): boolean {
  const name = segmentName(file, segment, longestName)
  return bareSegments[segment.marker]?.some((known) => name.startsWith(known)) ?? false
}
