/** Small photos of every format that tell their place in every way that cameras, drones, phones and programs know. */

import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { pngChunk } from '../../../../src/main/images/formats/png.ts'
import { box } from '../../../heic/boxes.ts'
import { heic } from '../../../heic/heics.ts'
import { pixels, writePhoto } from '../photos.ts'
import { withChunks } from '../png-builder.ts'
import { withExif } from '../raw-files.ts'
import { Blob, type Ifd, tiff } from '../tiff-builder.ts'

/** File name -> bytes. `cleanable`: what is sent of it under a preset without places can be freed of every place. */
export interface PlacedPhoto {
  readonly name: string
  readonly bytes: Buffer
  readonly cleanable: boolean
}

const gps: Ifd = {
  fields: [
    [0x0001, 2, 'N'],
    [0x0002, 5, [51, 1, 30, 1, 0, 1]],
    [0x0003, 2, 'W'],
    [0x0004, 5, [0, 1, 7, 1, 30, 1]],
    [0x0006, 5, [120, 1]],
  ],
}
const exifBlock = tiff({
  fields: [
    [0x010e, 2, 'Found at 51.50000, -0.12500 in the morning'],
    [0x010f, 2, 'Ferry'],
    [0x8769, 4, { fields: [[0x9003, 2, '2024:05:01 10:11:12']] }],
    [0x8825, 4, gps],
  ],
  next: {
    fields: [
      [0x010f, 2, 'Ferry'],
      [0x8825, 4, gps],
    ],
  },
})
const rdf = (inside: string) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${inside}</rdf:RDF></x:xmpmeta>`
const drone = rdf(`<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 xmp:Rating="5" drone-dji:GpsLatitude="+51.5000" drone-dji:GpsLongtitude="-0.1250" drone-dji:RelativeAltitude="+30.00"
 drone-dji:LRFTargetLat="51.501" exif:GPSLatitude="51,30.0N"><exif:GPSLongitude>0,7.5W</exif:GPSLongitude>
<dc:subject><rdf:Bag><rdf:li>ferry</rdf:li><rdf:li>geo:lat=51.5</rdf:li></rdf:Bag></dc:subject>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">The ferry</rdf:li></rdf:Alt></dc:title>
<Iptc4xmpExt:LocationCreated><rdf:Bag><rdf:li rdf:parseType="Resource"><Iptc4xmpExt:City>London</Iptc4xmpExt:City>
<exif:GPSLatitude>51,30.0N</exif:GPSLatitude></rdf:li></rdf:Bag></Iptc4xmpExt:LocationCreated></rdf:Description>`)

const short = (value: number) => Buffer.from([value >> 8, value & 255])
export function segment(marker: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.from([0xff, marker]), short(body.length + 2), body])
}
const latin = (text: string) => Buffer.from(text, 'latin1')
export const xmpSegment = (xmp: string) =>
  segment(0xe1, latin('http://ns.adobe.com/xap/1.0/\0'), Buffer.from(xmp))

function iptc(dataset: number, value: string): Buffer {
  return Buffer.concat([Buffer.from([0x1c, 2, dataset]), short(value.length), latin(value)])
}
function resource(id: number, value: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(value.length)
  const pad = Buffer.alloc(value.length % 2)
  return Buffer.concat([latin('8BIM'), short(id), Buffer.alloc(2), size, value, pad])
}
const records = Buffer.concat([iptc(120, 'At 51.50000, -0.12500'), iptc(90, 'London')])

/** Puts segments behind the start of a JPEG. */
export function withSegments(jpeg: Buffer, ...segments: readonly Buffer[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)])
}

/** An extension of XMP in two pieces, as photo programs write what does not fit into one segment. */
function extended(jpeg: Buffer): Buffer {
  const packet = Buffer.from(
    rdf(`<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/"><exif:GPSLatitude>51,30.0N</exif:GPSLatitude>
<exif:GPSLongitude>0,7.5W</exif:GPSLongitude></rdf:Description>`),
  )
  const name = '0123456789ABCDEF0123456789ABCDEF'
  const piece = (from: number, to: number) => {
    const head = Buffer.alloc(8)
    head.writeUInt32BE(packet.length)
    head.writeUInt32BE(from, 4)
    const body = [latin(`http://ns.adobe.com/xmp/extension/\0${name}`), head, packet.subarray(from, to)]
    return segment(0xe1, ...body)
  }
  const main = rdf(
    `<rdf:Description rdf:about="" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="${name}"/>`,
  )
  return withSegments(jpeg, xmpSegment(main), piece(0, 150), piece(150, packet.length))
}

/** A film of no pictures that tells where it was taken, as phones hang it behind a photo. */
export function placedFilm(): Buffer {
  const place = Buffer.concat([short(18), short(0x15c7), latin('+51.5000-000.1250/')])
  const header = Buffer.alloc(100)
  header.writeUInt32BE(1000, 12)
  header.writeUInt32BE(0x00010000, 20)
  return Buffer.concat([
    box('ftyp', latin('mp42\0\0\0\0isommp42')),
    box('moov', Buffer.concat([box('mvhd', header), box('udta', box('\xa9xyz', place))])),
    box('mdat', Buffer.alloc(64)),
  ])
}

async function jpegs(bare: Buffer): Promise<PlacedPhoto[]> {
  const inResources = Buffer.concat([
    resource(0x0404, records),
    resource(0x0422, exifBlock),
    resource(0x0424, Buffer.from(drone)),
  ])
  const placed = withExif(bare, exifBlock)
  const one = (name: string, bytes: Buffer, cleanable = true) => ({ name: `${name}.jpg`, bytes, cleanable })
  return [
    one('exif', placed),
    one('drone', withSegments(bare, xmpSegment(drone))),
    one('extended-xmp', extended(bare)),
    one('photoshop', withSegments(bare, segment(0xed, latin('Photoshop 3.0\0'), inResources))),
    one('comment', withSegments(bare, segment(0xfe, latin('GPS: 51.50000, -0.12500')))),
    one('two-pictures', Buffer.concat([placed, Buffer.alloc(6), placed])),
    one('motion', Buffer.concat([placed, placedFilm()]), false),
    one('maker-segment', withSegments(placed, segment(0xe6, latin('Maker\0GPSLatitude=51.5'))), false),
  ]
}

async function pngs(bare: Buffer): Promise<PlacedPhoto[]> {
  const xmpKey = 'XML:com.adobe.xmp'
  const hex = (bytes: Buffer) => bytes.toString('hex').replace(/(.{72})/g, '$1\n')
  const profile = (name: string, bytes: Buffer) =>
    latin(`\n${name}\n${String(bytes.length).padStart(8)}\n${hex(bytes)}\n`)
  const rawExif = Buffer.concat([latin('Exif\0\0'), exifBlock])
  const one = (name: string, bytes: Buffer) => ({ name: `${name}.png`, bytes, cleanable: true })
  return [
    one('exif-before', withChunks(bare, [pngChunk('eXIf', exifBlock)])),
    one('exif-behind', withChunks(bare, [], [pngChunk('eXIf', exifBlock)])),
    one('xmp', withChunks(bare, [pngChunk('iTXt', latin(`${xmpKey}\0\0\0\0\0`), Buffer.from(drone))])),
    one(
      'packed-xmp',
      withChunks(bare, [pngChunk('iTXt', latin(`${xmpKey}\0\x01\0\0\0`), deflateSync(drone))]),
    ),
    one(
      'profile',
      withChunks(bare, [
        pngChunk('zTXt', latin('Raw profile type exif\0\0'), deflateSync(profile('exif', rawExif))),
      ]),
    ),
    one(
      'plain-profile',
      withChunks(
        bare,
        [],
        [pngChunk('tEXt', latin('Raw profile type APP1\0'), profile('generic profile', rawExif))],
      ),
    ),
    one(
      'texts',
      withChunks(bare, [
        pngChunk('tEXt', latin('exif:GPSLatitude\x0051/1, 30/1, 0/1')),
        pngChunk('tEXt', latin('Comment\x00lat=51.5 lon=-0.125')),
      ]),
    ),
  ]
}

/** @param folder for drafts; absolute */
export async function placedPhotos(folder: string): Promise<PlacedPhoto[]> {
  const picture = sharp(pixels(90, 60), { raw: { width: 90, height: 60, channels: 3 } })
  const others: PlacedPhoto[] = []
  for (const format of ['jpeg', 'png', 'webp', 'tiff', 'avif'] as const) {
    const path = await writePhoto(folder, `plain.${format}`, { width: 90, height: 60, format })
    others.push({ name: basename(path), bytes: readFileSync(path), cleanable: true })
  }
  const geo: Ifd = {
    fields: [
      [0x0100, 3, [2]],
      [0x0101, 3, [2]],
      [0x0102, 3, [8]],
      [0x0103, 3, [1]],
      [0x0106, 3, [1]],
      [0x0111, 4, new Blob(Buffer.from([0, 80, 160, 240]))],
      [0x0115, 3, [1]],
      [0x0116, 3, [2]],
      [0x0117, 4, [4]],
      [0x02bc, 7, Buffer.from(drone)],
      [0x83bb, 7, records],
      [0x8482, 5, [0, 1, 0, 1, 0, 1, 515, 10, 1, 8, 0, 1]],
      [0x8825, 4, gps],
    ],
  }
  return [
    ...(await jpegs(await picture.clone().jpeg().toBuffer())),
    ...(await pngs(await picture.clone().png().toBuffer())),
    ...others,
    { name: 'aerial.tif', bytes: tiff(geo), cleanable: true },
    { name: 'phone.heic', bytes: heic('photo'), cleanable: true },
    { name: 'film.mov', bytes: placedFilm(), cleanable: false },
    { name: 'picture.gif', bytes: await picture.clone().gif().toBuffer(), cleanable: false },
  ]
}
