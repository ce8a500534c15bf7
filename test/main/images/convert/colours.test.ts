import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { presets } from '../../../../src/shared/presets.ts'
import { heic, writeHeic } from '../../../heic/heics.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { chart, chartNamedAdobeRgb, meanDifference, type SpaceName, spaces } from '../colour-chart.ts'
import { aJob, sharedPool, unstopped } from '../image-pools.ts'
import { look } from '../photos.ts'

const spaceNames = Object.keys(spaces) as SpaceName[]
const { quality, longEdge } = presets['web-gallery'] ?? { quality: 0, longEdge: null }
const gallery = { quality, longEdge }

/** Writes the chart as a photo of some kind. @returns its absolute path */
async function photoOf(kind: 'jpeg' | 'tiff' | 'heic' | 'heic-10-bit', space: SpaceName): Promise<string> {
  const folder = temporaryFolder()
  if (kind === 'jpeg') {
    const path = join(folder, 'chart.jpg')
    await chart(space).jpeg({ quality: 98, chromaSubsampling: '4:4:4' }).toFile(path)
    return path
  }
  if (kind === 'tiff') {
    const path = join(folder, 'chart.tif')
    await chart(space).toColourspace('rgb16').tiff({ compression: 'none' }).toFile(path)
    return path
  }
  const name = `chart-${space.toLowerCase().replaceAll(' ', '-')}${kind === 'heic' ? '' : '-10-bit'}`
  return writeHeic(folder, 'chart.heic', heic(name))
}

describe('the colours of a chart', () => {
  for (const kind of ['jpeg', 'tiff', 'heic', 'heic-10-bit'] as const) {
    it.each(spaceNames)(`do not change under Web gallery: ${kind} in %s`, async (space) => {
      const path = await photoOf(kind, space)
      const sourceFormat = kind === 'heic-10-bit' ? 'heic' : kind
      const result = await sharedPool.convert(aJob(path, { ...gallery, sourceFormat }), unstopped)
      expect(result).toMatchObject({ kind: 'made' })
      expect((await look(`${path}.copy`)).icc).toEqual(spaces[space].icc)
      expect(await meanDifference(`${path}.copy`, space, space)).toBeLessThan(2)
    })
  }

  it('of sRGB do not change when sRGB is asked for', async () => {
    const path = await photoOf('jpeg', 'sRGB')
    const job = aJob(path, { ...gallery, colour: 'srgb' })
    expect(await sharedPool.convert(job, unstopped)).toMatchObject({ kind: 'made' })
    expect(await meanDifference(`${path}.copy`, 'sRGB', 'sRGB')).toBeLessThan(2)
  })

  it('of Adobe RGB get its profile if only EXIF names it', async () => {
    const path = join(temporaryFolder(), '_IMG0001.JPG')
    writeFileSync(path, await chartNamedAdobeRgb())
    expect(await sharedPool.convert(aJob(path, gallery), unstopped)).toMatchObject({ kind: 'made' })
    expect((await look(`${path}.copy`)).icc).toEqual(spaces['Adobe RGB'].icc)
    expect(await meanDifference(`${path}.copy`, 'Adobe RGB', 'Adobe RGB')).toBeLessThan(2)
    const misread = await meanDifference(path, 'Adobe RGB', 'sRGB')
    const job = aJob(path, { ...gallery, colour: 'srgb' })
    expect(await sharedPool.convert(job, unstopped)).toMatchObject({ kind: 'made' })
    const converted = await meanDifference(`${path}.copy`, 'Adobe RGB', 'sRGB')
    expect(converted).toBeLessThan(2)
    expect(converted).toBeLessThan(misread / 2)
  })

  it.each(['Display P3', 'Adobe RGB'] as const)(
    'of %s come as close as sRGB allows when it is asked for',
    async (space) => {
      const path = await photoOf('jpeg', space)
      const job = aJob(path, { ...gallery, colour: 'srgb' })
      expect(await sharedPool.convert(job, unstopped)).toMatchObject({ kind: 'made' })
      const converted = await meanDifference(`${path}.copy`, space, 'sRGB')
      const misread = await meanDifference(path, space, 'sRGB')
      expect(converted).toBeLessThan(2)
      expect(converted).toBeLessThan(misread / 2)
    },
  )
})
