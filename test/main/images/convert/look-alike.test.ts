import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, describe, expect, it } from 'vitest'
import { heic, writeHeic } from '../../../heic/heics.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { aJob, aPool, sharedPool, unstopped } from '../image-pools.ts'
import { withExif } from '../raw-files.ts'
import { Blob, tiff } from '../tiff-builder.ts'
import { allBlack, damageNames, heicDamageNames } from './broken-worker.ts'

const [width, height] = [900, 600]

/** A landscape: sky, hills, a red boat on the left; nothing in it is symmetric. */
function landscape(): Buffer {
  const raw = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3
      const isHill = y > 330 + 60 * Math.sin(x / 110) + x / 12
      const isBoat = Math.abs(x - 200) < 70 && Math.abs(y - 480) < 30
      const texture = ((x * 7 + y * 13) % 17) - 8
      const colour = isBoat
        ? [200, 40, 30]
        : isHill
          ? [60 + y / 8, 110 - x / 30, 50]
          : [120 + y / 5, 160 + y / 7, 230 - y / 9]
      for (const [channel, value] of colour.entries()) raw[at + channel] = value + texture
    }
  }
  return raw
}

/** Slanting a little, as roofs and fabrics do. @param period in pixels */
function stripes(period: number, one: readonly number[], other: readonly number[]): Buffer {
  const raw = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      raw.set((x + 0.13 * y) % period < period / 2 ? one : other, (y * width + x) * 3)
    }
  }
  return raw
}

const picture = () => sharp(landscape(), { raw: { width, height, channels: 3 } })

/** The landscape as a camera writes it: with a small picture of itself in its EXIF. */
async function withThumbnail(shown = picture()): Promise<Buffer> {
  const thumbnail = await shown.resize(160, 107).jpeg({ quality: 80 }).toBuffer()
  const small = {
    fields: [
      [0x0201, 4, new Blob(thumbnail)],
      [0x0202, 4, [thumbnail.length]],
    ],
  } as const
  const block = tiff({
    fields: [
      [0x010f, 2, 'Ferry'],
      [0x8769, 4, { fields: [[0xa001, 3, [1]]] }],
    ],
    next: small,
  })
  return withExif(await picture().jpeg({ quality: 93 }).toBuffer(), block)
}

async function written(name: string, bytes: Buffer): Promise<string> {
  const path = join(temporaryFolder(), name)
  await sharp(bytes).metadata()
  return writeHeic(path.slice(0, -name.length - 1), name, bytes)
}

const sources = {
  jpeg: async () => written('a.jpg', await picture().jpeg({ quality: 93 }).toBuffer()),
  'jpeg with a thumbnail': async () => written('a.jpg', await withThumbnail()),
  png: async () => written('a.png', await picture().png().toBuffer()),
  tiff: async () => written('a.tif', await picture().tiff({ compression: 'lzw' }).toBuffer()),
  webp: async () => written('a.webp', await picture().webp({ quality: 95 }).toBuffer()),
  avif: async () => written('a.avif', await picture().avif({ quality: 80, effort: 0 }).toBuffer()),
} as const
type SourceName = keyof typeof sources
const sourceNames = Object.keys(sources) as SourceName[]
const formatOf = (name: SourceName) => (name.split(' ')[0] ?? '') as 'jpeg'

describe('a copy that does not look like its original', () => {
  afterEach(() => {
    process.env.PHOTOFERRY_TEST_DAMAGE = undefined
    delete process.env.PHOTOFERRY_TEST_DAMAGE
  })

  it.each(damageNames)('is never sent: %s', async (damage) => {
    process.env.PHOTOFERRY_TEST_DAMAGE = damage
    const pool = aPool({ processes: 1 }, new URL('./broken-worker.ts', import.meta.url))
    for (const name of sourceNames) {
      const path = await sources[name]()
      const job = aJob(path, { sourceFormat: formatOf(name), longEdge: 700, quality: 0.82 })
      const result = await pool.convert(job, unstopped)
      expect([name, result]).toEqual([
        name,
        expect.objectContaining({ kind: 'problem', problem: 'looks-different' }),
      ])
    }
    const phone = writeHeic(temporaryFolder(), 'phone.heic', heic('photo'))
    // Four plain quarters: only what exchanges or takes away one of their colours can be seen in them.
    if (['posterised', 'flat', 'darker', 'shifted', 'mirrored'].includes(damage)) return
    const result = await pool.convert(aJob(phone, { sourceFormat: 'heic' }), unstopped)
    expect(result).toMatchObject({ problem: 'looks-different' })
  })

  it.each(heicDamageNames)('is never sent though the decoder made it so: %s', async (damage) => {
    process.env.PHOTOFERRY_TEST_DAMAGE = damage
    const pool = aPool({ processes: 1 }, new URL('./broken-worker.ts', import.meta.url))
    for (const name of ['chart-srgb', 'chart-display-p3', 'meadow-with-thumbnail']) {
      const phone = writeHeic(temporaryFolder(), 'phone.heic', heic(name))
      // A grey meadow of slopes looks the same when it is moved by a few rows.
      const isUnseen = ['heic-rows-shifted', 'heic-red-and-blue-exchanged'].includes(damage)
      if (name.startsWith('meadow') && isUnseen) continue
      for (const colour of ['keep', 'srgb'] as const) {
        const result = await pool.convert(aJob(phone, { sourceFormat: 'heic', colour }), unstopped)
        expect([name, colour, result]).toEqual([
          name,
          colour,
          expect.objectContaining({ kind: 'problem', problem: 'looks-different' }),
        ])
      }
    }
  })

  it('is never sent if there is nothing to hold it against', async () => {
    const bare = writeHeic(temporaryFolder(), 'bare.heic', heic('without-preview'))
    expect(await sharedPool.convert(aJob(bare, { sourceFormat: 'heic' }), unstopped)).toMatchObject({
      problem: 'unchecked',
    })
    process.env.PHOTOFERRY_TEST_DAMAGE = allBlack
    const pool = aPool({ processes: 1 }, new URL('./broken-worker.ts', import.meta.url))
    const phone = writeHeic(temporaryFolder(), 'phone.heic', heic('chart-srgb'))
    expect(await pool.convert(aJob(phone, { sourceFormat: 'heic' }), unstopped)).toMatchObject({
      problem: 'unchecked',
    })
  })

  it.each(sourceNames)('is told from one that does: %s', async (name) => {
    const path = await sources[name]()
    for (const quality of [0.1, 0.3, 0.5, 0.7, 0.82, 1]) {
      for (const format of ['jpeg', 'webp', 'png'] as const) {
        const job = aJob(path, { sourceFormat: formatOf(name), longEdge: 700, quality, format })
        const result = await sharedPool.convert(job, unstopped)
        expect([quality, format, result]).toEqual([
          quality,
          format,
          expect.objectContaining({ kind: 'made' }),
        ])
      }
    }
  })

  it.each([
    ['black and white', [0, 0, 0], [255, 255, 255]],
    ['red and black', [230, 20, 20], [10, 10, 10]],
    ['red and blue', [230, 30, 30], [30, 30, 230]],
    ['green and magenta', [20, 220, 20], [220, 20, 220]],
  ] as const)('is not seen in stripes of %s, however fine', async (_colours, one, other) => {
    const different: string[] = []
    for (const period of [2, 2.3, 3, 4, 6.5, 11, 16, 25]) {
      for (const format of ['jpeg', 'png'] as const) {
        const striped = sharp(stripes(period, one, other), { raw: { width, height, channels: 3 } })
        const path = await written(`a.${format}`, await striped.toFormat(format, { quality: 93 }).toBuffer())
        for (const longEdge of [700, 600, 270]) {
          const job = aJob(path, { sourceFormat: format, longEdge, quality: 0.82 })
          const result = await sharedPool.convert(job, unstopped)
          if (result.kind !== 'made')
            different.push(`${format} ${period} ${longEdge} ${JSON.stringify(result)}`)
        }
      }
    }
    expect(different).toEqual([])
  })

  it.each(damageNames)('is seen among stripes too: %s', async (damage) => {
    process.env.PHOTOFERRY_TEST_DAMAGE = damage
    const pool = aPool({ processes: 1 }, new URL('./broken-worker.ts', import.meta.url))
    // Stripes that are too fine to be seen are one plain colour, turned or not.
    if (['upside-down', 'mirrored', 'posterised', 'shifted'].includes(damage)) return
    const striped = sharp(stripes(11, [230, 60, 30], [40, 90, 140]), { raw: { width, height, channels: 3 } })
    const path = await written('a.jpg', await striped.jpeg({ quality: 93 }).toBuffer())
    const result = await pool.convert(aJob(path, { longEdge: 700, quality: 0.82 }), unstopped)
    expect(result).toMatchObject({ kind: 'problem', problem: 'looks-different' })
  })

  it('is not judged by a thumbnail that shows what the photo was before it was edited', async () => {
    const path = await written('a.jpg', await withThumbnail(picture().negate()))
    expect(await sharedPool.convert(aJob(path, { longEdge: 700 }), unstopped)).toMatchObject({ kind: 'made' })
  })
})
