import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { heic, writeHeic } from '../../../heic/heics.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { hostileFolder } from '../../pipeline/hostile-photos.ts'
import { chartNamedAdobeRgb, meanDifference } from '../colour-chart.ts'
import { writePhoto } from '../photos.ts'
import { cornersJpeg, rawFormats, withExif, writeRaw } from '../raw-files.ts'
import { tiff } from '../tiff-builder.ts'
import { pictureOf, seen, shared, sourceOf, unaborted, upright } from './a-thumbnail.ts'

describe('a thumbnail', () => {
  it('is upright, has its size, is in sRGB and without metadata, whatever the photo’s format is', async () => {
    const folder = temporaryFolder()
    const all = shared
    for (const format of ['jpeg', 'png', 'webp', 'tiff', 'avif'] as const) {
      const path = await writePhoto(folder, `IMG.${format}`, { width: 900, height: 600, format })
      const detail = await seen(await pictureOf(all, path))
      expect([format, detail]).toEqual([
        format,
        { width: 512, height: 341, format: 'webp', icc: undefined, exif: undefined, corners: upright },
      ])
      const row = await seen(await pictureOf(all, path, 'row'))
      expect([row.width, row.height, row.corners]).toEqual([144, 96, upright])
    }
  })

  it('of a HEIC is decoded as for a conversion, and upright', async () => {
    const path = writeHeic(temporaryFolder(), 'IMG_1.HEIC', heic('meadow'))
    expect(await seen(await pictureOf(shared, path))).toMatchObject({ width: 512, height: 384 })
    expect(await seen(await pictureOf(shared, path, 'row'))).toMatchObject({ width: 128, height: 96 })
    expect(await shared.facts(sourceOf(path))).toMatchObject({ width: 1280, height: 960 })
    const hostile = writeHeic(temporaryFolder(), 'IMG_2.HEIC', heic('meadow').subarray(0, 4_000))
    expect(await pictureOf(shared, hostile)).toBeNull()
  })

  it('of a HEIC is the thumbnail inside if that is large enough, and nothing else is decoded', async () => {
    const photo = heic('meadow-with-thumbnail')
    const path = writeHeic(temporaryFolder(), 'IMG_1.HEIC', photo)
    expect(await seen(await pictureOf(shared, path, 'row'))).toMatchObject({ width: 128, height: 96 })
    expect(await seen(await pictureOf(shared, path))).toMatchObject({ width: 512, height: 384 })
    const content = photo.indexOf('mdat', 0, 'latin1') + 4
    const spoilt = Buffer.from(photo).fill(0, content + 100, content + 10_000)
    const spoiltPath = writeHeic(temporaryFolder(), 'IMG_2.HEIC', spoilt)
    for (const [size, isSame] of [
      ['row', true],
      ['detail', false],
    ] as const) {
      const [whole, found] = [await pictureOf(shared, path, size), await pictureOf(shared, spoiltPath, size)]
      expect([size, found?.equals(whole ?? Buffer.alloc(0)) ?? false]).toEqual([size, isSame])
    }
  })

  it('of a HEIC with several pictures shows the first', async () => {
    const path = writeHeic(temporaryFolder(), 'IMG_1.HEIC', heic('two-pictures'))
    expect(await seen(await pictureOf(shared, path))).toMatchObject({ width: 96, height: 64 })
  })

  it.each(rawFormats)('of a RAW file is its preview: %s', async (format) => {
    const all = shared
    const path = await writeRaw(temporaryFolder(), format)
    expect(await seen(await pictureOf(all, path))).toMatchObject({
      width: 512,
      height: 341,
      corners: upright,
    })
    expect((await seen(await pictureOf(all, path, 'row'))).corners).toEqual(upright)
  })

  it.each([2, 3, 4, 5, 6, 7, 8])('is upright if only the RAW file says how: %i', async (orientation) => {
    const folder = temporaryFolder()
    const photo = await writePhoto(folder, 'IMG.jpg', { width: 900, height: 600, orientation })
    const raw = await writeRaw(folder, orientation % 2 ? 'cr3' : 'nef', { orientation })
    const all = shared
    const [expected, found] = await Promise.all([pictureOf(all, photo), pictureOf(all, raw)])
    expect(await seen(found)).toEqual(await seen(expected))
  })

  it('of a photo whose EXIF alone says Adobe RGB has the right colours', async () => {
    const path = join(temporaryFolder(), '_IMG0001.JPG')
    writeFileSync(path, await chartNamedAdobeRgb())
    const seenAt = `${path}.webp`
    writeFileSync(seenAt, (await pictureOf(shared, path)) ?? '')
    const misread = await meanDifference(path, 'Adobe RGB', 'sRGB')
    expect(await meanDifference(seenAt, 'Adobe RGB', 'sRGB')).toBeLessThan(misread / 2)
  })

  it('keeps colours: Display P3 becomes the same colour in sRGB', async () => {
    const folder = temporaryFolder()
    const patch = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#c07850' } })
      .withIccProfile('p3')
      .jpeg({ quality: 95 })
      .toFile(join(folder, 'p3.jpg'))
      .then(() => pictureOf(shared, join(folder, 'p3.jpg'), 'row'))
    const { data } = await sharp(patch ?? Buffer.alloc(0))
      .raw()
      .toBuffer({ resolveWithObject: true })
    const [red = 0, green = 0, blue = 0] = data
    expect(
      [Math.abs(red - 0xc0), Math.abs(green - 0x78), Math.abs(blue - 0x50)].every((off) => off < 5),
    ).toBe(true)
  })

  it('is the camera’s own one without its black bars, but only if it shows the same picture', async () => {
    const folder = temporaryFolder()
    const all = shared
    const black = { create: { width: 160, height: 120, channels: 3, background: '#000000' } } as const
    const inside = await sharp({ create: { width: 160, height: 107, channels: 3, background: '#20c020' } })
      .png()
      .toBuffer()
    const barred = await sharp(black)
      .composite([{ input: inside, left: 0, top: 7 }])
      .jpeg()
      .toBuffer()
    const exif = (colorSpace: number) =>
      tiff(
        {
          fields: [[0x8769, 4, { fields: [[0xa001, 3, [colorSpace]]] }]],
          next: {
            fields: [
              [0x0201, 4, [8]],
              [0x0202, 4, [barred.length]],
            ],
          },
        },
        { start: 8 + barred.length + (barred.length % 2) },
      )
    const photo = await cornersJpeg(900, 600)
    const write = (name: string, colorSpace: number) => {
      const block = exif(colorSpace)
      barred.copy(block, 8)
      writeFileSync(join(folder, name), withExif(photo, block))
      return join(folder, name)
    }
    const quick = await seen(await pictureOf(all, write('srgb.jpg', 1), 'row'))
    expect([quick.width, quick.height, quick.corners]).toEqual([144, 96, ['-G', '-G', '-G', '-G']])
    expect((await seen(await pictureOf(all, write('adobe.jpg', 0xffff), 'row'))).corners).toEqual(upright)
    expect((await seen(await pictureOf(all, join(folder, 'srgb.jpg')))).corners).toEqual(upright)
  })

  it('is an icon for what is no photo, a video, damaged or gone; none of them delays the others', async () => {
    const folder = temporaryFolder()
    const all = shared
    const hostile = await hostileFolder(folder)
    writeFileSync(join(hostile, 'clip.mov'), 'no video')
    const good = await writePhoto(hostile, 'z.jpg')
    const found = new Map<string, Buffer | null>()
    const look = async (name: string) => found.set(name, await pictureOf(all, join(hostile, name)))
    await Promise.all(readdirSync(hostile).map(look))
    for (const name of ['clip.mov', 'drawing.svg', 'empty.jpg', 'giant.png', 'page.jpg']) {
      expect([name, found.get(name)]).toEqual([name, null])
    }
    expect((await seen(await pictureOf(all, good))).corners).toEqual(upright)
    const source = sourceOf(join(hostile, 'cut-1.jpg'))
    rmSync(source.sourcePath)
    expect(await all.picture(source, 'row', unaborted)).toBeNull()
  })
})
