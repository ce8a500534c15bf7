/** Photos that hold more than their still picture: motion, sound, further pictures, maps. Built from their specifications. */
import sharp from 'sharp'
import { pngChunk } from '../../../src/main/images/formats/png.ts'
import type { PhotoFormat } from '../../../src/shared/presets.ts'
import { asAuxiliary, box } from '../../heic/boxes.ts'
import { heic } from '../../heic/heics.ts'
import { noise } from './photos.ts'
import { placedFilm, segment, withSegments, xmpSegment } from './place/placed-photos.ts'
import { withChunks } from './png-builder.ts'
import { type LaidField, tiff } from './tiff-builder.ts'

const [width, height] = [120, 80]
const picture = () => sharp(noise(width, height), { raw: { width, height, channels: 3 } })
const rdf = (namespaces: string, attributes: string, inside = '') =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" ${namespaces} xmp:Rating="4" ${attributes}>${inside}</rdf:Description></rdf:RDF></x:xmpmeta>`
const googleXmp = rdf(
  'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" xmlns:Container="http://ns.google.com/photos/1.0/container/" xmlns:Item="http://ns.google.com/photos/1.0/container/item/"',
  'GCamera:MotionPhoto="1" GCamera:MotionPhotoVersion="1" GCamera:MicroVideoOffset="12345"',
  '<Container:Directory><rdf:Seq><rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="image/jpeg" Item:Semantic="Primary"/></rdf:li></rdf:Seq></Container:Directory>',
)
const depthXmp = rdf(
  'xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/"',
  `GDepth:Format="RangeInverse" GDepth:Data="${'A'.repeat(500)}"`,
)

/** Of the Multi-Picture Format (CIPA DC-007): the types of its pictures. */
function multiPicture(...types: readonly number[]): Buffer {
  const entries = Buffer.alloc(16 * types.length)
  for (const [nth, type] of types.entries()) entries.writeUInt32LE(type, nth * 16)
  const fields: LaidField[] = [
    [0xb001, 4, [types.length]],
    [0xb002, 7, entries],
  ]
  return segment(0xe2, Buffer.from('MPF\0', 'latin1'), tiff({ fields }))
}

async function samsungTrailer(): Promise<Buffer> {
  return Buffer.concat([
    Buffer.from('\0\0\x30\x0aMotionPhoto_Data', 'latin1'),
    placedFilm(),
    Buffer.from('SEFT', 'latin1'),
  ])
}

export interface Kind {
  readonly format: PhotoFormat
  readonly bytes: () => Promise<Buffer>
  /** With `keep-motion`: what the copy lacks, or why there is none. */
  readonly byDefault: readonly string[] | 'has-extras' | 'several-images'
  /** With `leave-out`. */
  readonly leftOut: readonly string[] | 'several-images'
}

const jpeg = () => picture().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()
const animation = async (format: 'webp' | 'gif') =>
  sharp(
    await sharp(Buffer.concat([noise(60, 40, 1), noise(60, 40, 2)]), {
      raw: { width: 60, height: 80, channels: 3, pageHeight: 40 },
    })
      .toFormat(format)
      .toBuffer(),
    { animated: true },
  )
    .toFormat(format)
    .toBuffer()

/** The second picture of the file becomes a part of the first. */
const auxiliary = (kind: string) => asAuxiliary(heic('two-pictures'), 6, 1, kind)

export const moreThanAStill: Readonly<Record<string, Kind>> = {
  'a motion photo as Google writes it': {
    format: 'jpeg',
    bytes: async () => Buffer.concat([withSegments(await jpeg(), xmpSegment(googleXmp)), placedFilm()]),
    byDefault: 'has-extras',
    leftOut: ['motion'],
  },
  'a motion photo as Samsung writes it': {
    format: 'jpeg',
    bytes: async () => Buffer.concat([await jpeg(), await samsungTrailer()]),
    byDefault: 'has-extras',
    leftOut: ['motion'],
  },
  'a motion photo in HEIC': {
    format: 'heic',
    bytes: async () => Buffer.concat([heic('photo'), box('mpvd', placedFilm())]),
    byDefault: 'has-extras',
    leftOut: ['motion'],
  },
  'a stereo pair (MPO named JPEG)': {
    format: 'jpeg',
    bytes: async () =>
      Buffer.concat([withSegments(await jpeg(), multiPicture(0x020002, 0x020002)), await jpeg()]),
    byDefault: 'has-extras',
    leftOut: ['pictures'],
  },
  'a JPEG with a large preview': {
    format: 'jpeg',
    bytes: async () =>
      Buffer.concat([withSegments(await jpeg(), multiPicture(0x030000, 0x010002)), await jpeg()]),
    byDefault: [],
    leftOut: [],
  },
  'a JPEG with a depth map in its XMP': {
    format: 'jpeg',
    bytes: async () => withSegments(await jpeg(), xmpSegment(depthXmp)),
    byDefault: ['depth'],
    leftOut: ['depth'],
  },
  'a JPEG with data behind it that nobody knows': {
    format: 'jpeg',
    bytes: async () => Buffer.concat([await jpeg(), Buffer.alloc(10_000, 0x5a)]),
    byDefault: 'has-extras',
    leftOut: ['other-data'],
  },
  'an animated PNG': {
    format: 'png',
    bytes: async () =>
      withChunks(await picture().png().toBuffer(), [pngChunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]))]),
    byDefault: 'several-images',
    leftOut: 'several-images',
  },
  'an animated WebP': {
    format: 'webp',
    bytes: () => animation('webp'),
    byDefault: 'several-images',
    leftOut: 'several-images',
  },
  'a HEIC with a gain map': {
    format: 'heic',
    bytes: async () => auxiliary('urn:com:apple:photo:2020:aux:hdrgainmap'),
    byDefault: ['gain-map'],
    leftOut: ['gain-map'],
  },
  'a HEIC with a depth map': {
    format: 'heic',
    bytes: async () => auxiliary('urn:mpeg:hevc:2015:auxid:2'),
    byDefault: ['depth'],
    leftOut: ['depth'],
  },
  'a HEIC of two pictures': {
    format: 'heic',
    bytes: async () => heic('two-pictures'),
    byDefault: 'several-images',
    leftOut: 'several-images',
  },
}
