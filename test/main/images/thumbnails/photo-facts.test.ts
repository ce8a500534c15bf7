import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { aJob, sharedPool, unstopped } from '../image-pools.ts'
import { writePhoto } from '../photos.ts'
import { writeRaw } from '../raw-files.ts'
import { shared, sourceOf } from './a-thumbnail.ts'

describe('the facts of a photo', () => {
  const shot = {
    lens: 'Ferry 85mm F1.8',
    exposureSeconds: 1 / 250,
    aperture: 2.8,
    iso: 400,
    focalLengthMm: 85,
    takenAt: '2024-05-01T10:11:12+02:00',
  }

  it.each([
    ['cr2', 'Canon EOS 5D', true],
    ['cr3', 'Canon EOS R5', true],
    ['nef', 'NIKON Z 6', false],
    ['arw', 'SONY ILCE-7M3', false],
    ['dng', 'Leica Q2', false],
    ['raf', 'FUJIFILM X-T4', false],
    ['orf', 'OLYMPUS CORPORATION E-M1', false],
    ['rw2', 'Panasonic DC-S5', false],
  ] as const)('are read from %s', async (format, camera, hasLocation) => {
    const path = await writeRaw(temporaryFolder(), format, { orientation: 6 })
    const facts = await shared.facts(sourceOf(path))
    expect(facts).toMatchObject({ ...shot, camera, hasLocation })
    expect((facts?.height ?? 0) > (facts?.width ?? 0)).toBe(true)
  })

  it.each(['raf', 'rw2', 'dng'] as const)(
    'give the size of the sensor’s picture, not of a preview: %s',
    async (format) => {
      const path = await writeRaw(temporaryFolder(), format)
      expect(await shared.facts(sourceOf(path))).toMatchObject({ width: 6000, height: 4000 })
    },
  )

  it('are read from a BigTIFF, which is converted like any other', async () => {
    const path = join(temporaryFolder(), 'scan.tif')
    await sharp({ create: { width: 90, height: 60, channels: 3, background: '#c02040' } })
      .withExif({ IFD0: { Make: 'Ferry' } })
      .tiff({ bigtiff: true, compression: 'lzw' })
      .toFile(path)
    expect(await shared.facts(sourceOf(path))).toMatchObject({ width: 90, height: 60 })
    const result = await sharedPool.convert(aJob(path, { sourceFormat: 'tiff' }), unstopped)
    expect(result).toMatchObject({ kind: 'made' })
  })

  it('are read from every other format that holds them, and are null for what is no photo', async () => {
    const folder = temporaryFolder()
    const all = shared
    for (const format of ['jpeg', 'png', 'webp', 'avif'] as const) {
      const path = await writePhoto(folder, `IMG.${format}`, { orientation: 6, format })
      expect([format, await all.facts(sourceOf(path))]).toEqual([
        format,
        expect.objectContaining({
          camera: 'Ferry',
          takenAt: '2024-05-01T10:11:12',
          hasLocation: true,
          width: 200,
          height: 300,
        }),
      ])
    }
    const scan = join(folder, 'scan.tif')
    renameSync(await writeRaw(folder, 'dng'), scan)
    expect(await all.facts(sourceOf(scan))).toMatchObject({ ...shot, camera: 'Leica Q2' })
    writeFileSync(join(folder, 'notes.txt'), 'none')
    writeFileSync(join(folder, 'empty.jpg'), '')
    expect(await all.facts(sourceOf(join(folder, 'notes.txt')))).toBeNull()
    expect(await all.facts(sourceOf(join(folder, 'empty.jpg')))).toBeNull()
  })
})
