import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { ExifTool } from 'exiftool-vendored'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { pngChunk } from '../../../../src/main/images/formats/png.ts'
import { payloadFormats } from '../../../../src/shared/presets.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { aJob, sharedPool, unstopped } from '../image-pools.ts'
import { noise } from '../photos.ts'
import { segment, withSegments, xmpSegment } from '../place/placed-photos.ts'
import { withChunks } from '../png-builder.ts'
import { withExif } from '../raw-files.ts'
import { Blob, tiff } from '../tiff-builder.ts'

const exiftool = new ExifTool()
afterAll(() => exiftool.end())
const [width, height] = [120, 80]
const picture = () => sharp(noise(width, height), { raw: { width, height, channels: 3 } })
const latin = (text: string) => Buffer.from(text, 'latin1')

async function copied(bytes: Buffer, sourceFormat: 'jpeg' | 'png', format: (typeof payloadFormats)[number]) {
  const path = join(temporaryFolder(), 'photo')
  writeFileSync(path, bytes)
  const result = await sharedPool.convert(aJob(path, { sourceFormat, format, longEdge: 100 }), unstopped)
  expect(result).toMatchObject({ kind: 'made' })
  const readArgs = ['-G1', '-a', '-u']
  const tags = (await exiftool.readRaw(`${path}.copy`, { readArgs })) as Record<string, unknown>
  return { tags, path: `${path}.copy` }
}

/** A maker note that counts from the start of the block: Sony's, with one directory of one field whose value is outside. */
async function cameraBlock() {
  const thumbnail = await picture().resize(60, 40).jpeg().toBuffer()
  return tiff({
    fields: [
      [0x0100, 3, [width]],
      [0x0101, 3, [height]],
      [0x010f, 2, 'Ferry'],
      [0x0112, 3, [6]],
      [0x011a, 5, [300, 1]],
      [0x011b, 5, [300, 1]],
      [0x0128, 3, [2]],
      [0x4746, 3, [4]],
      [0x4749, 3, [75]],
      [0x9c9b, 7, Buffer.from('Harbour\0', 'utf16le')],
      [
        0x8769,
        4,
        {
          fields: [
            [0x9003, 2, '2024:05:01 10:11:12'],
            [0xa002, 3, [width]],
            [0xa003, 3, [height]],
            [0x927c, 7, latin('Ferry\0private notes')],
          ],
        },
      ],
    ],
    next: {
      fields: [
        [0x0201, 4, new Blob(thumbnail)],
        [0x0202, 4, [thumbnail.length]],
      ],
    },
  })
}

describe.each(payloadFormats)('a copy as %s', (format) => {
  it('keeps every field of the camera, upright, in its own size, without the old thumbnail', async () => {
    const { tags } = await copied(
      withExif(await picture().jpeg({ quality: 95 }).toBuffer(), await cameraBlock()),
      'jpeg',
      format,
    )
    expect(tags).toMatchObject({
      'IFD0:Rating': 4,
      'IFD0:RatingPercent': 75,
      'IFD0:XPTitle': 'Harbour',
      'IFD0:Orientation': 'Horizontal (normal)',
      'IFD0:XResolution': 300,
      'ExifIFD:ExifImageWidth': 67,
      'ExifIFD:ExifImageHeight': 100,
      'ExifIFD:DateTimeOriginal': '2024:05:01 10:11:12',
    })
    expect(Object.keys(tags).filter((tag) => /Thumbnail|IFD1/.test(tag))).toEqual([])
  })

  it.runIf(format === 'jpeg' || format === 'png')('keeps the resolution of a PNG', async () => {
    const perMetre = Buffer.alloc(9)
    perMetre.writeUInt32BE(11_811, 0)
    perMetre.writeUInt32BE(11_811, 4)
    perMetre.writeUInt8(1, 8)
    const png = withChunks(await picture().png().toBuffer(), [pngChunk('pHYs', perMetre)])
    const { tags } = await copied(png, 'png', format)
    const perInch = Math.round(Number(tags['IFD0:XResolution']))
    expect(format === 'jpeg' ? perInch : tags['PNG-pHYs:PixelsPerUnitX']).toBe(
      format === 'jpeg' ? 300 : 11_811,
    )
  })

  it.each(['before', 'behind'])('keeps the EXIF of a PNG %s its picture', async (place) => {
    const block = tiff({
      fields: [
        [0x010f, 2, 'Ferry'],
        [0x8769, 4, { fields: [[0x9003, 2, '2024:05:01 10:11:12']] }],
      ],
    })
    const chunk = [pngChunk('eXIf', block)]
    const png = await picture().png().toBuffer()
    const { tags } = await copied(
      place === 'before' ? withChunks(png, chunk) : withChunks(png, [], chunk),
      'png',
      format,
    )
    expect(tags).toMatchObject({ 'IFD0:Make': 'Ferry', 'ExifIFD:DateTimeOriginal': '2024:05:01 10:11:12' })
  })

  it('keeps the EXIF that ImageMagick hides in a text, and the texts of a PNG', async () => {
    const block = tiff({
      fields: [
        [0x010f, 2, 'Ferry'],
        [0x8769, 4, { fields: [[0x9003, 2, '2024:05:01 10:11:12']] }],
      ],
    })
    const bytes = Buffer.concat([latin('Exif\0\0'), block])
    const text = latin(`\nexif\n${String(bytes.length).padStart(8)}\n${bytes.toString('hex')}\n`)
    const png = withChunks(await picture().png().toBuffer(), [
      pngChunk('zTXt', latin('Raw profile type exif\0\0'), deflateSync(text)),
      pngChunk('tEXt', latin('Title\0The ferry')),
      pngChunk('tEXt', latin('Description\0At dawn')),
      pngChunk('tEXt', latin('Copyright\0\xa9 Anna')),
      pngChunk('iTXt', latin('Author\0\0\0\0\0'), Buffer.from('Núñez & Söhne')),
    ])
    const { tags } = await copied(png, 'png', format)
    expect(tags).toMatchObject({
      'IFD0:Make': 'Ferry',
      'XMP-dc:Title': 'The ferry',
      'XMP-dc:Description': 'At dawn',
      'XMP-dc:Rights': '© Anna',
      'XMP-dc:Creator': 'Núñez & Söhne',
    })
  })

  it('keeps the identifier by which the clip of a Live Photo belongs to it', async () => {
    const identifier = '01234567-89AB-CDEF-0123-456789ABCDEF'
    const entry = Buffer.alloc(32)
    entry.write('Apple iOS\0\0\x01MM', 'latin1')
    entry.writeUInt16BE(1, 14)
    entry.writeUInt16BE(0x0011, 16)
    entry.writeUInt16BE(2, 18)
    entry.writeUInt32BE(identifier.length + 1, 20)
    entry.writeUInt32BE(entry.length, 24)
    const notes = Buffer.concat([entry, latin(`${identifier}\0`)])
    const block = tiff({
      fields: [
        [0x010f, 2, 'Apple'],
        [0x8769, 4, { fields: [[0x927c, 7, notes]] }],
      ],
    })
    const jpeg = withExif(await picture().jpeg({ quality: 95 }).toBuffer(), block)
    const { tags } = await copied(jpeg, 'jpeg', format)
    expect(tags).toMatchObject({ 'Apple:ContentIdentifier': identifier })
  })

  it('keeps captions of IPTC, in their own place or in XMP', async () => {
    const field = (dataset: number, value: string) =>
      Buffer.concat([Buffer.from([0x1c, 2, dataset, 0, value.length]), latin(value)])
    const records = Buffer.concat([
      field(120, 'The ferry at dawn'),
      field(25, 'ferry'),
      field(25, 'dawn'),
      field(55, '20240501'),
      field(60, '101112+0200'),
      field(85, 'Staff'),
      field(90, 'London'),
      field(92, 'Harbour'),
      field(100, 'GBR'),
      field(122, 'Bob'),
    ])
    const size = Buffer.alloc(4)
    size.writeUInt32BE(records.length)
    const resources = Buffer.concat([
      latin('Photoshop 3.0\x008BIM\x04\x04\0\0'),
      size,
      records,
      Buffer.alloc(records.length % 2),
    ])
    const { tags } = await copied(
      withSegments(await picture().jpeg({ quality: 95 }).toBuffer(), segment(0xed, resources)),
      'jpeg',
      format,
    )
    const expected =
      format === 'jpeg'
        ? {
            'IPTC:Caption-Abstract': 'The ferry at dawn',
            'IPTC:Keywords': ['ferry', 'dawn'],
            'IPTC:DateCreated': '2024:05:01',
            'IPTC:TimeCreated': '10:11:12+02:00',
            'IPTC:City': 'London',
            'IPTC:Writer-Editor': 'Bob',
          }
        : {
            'XMP-dc:Description': 'The ferry at dawn',
            'XMP-dc:Subject': ['ferry', 'dawn'],
            'XMP-photoshop:DateCreated': '2024:05:01 10:11:12+02:00',
            'XMP-photoshop:AuthorsPosition': 'Staff',
            'XMP-photoshop:City': 'London',
            'XMP-iptcCore:Location': 'Harbour',
            'XMP-iptcCore:CountryCode': 'GBR',
            'XMP-photoshop:CaptionWriter': 'Bob',
          }
    expect(tags).toMatchObject(expected)
  })

  it('keeps the extension of XMP as a part of the packet, and points at none', async () => {
    const rdf = (inside: string) =>
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${inside}</rdf:RDF></x:xmpmeta>`
    const name = 'A'.repeat(32)
    const packet = Buffer.from(
      rdf(
        '<rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"><photoshop:Headline>Dawn</photoshop:Headline></rdf:Description>',
      ),
    )
    const head = Buffer.alloc(8)
    head.writeUInt32BE(packet.length)
    const main = rdf(
      `<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmp:Label="Red" xmpNote:HasExtendedXMP="${name}"/>`,
    )
    const jpeg = withSegments(
      await picture().jpeg({ quality: 95 }).toBuffer(),
      xmpSegment(main),
      segment(0xe1, latin(`http://ns.adobe.com/xmp/extension/\0${name}`), head, packet),
    )
    const { tags } = await copied(jpeg, 'jpeg', format)
    expect(tags).toMatchObject({ 'XMP-xmp:Label': 'Red', 'XMP-photoshop:Headline': 'Dawn' })
    expect(Object.keys(tags).filter((tag) => /HasExtended/.test(tag))).toEqual([])
  })
})
