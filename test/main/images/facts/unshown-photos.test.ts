/** Photos that stay originals with an icon: PSD, JPEG 2000, JPEG XL. Their date and size are shown all the same. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readUnshown } from '../../../../src/main/images/facts/unshown-photos.ts'
import { bufferBytes, MalformedPhoto } from '../../../../src/main/images/formats/bytes.ts'
import { photoshopIds } from '../../../../src/main/images/metadata/iptc.ts'
import { seeded } from '../../../crossing/photo-folder.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { box, shot } from '../raw-files.ts'
import { pictureOf, shared, sourceOf } from '../thumbnails/a-thumbnail.ts'
import { tiff } from '../tiff-builder.ts'

const seed = Number(process.env.PHOTOFERRY_SEED ?? Math.floor(Math.random() * 2 ** 31))
const size = { width: 6000, height: 4000 } as const
const exif = tiff({
  fields: [
    [0x010f, 2, 'Ferry'],
    [0x8769, 4, { fields: shot }],
  ],
})
const xmp = Buffer.from(
  '<x:xmpmeta><rdf:Description photoshop:DateCreated="2024-05-01T10:11:12+02:00"/></x:xmpmeta>',
)

function longs(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [nth, value] of values.entries()) bytes.writeUInt32BE(value, nth * 4)
  return bytes
}

function psd(version: 1 | 2, id: number, value: Buffer): Buffer {
  const head = Buffer.alloc(14)
  head.write('8BPS', 'latin1')
  head.writeUInt16BE(version, 4)
  head.writeUInt16BE(3, 12)
  const padded = Buffer.concat([value, Buffer.alloc(value.length % 2)])
  const resource = Buffer.concat([Buffer.from('8BIM\0\0\0\0', 'latin1'), longs(value.length), padded])
  resource.writeUInt16BE(id, 4)
  const mode = Buffer.from([0, 16, 0, 3])
  return Buffer.concat([
    head,
    longs(size.height, size.width),
    mode,
    longs(0, resource.length),
    resource,
    longs(0),
  ])
}

const uuid = (hex: string, content: Buffer) => box('uuid', Buffer.concat([Buffer.from(hex, 'hex'), content]))

function jp2(metadata: Buffer): Buffer {
  const head = box('ihdr', Buffer.concat([longs(size.height, size.width), Buffer.from([0, 3, 7, 7, 0, 0])]))
  return Buffer.concat([
    box('jP  ', Buffer.from('0d0a870a', 'hex')),
    box('ftyp', Buffer.from('jp2 \0\0\0\0jp2 ', 'latin1')),
    box('jp2h', head),
    metadata,
    box('jp2c', Buffer.from('ff4fff51', 'hex')),
  ])
}

/** A codestream's head. @param fields number of bits and value, one after another */
function codestream(...fields: readonly (readonly [bits: number, value: number])[]): Buffer {
  const bytes = Buffer.alloc(24)
  bytes.writeUInt16BE(0xff0a)
  let at = 16
  for (const [bits, value] of fields) {
    for (let nth = 0; nth < bits; nth++, at++) {
      if (Math.floor(value / 2 ** nth) % 2 === 1) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7))
    }
  }
  return bytes
}
/** Height in 13 bits, then a ratio of 3 by 2; nothing but defaults behind it. */
const byRatio = codestream([1, 0], [2, 1], [13, 3999], [3, 4], [1, 1])
/** Both sides written out, and a quarter turn. */
const turned = codestream([1, 0], [2, 1], [13, 5999], [3, 0], [2, 2], [18, 3999], [1, 0], [1, 1], [3, 5])

function jxl(picture: Buffer): Buffer {
  return Buffer.concat([
    box('JXL ', Buffer.from('0d0a870a', 'hex')),
    box('ftyp', Buffer.from('jxl \0\0\0\0jxl ', 'latin1')),
    box('Exif', longs(0), exif),
    picture,
  ])
}

const kinds: Readonly<Record<string, Buffer>> = {
  'IMG_1.psd': psd(1, photoshopIds.exif, exif),
  'big.psb': psd(2, photoshopIds.xmp, xmp),
  'IMG_1.jp2': jp2(uuid('4a706754696666457869662d3e4a5032', exif)),
  'IMG_2.jpx': jp2(uuid('be7acfcb97a942e89c71999491e3afac', xmp)),
  'IMG_1.jxl': jxl(box('jxlc', byRatio)),
  'IMG_2.jxl': jxl(box('jxlp', longs(0), turned)),
}

function written(name: string, bytes: Buffer): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, bytes)
  return path
}

describe('a photo that nothing here decodes', () => {
  it.each(Object.keys(kinds))('shows its date and its size beside an icon: %s', async (name) => {
    const path = written(name, kinds[name] ?? Buffer.alloc(0))
    expect(await shared.facts(sourceOf(path))).toMatchObject({
      ...size,
      takenAt: '2024-05-01T10:11:12+02:00',
    })
    expect(await pictureOf(shared, path)).toBeNull()
  })

  it.each([
    ['IMG_1.j2k', Buffer.concat([Buffer.from('ff4fff5100290000', 'hex'), longs(6010, 4010, 10, 10)])],
    ['IMG_1.jxl', byRatio],
  ] as const)('shows its size where it has no metadata: %s', async (name, bytes) => {
    expect(await shared.facts(sourceOf(written(name, bytes)))).toMatchObject({ ...size, takenAt: null })
  })

  it(`is read or not, and nothing worse, with damage at random places (seed ${seed})`, async () => {
    const random = seeded(seed)
    for (const whole of Object.values(kinds)) {
      for (let round = 0; round < 500; round++) {
        const copy = Buffer.from(whole)
        for (let flip = 0; flip < 4; flip++)
          copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256)
        const spoilt = random() < 0.3 ? copy.subarray(0, Math.floor(random() * copy.length)) : copy
        await readUnshown(bufferBytes(spoilt)).catch((thrown) => {
          if (!(thrown instanceof MalformedPhoto)) throw thrown
        })
      }
    }
  })
})
