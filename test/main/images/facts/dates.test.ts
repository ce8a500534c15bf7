/** When a photo was taken, where its EXIF does not say so. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { xmpTime } from '../../../../src/main/images/facts/taken-at.ts'
import { asPhotoshopResource } from '../../../../src/main/images/metadata/iptc.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { segment, withSegments, xmpSegment } from '../place/placed-photos.ts'
import { shared, sourceOf } from '../thumbnails/a-thumbnail.ts'
import { type Field, tiff } from '../tiff-builder.ts'

const rdf = (inside: string) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
  xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" ${inside}</rdf:Description></rdf:RDF></x:xmpmeta>`
const attribute = (name: string, value: string) => rdf(`${name}="${value}">`)
const element = (name: string, value: string) => rdf(`>\n<${name}>${value}</${name}>`)

const picture = sharp({ create: { width: 30, height: 20, channels: 3, background: '#408020' } })

function iptc(fields: readonly (readonly [dataset: number, value: string])[]): Buffer {
  return Buffer.concat(
    fields.map(([dataset, value]) => {
      const head = Buffer.from([0x1c, 2, dataset, 0, value.length])
      return Buffer.concat([head, Buffer.from(value, 'latin1')])
    }),
  )
}

const iptcSegment = (records: Buffer) =>
  segment(0xed, Buffer.from('Photoshop 3.0\0', 'latin1'), asPhotoshopResource(records))

async function takenAt(name: string, bytes: Buffer): Promise<string | null | undefined> {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, bytes)
  return (await shared.facts(sourceOf(path)))?.takenAt
}

const time = '2024-05-01T10:11:12'

describe('the date of a photo', () => {
  it.each([
    ['exif:DateTimeOriginal', `${time}.50+02:00`, `${time}+02:00`],
    ['photoshop:DateCreated', `${time}Z`, `${time}+00:00`],
    ['photoshop:DateCreated', '2024-05-01T10:11', '2024-05-01T10:11:00'],
    ['photoshop:DateCreated', '1954-06-30', '1954-06-30T00:00:00'],
    ['xmp:CreateDate', `${time}-07:00`, `${time}-07:00`],
  ] as const)('is read from XMP, with its offset: %s="%s"', async (property, value, expected) => {
    const jpeg = await picture.clone().jpeg().toBuffer()
    for (const packet of [attribute(property, value), element(property, value)]) {
      expect(await takenAt('IMG_1.jpg', withSegments(jpeg, xmpSegment(packet)))).toBe(expected)
      for (const format of ['png', 'webp', 'tiff'] as const) {
        const bytes = await picture.clone().withXmp(packet).toFormat(format).toBuffer()
        expect([format, await takenAt(`IMG_1.${format}`, bytes)]).toEqual([format, expected])
      }
    }
  })

  it.each([
    [
      [
        [55, '20240501'],
        [60, '101112+0200'],
      ],
      `${time}+02:00`,
    ],
    [
      [
        [55, '20240501'],
        [60, '101112'],
      ],
      time,
    ],
    [[[55, '20240501']], '2024-05-01T00:00:00'],
    [
      [
        [62, '20240501'],
        [63, '101112-0330'],
      ],
      `${time}-03:30`,
    ],
  ] as const)('is read from IPTC: %j', async (fields, expected) => {
    const records = iptc(fields)
    const jpeg = await picture.clone().jpeg().toBuffer()
    expect(await takenAt('IMG_1.jpg', withSegments(jpeg, iptcSegment(records)))).toBe(expected)
    const scan = tiff({
      fields: [
        [0x0100, 3, [30]],
        [0x0101, 3, [20]],
        [0x83bb, 7, records],
      ],
    })
    expect(await takenAt('scan.tif', scan)).toBe(expected)
  })

  it('is that of EXIF where several say one, and of the shot before that of a scan', async () => {
    const jpeg = await picture
      .clone()
      .withExif({ IFD2: { DateTimeOriginal: '2020:01:02 03:04:05' } })
      .jpeg()
      .toBuffer()
    const packet = attribute('exif:DateTimeOriginal', time)
    expect(await takenAt('IMG_1.jpg', withSegments(jpeg, xmpSegment(packet)))).toBe('2020-01-02T03:04:05')
    const digitized: Field = [0x9004, 2, '2024:05:01 10:11:12']
    const scanned = tiff({
      fields: [
        [0x0100, 3, [30]],
        [0x0101, 3, [20]],
        [0x83bb, 7, iptc([[55, '19540630']])],
        [0x8769, 4, { fields: [digitized] }],
      ],
    })
    expect(await takenAt('scan.tif', scanned)).toBe('1954-06-30T00:00:00')
    const scanOnly = tiff({
      fields: [
        [0x0100, 3, [30]],
        [0x0101, 3, [20]],
        [0x8769, 4, { fields: [digitized] }],
      ],
    })
    expect(await takenAt('scan.tif', scanOnly)).toBe(time)
  })

  it.each(['0000-00-00T00:00:00', '2024-13-45', 'yesterday', '2024', ''])(
    'is none that cannot be: %s',
    (text) => {
      expect(xmpTime(attribute('exif:DateTimeOriginal', text), 'original')).toBeNull()
    },
  )
})
