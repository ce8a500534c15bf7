/** Carries the gain map of an Ultra HDR JPEG over to its copy, resized with the picture (ISO 21496-1, Ultra HDR 1.1, CIPA DC-007). */
import sharp from 'sharp'
import { turnUpright } from '../formats/exif/orientation.ts'
import {
  type JpegFile,
  type JpegSegment,
  jpegMarkers,
  readJpegParts,
  segmentName,
} from '../formats/jpeg-segments.ts'
import { xmpName } from '../metadata/jpeg-metadata.ts'
import { insertIntoRdf } from '../metadata/xmp-text.ts'

const isoName = 'urn:iso:std:iso:ts:21496:-1\0'
const hdrNamespace = 'http://ns.adobe.com/hdr-gain-map/1.0/'
const [startOfImageBytes, segmentHeadBytes] = [2, 4]

/** A gain map on its own, with what says how to apply it. */
export interface GainMap {
  /** A whole JPEG. */
  readonly jpeg: Buffer
  /** Segments of the picture itself that announce it, ready to be written. */
  readonly announcements: readonly Buffer[]
}

/**
 * @param file which `jpeg` describes
 * @returns null if it has no gain map of the standard or of Adobe, or holds further pictures or data besides
 */
export function readGainMap(file: Buffer, { pictures, end }: JpegFile): GainMap | null {
  const [primary, second, ...others] = pictures
  if (primary === undefined || second === undefined || others.length > 0 || end < file.length) return null
  if (instructionsIn(file, second.segments).length === 0) return null
  const announcements = primary.segments.filter((segment) => isNamed(file, segment, isoName))
  return {
    jpeg: file.subarray(second.offset, second.end),
    announcements: announcements.map((segment) => wholeSegment(file, segment)),
  }
}

/** The segments of a gain map that say how to apply it: XMP with Adobe's properties, or those of ISO 21496-1. */
function instructionsIn(file: Buffer, segments: readonly JpegSegment[]): Buffer[] {
  const found = segments.filter((segment) => {
    if (isNamed(file, segment, isoName)) return true
    const { offset, length } = segment.content
    return isNamed(file, segment, xmpName) && file.subarray(offset, offset + length).includes(hdrNamespace)
  })
  return found.map((segment) => wholeSegment(file, segment))
}

function isNamed(file: Buffer, segment: JpegSegment, name: string): boolean {
  const isApplication = segment.marker === jpegMarkers.app1 || segment.marker === jpegMarkers.app2
  return isApplication && segmentName(file, segment, name.length) === name
}

function wholeSegment(file: Buffer, { content }: JpegSegment): Buffer {
  return file.subarray(content.offset - segmentHeadBytes, content.offset + content.length)
}

interface CopySize {
  readonly width: number
  readonly height: number
  /** Pixels of the original's longer edge. */
  readonly originalEdge: number
  /** 1 to 8: how the original's picture, and so its gain map, must be turned. */
  readonly orientation: number
}

/** The gain map for a copy: upright and as much smaller as the copy is. */
export async function resizeGainMap(map: GainMap, size: CopySize): Promise<GainMap> {
  const parts = readJpegParts(map.jpeg)
  const instructions = parts === null ? [] : instructionsIn(map.jpeg, parts.segments)
  const { width: mapWidth, height: mapHeight } = await sharp(map.jpeg).metadata()
  const scale = Math.max(size.width, size.height) / size.originalEdge
  const turned = turnUpright(sharp(map.jpeg, { failOn: 'warning' }), size.orientation)
  const edge = Math.max(1, Math.round(Math.max(mapWidth, mapHeight) * scale))
  const [width, height] = size.width >= size.height ? [edge, null] : [null, edge]
  const upright = await turned.png({ compressionLevel: 0 }).toBuffer()
  const resized = sharp(upright).resize(width, height, { kernel: 'linear', withoutEnlargement: true })
  const bare = await resized.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer()
  const jpeg = Buffer.concat([
    bare.subarray(0, startOfImageBytes),
    ...instructions,
    bare.subarray(startOfImageBytes),
  ])
  return { jpeg, announcements: map.announcements }
}

/**
 * XMP that says that a gain map follows (Ultra HDR 1.1, "XMP attributes"), for readers that know no Multi-Picture Format.
 * @returns null if the packet has no place for it
 */
export function announceGainMap(xmp: string, { jpeg }: GainMap): string | null {
  const item = (semantic: string, length: string) =>
    `<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="${semantic}" Item:Mime="image/jpeg"${length}/></rdf:li>`
  const items = item('Primary', '') + item('GainMap', ` Item:Length="${jpeg.length}"`)
  const namespaces = `xmlns:hdrgm="${hdrNamespace}" xmlns:Container="http://ns.google.com/photos/1.0/container/" xmlns:Item="http://ns.google.com/photos/1.0/container/item/"`
  return insertIntoRdf(
    xmp,
    `<rdf:Description rdf:about="" ${namespaces} hdrgm:Version="1.0"><Container:Directory><rdf:Seq>${items}</rdf:Seq></Container:Directory></rdf:Description>`,
  )
}

/** Types of pictures in a Multi-Picture index: the primary one, and one of no other kind that it knows. */
const [primaryType, undefinedType] = [0x030000, 0]
const entryBytes = 16

/** @param copy a JPEG, whose XMP announces the map. @returns both, with the index that leads from one to the other */
export function appendGainMap(copy: Buffer, { jpeg, announcements }: GainMap): Buffer {
  const parts = readJpegParts(copy)
  const before = parts?.segments
    .filter(({ marker }) => marker >= jpegMarkers.app0 && marker <= jpegMarkers.app13)
    .at(-1)
  const at = before ? before.content.offset + before.content.length : startOfImageBytes
  const headSize = announcements.reduce((sum, one) => sum + one.length, 0)
  const indexStart = at + headSize + segmentHeadBytes + 4
  const size = copy.length + headSize + indexSegment(0, 0, 0).length
  const index = indexSegment(size, jpeg.length, size - indexStart)
  return Buffer.concat([copy.subarray(0, at), ...announcements, index, copy.subarray(at), jpeg])
}

/** APP2 with the index of two pictures (CIPA DC-007, 5.2): version, number, and for each its type, size and offset. */
function indexSegment(primaryBytes: number, mapBytes: number, mapOffset: number): Buffer {
  const fields = 3
  const directory = 8
  const entries = directory + 2 + fields * 12 + 4
  const index = Buffer.alloc(entries + 2 * entryBytes)
  index.write('MM\0*', 'latin1')
  index.writeUInt32BE(directory, 4)
  index.writeUInt16BE(fields, directory)
  const field = (nth: number, tag: number, type: number, count: number, value: number) => {
    const start = directory + 2 + nth * 12
    index.writeUInt16BE(tag, start)
    index.writeUInt16BE(type, start + 2)
    index.writeUInt32BE(count, start + 4)
    index.writeUInt32BE(value, start + 8)
  }
  field(0, 0xb000, 7, 4, Buffer.from('0100', 'latin1').readUInt32BE())
  field(1, 0xb001, 4, 1, 2)
  field(2, 0xb002, 7, 2 * entryBytes, entries)
  index.writeUInt32BE(primaryType, entries)
  index.writeUInt32BE(primaryBytes, entries + 4)
  index.writeUInt32BE(undefinedType, entries + entryBytes)
  index.writeUInt32BE(mapBytes, entries + entryBytes + 4)
  index.writeUInt32BE(mapOffset, entries + entryBytes + 8)
  const head = Buffer.from([0xff, jpegMarkers.app2, 0, 0])
  const body = Buffer.concat([Buffer.from('MPF\0', 'latin1'), index])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([head, body])
}
