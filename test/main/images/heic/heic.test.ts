import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { CopyJob } from '../../../../src/main/images/convert/image-job.ts'
import { namedColours, orientationProperties, withProperties } from '../../../heic/boxes.ts'
import { heic, writeHeic } from '../../../heic/heics.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { meanDifference, spaces } from '../colour-chart.ts'
import { aJob, aPool, sharedPool, unstopped } from '../image-pools.ts'
import { corners, look, writePhoto } from '../photos.ts'

async function converted(file: Buffer, job: Partial<CopyJob> = {}) {
  const path = writeHeic(temporaryFolder(), 'IMG_1.HEIC', file)
  const wanted = aJob(path, { sourceFormat: 'heic', ...job })
  const result = await sharedPool.convert(wanted, unstopped)
  return { result, path: wanted.targetPath }
}

/** The photo that the fixture was made from. */
async function madeOf() {
  const folder = temporaryFolder()
  const photo = await writePhoto(folder, 'photo.jpg', { width: 96, height: 64, orientation: 6 })
  return { folder, photo, facts: await look(photo) }
}

describe('a converted HEIC', () => {
  it.each(['jpeg', 'png', 'webp', 'avif'] as const)(
    'keeps its profile, EXIF, XMP and location as %s',
    async (format) => {
      const { facts: source } = await madeOf()
      const { result, path } = await converted(heic('photo'), { format })
      expect(result).toMatchObject({ kind: 'made', place: 'none' })
      const facts = await look(path)
      expect([facts.format, facts.width, facts.height]).toEqual([format === 'avif' ? 'heif' : format, 96, 64])
      expect(facts.icc).toEqual(source.icc)
      const { Orientation, ...camera } = source.tags?.Image ?? {}
      expect(facts.tags?.Image).toMatchObject({
        Make: camera.Make,
        Copyright: camera.Copyright,
        Orientation: 1,
      })
      expect(facts.tags?.Photo?.DateTimeOriginal).toEqual(source.tags?.Photo?.DateTimeOriginal)
      expect(facts.tags?.Photo).toMatchObject({ PixelXDimension: 96, PixelYDimension: 64 })
      expect(facts.tags?.GPSInfo).toMatchObject({ GPSLatitude: [51, 30, 0] })
      expect(facts.xmp).toContain('xmp:Rating="5"')
    },
  )

  it('loses its location, and nothing else, on request', async () => {
    const { result, path } = await converted(heic('photo'), { keepLocation: false })
    expect(result).toMatchObject({ kind: 'made', place: 'removed' })
    const facts = await look(path)
    expect(facts.tags?.GPSInfo).toBeUndefined()
    expect(facts.tags?.Image?.Make).toBe('Ferry')
    expect(facts.xmp).not.toContain('GPS')
    expect(facts.xmp).toContain('xmp:Rating="5"')
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'is rotated once, as its boxes say, whatever its EXIF says: %i',
    async (orientation) => {
      const properties = orientationProperties[orientation - 1] ?? []
      const { path } = await converted(withProperties(heic('photo'), properties))
      const folder = temporaryFolder()
      const turned = await writePhoto(folder, 'turned.jpg', { width: 96, height: 64, orientation })
      const upright = join(folder, 'upright.png')
      await sharp(turned).autoOrient().toFile(upright)
      expect(await corners(path)).toEqual(await corners(upright))
      expect((await look(path)).orientation).toBe(1)
    },
  )

  it('with 10 bits has the same colours as one with 8', async () => {
    const levels = async (name: string) => {
      const { path } = await converted(heic(name), { quality: 1 })
      return sharp(path).keepIccProfile().raw().toBuffer()
    }
    const [eight, ten] = [await levels('chart-srgb'), await levels('chart-srgb-10-bit')]
    const apart = eight.reduce((sum, level, at) => sum + Math.abs(level - (ten[at] ?? 0)), 0) / eight.length
    expect(ten.length).toBe(eight.length)
    expect(apart).toBeLessThan(2)
  })

  it.each([
    ['avif', 10],
    ['png', 16],
  ] as const)('with 10 bits keeps them as %s', async (format, bits) => {
    const { result, path } = await converted(heic('chart-display-p3-10-bit'), { format, quality: 0.9 })
    expect(result).toMatchObject({ kind: 'made' })
    const { bitsPerSample, icc } = await sharp(path).metadata()
    expect([bitsPerSample, icc]).toEqual([bits, spaces['Display P3'].icc])
    expect(await meanDifference(path, 'Display P3', 'Display P3')).toBeLessThan(2)
  })

  it('that names its colours by number gets the profile for them', async () => {
    const { path } = await converted(withProperties(heic('plain'), [namedColours(12, 13)]), { quality: 1 })
    expect((await look(path)).icc).toEqual(spaces['Display P3'].icc)
  })

  it.each([
    ['two pictures in one file', 'several-images', heic('two-pictures')],
    ['a perceptual quantizer', 'hdr', withProperties(heic('plain'), [namedColours(9, 16)])],
    ['a hybrid log-gamma', 'hdr', withProperties(heic('plain'), [namedColours(9, 18)])],
  ] as const)('is not made from %s: %s', async (_what, problem, file) => {
    expect((await converted(file)).result).toMatchObject({ kind: 'problem', problem })
  })

  it('is made in the process in which a broken one has failed', async () => {
    const images = aPool({ processes: 1 })
    const folder = temporaryFolder()
    const broken = writeHeic(folder, 'a.heic', heic('photo').subarray(0, 1_800))
    const whole = writeHeic(folder, 'b.heic', heic('photo'))
    const ofHeic = { sourceFormat: 'heic' } as const
    expect(await images.convert(aJob(broken, ofHeic), unstopped)).toMatchObject({ problem: 'damaged' })
    expect(await images.convert(aJob(whole, ofHeic), unstopped)).toMatchObject({ kind: 'made' })
  })
})
