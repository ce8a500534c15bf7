import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { pngChunk } from '../../../../src/main/images/formats/png.ts'
import { box } from '../../../heic/boxes.ts'
import { heic } from '../../../heic/heics.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { aJob, sharedPool, unstopped } from '../image-pools.ts'
import { look, noise } from '../photos.ts'
import { placedFilm, segment, withSegments, xmpSegment } from '../place/placed-photos.ts'
import { withChunks } from '../png-builder.ts'
import { type LaidField, tiff } from '../tiff-builder.ts'

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

type Format = 'jpeg' | 'png' | 'webp' | 'avif' | 'heic' | 'tiff'
interface Kind {
  readonly format: Format
  readonly bytes: () => Promise<Buffer>
  /** With `keep-motion`: what the copy lacks, or why there is none. */
  readonly byDefault: readonly string[] | 'has-extras' | 'several-images'
  /** With `leave-out`. */
  readonly leftOut: readonly string[] | 'several-images'
}

const jpeg = () => picture().jpeg({ quality: 95 }).toBuffer()
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

const kinds: Readonly<Record<string, Kind>> = {
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
  'a HEIC of two pictures': {
    format: 'heic',
    bytes: async () => heic('two-pictures'),
    byDefault: 'several-images',
    leftOut: 'several-images',
  },
}

async function convert({ format, bytes }: Kind, extras: 'keep' | 'keep-motion' | 'leave-out') {
  const path = join(temporaryFolder(), 'photo')
  writeFileSync(path, await bytes())
  const result = await sharedPool.convert(aJob(path, { sourceFormat: format, extras }), unstopped)
  return { result, path: `${path}.copy` }
}

function answerTo(expected: readonly string[] | string) {
  return typeof expected === 'string'
    ? { kind: 'problem', problem: expected }
    : { kind: 'made', leftOut: expected }
}

describe.each(Object.entries(kinds))('%s', (_name, kind) => {
  it('is kept, or what its copy lacks is said', async () => {
    expect((await convert(kind, 'keep-motion')).result).toMatchObject(answerTo(kind.byDefault))
    const keptWhole =
      kind.byDefault === 'several-images' ? kind.byDefault : kind.byDefault.length > 0 ? 'has-extras' : []
    expect((await convert(kind, 'keep')).result).toMatchObject(answerTo(keptWhole))
  })

  it('leaves nothing in the copy that points at what is gone', async () => {
    const { result, path } = await convert(kind, 'leave-out')
    expect(result).toMatchObject(answerTo(kind.leftOut))
    if (result.kind !== 'made') return
    const { xmp, pages = 1 } = await look(path)
    expect(xmp).not.toMatch(/(?<!xmlns:)(?:GCamera|Container|Item|hdrgm|GDepth):\w/)
    if (xmp !== '') expect(xmp).toMatch(/xmp:Rating="[45]"/)
    expect(pages).toBe(1)
  })
})
