import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readClipFacts } from '../../../../src/main/images/clips/read-clip-facts.ts'
import { bufferBytes } from '../../../../src/main/images/formats/bytes.ts'
import { seeded } from '../../../crossing/photo-folder.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { box, cornersJpeg } from '../raw-files.ts'
import { pictureOf, seen, shared, sourceOf, upright } from '../thumbnails/a-thumbnail.ts'
import { asM2ts, clip, createdAt, motionJpeg, quickTimeKeys, withMovieBoxes } from './clips.ts'

const rounds = Number(process.env.PHOTOFERRY_SPOILT ?? 150)
const seed = Number(process.env.PHOTOFERRY_SEED ?? Math.floor(Math.random() * 2 ** 31))
/** 2024-05-01 10:11:12 UTC, since 1904. */
const created = Date.UTC(2024, 4, 1, 10, 11, 12) / 1000 + 2_082_844_800

function written(name: string, bytes: Buffer): string {
  const path = join(temporaryFolder(), name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
  return path
}

const factsOf = (path: string) => shared.facts(sourceOf(path))

describe('the facts of a clip', () => {
  it.each([
    ['GX010001.MP4', 'mp4'],
    ['GL010001.LRV', 'mp4'],
    ['VID_1.insv', 'mp4, tables last'],
    ['C0001.MP4', 'mp4 in fragments'],
    ['MVI_1.MOV', 'mov'],
  ] as const)('are its size, duration, date and kind: %s', async (name, kind) => {
    const facts = await factsOf(written(name, createdAt(await clip(kind), created)))
    expect(facts).toMatchObject({
      width: 1920,
      height: 1080,
      takenAt: '2024-05-01T10:11:12+00:00',
      format: `${kind === 'mov' ? 'QuickTime' : 'MP4'} · H.264`,
    })
    expect(facts?.durationSeconds).toBeCloseTo(4, 1)
  })

  it.each(['00001.MTS', '00001.m2ts'])(
    'are read from AVCHD, whose frames say when they were taken: %s',
    async (name) => {
      const stream = await clip('ts', { isAvchd: true, width: 1440 })
      const facts = await factsOf(written(name, asM2ts(stream)))
      expect(facts).toMatchObject({
        width: 1440,
        height: 1080,
        takenAt: '2024-05-01T10:11:12+02:00',
        format: 'MPEG-TS · H.264',
      })
      expect(facts?.durationSeconds).toBeCloseTo(4, 1)
    },
  )

  it('are those of the clip as it is shown, upright', async () => {
    const facts = await factsOf(written('IMG_1.MOV', await clip('mov', { rotation: 90 })))
    expect(facts).toMatchObject({ width: 1080, height: 1920 })
  })

  it('say the camera, the time with its offset, and that there is a location, as phones write them', async () => {
    const keys = quickTimeKeys({
      'com.apple.quicktime.make': 'Apple',
      'com.apple.quicktime.model': 'iPhone 15 Pro',
      'com.apple.quicktime.creationdate': '2024-05-01T12:11:12+0200',
      'com.apple.quicktime.location.ISO6709': '+51.5000-000.1250+010/',
    })
    const movie = withMovieBoxes(createdAt(await clip('mov'), created), keys)
    expect(await factsOf(written('IMG_1.MOV', movie))).toMatchObject({
      camera: 'Apple iPhone 15 Pro',
      takenAt: '2024-05-01T12:11:12+02:00',
      hasLocation: true,
    })
  })

  it.each([
    ['0: a clock that was never set', 0, null],
    ['seconds since 1970, as some cameras count', created - 2_082_844_800, '2024-05-01T10:11:12+00:00'],
  ] as const)('have no date or the right one for %s', async (_what, seconds, takenAt) => {
    expect(await factsOf(written('DJI_1.MP4', createdAt(await clip('mp4'), seconds)))).toMatchObject({
      takenAt,
    })
  })

  it('are the kind alone where a cinema camera wrote it', async () => {
    const movie = await clip('mov')
    for (const [name, bytes, format] of [
      ['A001.R3D', Buffer.from('\0\0\x01\0RED2\0\0\0\0\0\0\0\0', 'latin1'), 'REDCODE RAW'],
      ['A001.mxf', Buffer.from('060e2b34020501010d01020101020400', 'hex'), 'MXF'],
      ['A001.CRM', Buffer.concat([box('ftyp', Buffer.from('crx \0\0\0\0', 'latin1'))]), 'Cinema RAW Light'],
      ['A001.braw', movie, 'Blackmagic RAW'],
    ] as const) {
      expect([name, await factsOf(written(name, bytes))]).toEqual([name, expect.objectContaining({ format })])
    }
  })

  it('are none for what is no clip', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('no clip'), Buffer.alloc(5_000, 0x47)]) {
      expect(await factsOf(written('clip.mp4', bytes))).toBeNull()
    }
  })

  it('take a few reads of a clip of any length', async () => {
    const movie = await clip('mp4, tables last', { seconds: 400 })
    let read = 0
    const bytes = bufferBytes(movie)
    const counted = {
      size: bytes.size,
      read: (offset: number, length: number) => {
        read += length
        return bytes.read(offset, length)
      },
    }
    await readClipFacts('C0001.MP4', counted)
    expect(movie.length).toBeGreaterThan(2_000_000)
    expect(read).toBeLessThan(500_000)
  })
})

describe('the picture of a clip', () => {
  it('is the one that the camera left beside it', async () => {
    const path = written('DCIM/100GOPRO/GX010001.MP4', await clip('mp4'))
    writeFileSync(path.replace('.MP4', '.THM'), await cornersJpeg(160, 120))
    expect((await seen(await pictureOf(shared, path))).corners).toEqual(upright)
    const proxy = path.replace('GX010001.MP4', 'GL010001.LRV')
    writeFileSync(proxy, await clip('mp4', { width: 768, height: 432 }))
    expect((await seen(await pictureOf(shared, proxy))).corners).toEqual(upright)
  })

  it('is the largest that the camera put into it', async () => {
    const [small, large] = [await cornersJpeg(160, 120), await cornersJpeg(640, 360)]
    const userData = box('udta', box('NCDT', Buffer.concat([box('NCTH', small), box('NCVW', large)])))
    const path = written('DSC_1.MOV', withMovieBoxes(await clip('mov'), userData))
    expect(await seen(await pictureOf(shared, path))).toMatchObject({
      width: 512,
      height: 288,
      corners: upright,
    })
  })

  it('is the first frame where frames are photos', async () => {
    const path = written('MVI_1.MOV', motionJpeg(await cornersJpeg(640, 480), 640, 480))
    expect(await seen(await pictureOf(shared, path))).toMatchObject({
      width: 512,
      height: 384,
      corners: upright,
    })
    expect(await factsOf(path)).toMatchObject({ width: 640, height: 480, format: 'QuickTime' })
  })

  it('is an icon where there is none', async () => {
    const path = written('C0001.MP4', await clip('mp4'))
    expect(await pictureOf(shared, path)).toBeNull()
    mkdirSync(path.replace('.MP4', '.THM'))
    expect(await pictureOf(shared, written('C0002.MP4', await clip('mp4')))).toBeNull()
  })
})

describe('a spoilt clip', () => {
  it.each(['mp4', 'mov', 'mp4 in fragments', 'ts', 'mkv'] as const)(
    `is read in part or not at all, and nothing worse: %s (seed ${seed})`,
    async (kind) => {
      const random = seeded(seed)
      const path = join(temporaryFolder(), 'C0001.MP4')
      const movie = await clip(kind, { seconds: 1, isAvchd: true })
      const userData = box('udta', box('CNTH', box('CNDA', await cornersJpeg(160, 120))))
      const whole = kind === 'mov' ? withMovieBoxes(movie, userData) : movie
      for (let round = 0; round < rounds; round++) {
        const copy = Buffer.from(whole)
        const flips = 1 + Math.floor(random() * 8)
        for (let flip = 0; flip < flips; flip++)
          copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256)
        const spoilt = random() < 0.2 ? copy.subarray(0, Math.floor(random() * copy.length)) : copy
        writeFileSync(path, spoilt)
        await factsOf(path)
        await pictureOf(shared, path)
      }
      writeFileSync(path, whole)
      expect(await factsOf(path)).toMatchObject({ width: 1920, height: 1080 })
    },
  )

  it('that keeps its reader busy for ever is given up, and the next one is read', async () => {
    const endless = written('C0001.MP4', withFramesPerChunk(await clip('mp4'), 0x7fffffff))
    expect(await factsOf(endless)).toBeNull()
    expect(await factsOf(written('C0002.MP4', await clip('mp4')))).toMatchObject({ width: 1920 })
  })
})

/** Makes the table of chunks claim so many frames in the first of them. */
function withFramesPerChunk(movie: Buffer, count: number): Buffer {
  const copy = Buffer.from(movie)
  copy.writeUInt32BE(count, copy.indexOf('stsc', 0, 'latin1') + 16)
  return copy
}
