import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { pngChunk } from '../../../../src/main/images/formats/png.ts'
import { namedColours, withProperties } from '../../../heic/boxes.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { type AnySpace, allSpaces, chart, chartPixels, chartSize, meanDifference } from '../colour-chart.ts'
import { aJob, sharedPool, unstopped } from '../image-pools.ts'
import { look } from '../photos.ts'
import { withChunks } from '../png-builder.ts'

const [srgb, pq, hlg] = [13, 16, 18]
/** Code points of primaries (ITU-T H.273). */
const primaries = { 'Display P3': 12, 'BT.2020': 9 } as const
const bare = () => sharp(chartPixels(), { raw: { ...chartSize, channels: 3 } })

/** The chart whose colours are named by numbers alone. */
const builders = {
  avif: async (first: number, transfer: number) => {
    const avif = await bare().avif({ quality: 95, chromaSubsampling: '4:4:4', effort: 0 }).toBuffer()
    return withProperties(avif, [namedColours(first, transfer)])
  },
  png: async (first: number, transfer: number) => {
    const numbers = Buffer.from([first, transfer, 0, 1])
    return withChunks(await bare().png().toBuffer(), [pngChunk('cICP', numbers)])
  },
} as const
type Format = keyof typeof builders

function written(format: string, bytes: Buffer): string {
  const path = join(temporaryFolder(), `chart.${format}`)
  writeFileSync(path, bytes)
  return path
}

async function convert(format: Format, first: number, transfer: number, colour: 'keep' | 'srgb' = 'keep') {
  const path = written(format, await builders[format](first, transfer))
  const result = await sharedPool.convert(
    aJob(path, { sourceFormat: format, colour, quality: 0.95 }),
    unstopped,
  )
  return { path: `${path}.copy`, result }
}

describe.each(['avif', 'png'] as const)('colours that are named by numbers: %s', (format) => {
  it.each(['Display P3', 'BT.2020'] as const)('get a profile: %s', async (space) => {
    const { path, result } = await convert(format, primaries[space], srgb)
    expect(result).toMatchObject({ kind: 'made' })
    expect((await look(path)).icc).toEqual(allSpaces[space].icc)
    expect(await meanDifference(path, space, space)).toBeLessThan(2)
  })

  it('are converted to sRGB where that is asked for', async () => {
    const { path, result } = await convert(format, primaries['Display P3'], srgb, 'srgb')
    expect(result).toMatchObject({ kind: 'made' })
    expect(await meanDifference(path, 'Display P3', 'sRGB')).toBeLessThan(2)
  })

  it('of sRGB need none', async () => {
    const { path, result } = await convert(format, 1, srgb)
    expect(result).toMatchObject({ kind: 'made' })
    expect(await meanDifference(path, 'sRGB', 'sRGB')).toBeLessThan(2)
  })

  it.each([pq, hlg])('for bright screens keep the original: transfer %i', async (transfer) => {
    expect((await convert(format, 9, transfer)).result).toMatchObject({ kind: 'problem', problem: 'hdr' })
  })

  it('that are unknown here keep the original', async () => {
    expect((await convert(format, 22, srgb)).result).toMatchObject({ problem: 'unusual-pixels' })
  })
})

it('a PNG with linear numbers and nothing but gAMA to say so keeps the original', async () => {
  const gamma = Buffer.alloc(4)
  gamma.writeUInt32BE(100_000)
  const path = written('png', withChunks(await bare().png().toBuffer(), [pngChunk('gAMA', gamma)]))
  const result = await sharedPool.convert(aJob(path, { sourceFormat: 'png' }), unstopped)
  expect(result).toMatchObject({ problem: 'unusual-pixels' })
})

describe('the colours of a profile', () => {
  it.each(Object.keys(allSpaces) as AnySpace[])('do not change: %s', async (space) => {
    for (const [format, image] of [
      ['png', chart(space).png()],
      ['tiff', chart(space).tiff({ compression: 'lzw' })],
      ['webp', chart(space).webp({ lossless: true })],
      ['avif', chart(space).avif({ quality: 95, chromaSubsampling: '4:4:4', effort: 0 })],
    ] as const) {
      const path = written(format, await image.toBuffer())
      const result = await sharedPool.convert(aJob(path, { sourceFormat: format, quality: 0.95 }), unstopped)
      expect([format, result]).toEqual([format, expect.objectContaining({ kind: 'made' })])
      expect((await look(`${path}.copy`)).icc).toEqual(allSpaces[space].icc)
      expect(await meanDifference(`${path}.copy`, space, space)).toBeLessThan(2)
    }
  })
})
