/** Thumbnails and EXIF in short, by the real worker, of real files in every format. */
import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { thumbnailWorkerEntry } from '../../../src/main/program-files.ts'
import { type ThumbnailOptions, Thumbnails } from '../../../src/main/thumbnails/thumbnails.ts'
import type { ThumbnailSize } from '../../../src/shared/thumbnails.ts'
import { heic, writeHeic } from '../../heic/heics.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { hostileFolder } from '../pipeline/hostile-photos.ts'
import { chartNamedAdobeRgb, meanDifference } from '../workers/colour-chart.ts'
import { corners, writePhoto } from '../workers/photos.ts'
import { cornersJpeg, rawFormats, tiff, withExif, writeRaw } from './raw-files.ts'

const program = { entry: thumbnailWorkerEntry, nodePath: process.execPath }

function thumbnails(options: Partial<ThumbnailOptions> = {}): Thumbnails {
  const made = new Thumbnails({ program, stateDir: temporaryFolder(), ...options })
  onTestFinished(() => made.close())
  return made
}

/** For those tests that need none of their own: a process takes a while to start. */
const sharedState = mkdtempSync(join(tmpdir(), 'photoferry-test-'))
const shared = new Thumbnails({ program, stateDir: sharedState })
afterAll(async () => {
  await shared.close()
  rmSync(sharedState, { recursive: true })
})

function sourceOf(path: string) {
  const { size, mtimeMs } = statSync(path)
  return { sourcePath: path, relativePath: path.slice(1), size, mtimeMs }
}

const unaborted = new AbortController().signal
const pictureOf = async (all: Thumbnails, path: string, size: ThumbnailSize = 'detail') =>
  (await all.picture(sourceOf(path), size, unaborted))?.webp ?? null

/** @throws where there is no picture */
async function seen(picture: Buffer | null) {
  if (picture === null) throw new Error('there is no thumbnail')
  const folder = temporaryFolder()
  const path = join(folder, 'seen.webp')
  writeFileSync(path, picture)
  const { width, height, format, icc, exif } = await sharp(picture).metadata()
  return { width, height, format, icc, exif, corners: await corners(path) }
}

const upright = ['RG', '-G', 'R-', '--']

describe('a thumbnail', () => {
  it('is upright, of its size, in sRGB and without metadata, whatever the photo’s format is', async () => {
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

  it('of a HEIC is the thumbnail inside where that is large enough, and nothing else is decoded', async () => {
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

  it('of several pictures in one HEIC is that of the first', async () => {
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

  it.each([2, 3, 4, 5, 6, 7, 8])(
    'stands upright where only the RAW file says how: %i',
    async (orientation) => {
      const folder = temporaryFolder()
      const photo = await writePhoto(folder, 'IMG.jpg', { width: 900, height: 600, orientation })
      const raw = await writeRaw(folder, orientation % 2 ? 'cr3' : 'nef', { orientation })
      const all = shared
      const [expected, found] = await Promise.all([pictureOf(all, photo), pictureOf(all, raw)])
      expect(await seen(found)).toEqual(await seen(expected))
    },
  )

  it('of a photo in Adobe RGB that only its EXIF names has the right colours', async () => {
    const path = join(temporaryFolder(), '_IMG0001.JPG')
    writeFileSync(path, await chartNamedAdobeRgb())
    const seenAt = `${path}.webp`
    writeFileSync(seenAt, (await pictureOf(shared, path)) ?? '')
    const misread = await meanDifference(path, 'Adobe RGB', 'sRGB')
    expect(await meanDifference(seenAt, 'Adobe RGB', 'sRGB')).toBeLessThan(misread / 2)
  })

  it('keeps colours: Display P3 comes out as the same colour in sRGB', async () => {
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

  it('takes the quick one of the camera without its black bars, and only where it is the same picture', async () => {
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

  it('is an icon for what is no photo, a clip, damaged or gone; none of them holds up the others', async () => {
    const folder = temporaryFolder()
    const all = shared
    const hostile = await hostileFolder(folder)
    writeFileSync(join(hostile, 'clip.mov'), 'no film')
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

describe('the thumbnails of a state folder', () => {
  it('are made once: kept over a restart, also when the file has gone, and made anew when it changed', async () => {
    const folder = temporaryFolder()
    const stateDir = temporaryFolder()
    const path = await writePhoto(folder, 'IMG.jpg')
    const source = sourceOf(path)
    const first = await thumbnails({ stateDir }).picture(source, 'row', unaborted)
    renameSync(path, `${path}.gone`)
    // No worker could be started: what comes now was kept.
    const later = thumbnails({ stateDir, program: { ...program, nodePath: '/nowhere/node' } })
    expect(await later.picture(source, 'row', unaborted)).toEqual(first)
    await writePhoto(folder, 'IMG.jpg', { width: 600, height: 200 })
    utimesSync(path, 1, 1)
    expect(await later.picture(source, 'row', unaborted)).toBeNull()
    const anew = await thumbnails({ stateDir }).picture(source, 'row', unaborted)
    expect((await seen(anew?.webp ?? null)).width).toBe(288)
  })

  it('take no more room than they may: those that were looked at longest ago go', async () => {
    const folder = temporaryFolder()
    const stateDir = temporaryFolder()
    const paths = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        writePhoto(folder, `IMG_${index}.jpg`, { width: 600, height: 400 }),
      ),
    )
    const one = (await pictureOf(thumbnails(), paths[0] ?? ''))?.length ?? 0
    const all = thumbnails({ stateDir, mostBytes: one * 4.5 })
    for (const path of paths.slice(0, 4)) await pictureOf(all, path)
    await pictureOf(all, paths[0] ?? '')
    await pictureOf(all, paths[4] ?? '')
    const kept = () => readdirSync(join(stateDir, 'thumbnails'))
    expect(kept().length).toBeLessThanOrEqual(4)
    const atRest = thumbnails({
      stateDir,
      program: { ...program, nodePath: '/nowhere/node' },
      mostBytes: one * 4.5,
    })
    expect(await pictureOf(atRest, paths[0] ?? '')).not.toBeNull()
    expect(await pictureOf(atRest, paths[1] ?? '')).toBeNull()
    for (const path of paths) await pictureOf(all, path)
    expect(kept().length).toBeLessThanOrEqual(4)
    expect(kept().every((name) => name.endsWith('.webp'))).toBe(true)
  })

  it('are made once for all who ask at the same time, and not at all for those who went before their turn', async () => {
    const folder = temporaryFolder()
    const stateDir = temporaryFolder()
    const all = thumbnails({ stateDir, limits: { children: 1 } })
    const [first = '', second = '', third = ''] = await Promise.all(
      ['a', 'b', 'c'].map((name) => writePhoto(folder, `${name}.jpg`)),
    )
    const gone = new AbortController()
    const asked = [first, first, second, third].map((path) =>
      all.picture(sourceOf(path), 'row', path === second ? gone.signal : unaborted),
    )
    gone.abort()
    const [one, same, none, other] = await Promise.all(asked)
    expect(one?.webp).toBe(same?.webp)
    expect(none).toBeNull()
    expect(other).not.toBeNull()
    expect(readdirSync(join(stateDir, 'thumbnails')).length).toBe(2)
    // It is asked for again when its row comes back.
    expect(await pictureOf(all, second, 'row')).not.toBeNull()
  })

  it('are swept of drafts that were cut off, and of what a power cut left half', async () => {
    const stateDir = temporaryFolder()
    const path = await writePhoto(temporaryFolder(), 'IMG.jpg')
    await pictureOf(thumbnails({ stateDir }), path, 'row')
    const kept = join(stateDir, 'thumbnails')
    const [name = ''] = readdirSync(kept)
    writeFileSync(join(kept, name), Buffer.alloc(100))
    writeFileSync(join(kept, 'draft.part'), 'half')
    mkdirSync(join(kept, 'folder'))
    expect((await seen(await pictureOf(thumbnails({ stateDir }), path, 'row'))).corners).toEqual(upright)
    expect(readdirSync(kept)).toEqual([name])
  })

  it('are icons where a photo takes its process down, and those after it are made by a fresh one', async () => {
    const folder = temporaryFolder()
    const entry = new URL('./unruly-thumbnail-worker.ts', import.meta.url)
    const limits = { children: 1, timeoutMs: 2_000 }
    const all = thumbnails({ program: { ...program, entry }, limits })
    const good = await writePhoto(folder, 'good.jpg')
    const bad = await Promise.all(
      ['segv', 'rubbish', 'greedy', 'hang'].map((name) => writePhoto(folder, `${name}.jpg`)),
    )
    const found = await Promise.all([...bad, good].map((path) => pictureOf(all, path, 'row')))
    expect(found.map((picture) => picture !== null)).toEqual([false, false, false, false, true])
    expect(await all.facts(sourceOf(bad[0] ?? ''))).toBeNull()
  })

  it.skipIf(process.platform === 'win32')('wait for no pipe that took a photo’s name', async () => {
    const folder = temporaryFolder()
    const path = await writePhoto(folder, 'IMG.jpg')
    const source = sourceOf(path)
    rmSync(path)
    execFileSync('mkfifo', [path])
    expect(await thumbnails().picture(source, 'row', unaborted)).toBeNull()
  })
})

describe('what a photo tells of itself', () => {
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
  ] as const)('is read from %s', async (format, camera, hasLocation) => {
    const path = await writeRaw(temporaryFolder(), format, { orientation: 6 })
    const facts = await shared.facts(sourceOf(path))
    expect(facts).toMatchObject({ ...shot, camera, hasLocation })
    expect((facts?.height ?? 0) > (facts?.width ?? 0)).toBe(true)
  })

  it('is read from every other format that holds it, and is null for what is no photo', async () => {
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
