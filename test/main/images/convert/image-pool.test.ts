import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { CopyJob } from '../../../../src/main/images/convert/image-job.ts'
import { imageWorkerEntry } from '../../../../src/main/program-files.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { aJob, aPool, sharedPool, unstopped } from '../image-pools.ts'
import { corners, look, noise, type PhotoOptions, writePhoto } from '../photos.ts'

const unruly = new URL('../unruly-worker.ts', import.meta.url)

async function converted(job: Partial<CopyJob>, photo: PhotoOptions = {}) {
  const path = await writePhoto(temporaryFolder(), 'IMG_1', photo)
  const wanted = aJob(path, job)
  const result = await sharedPool.convert(wanted, unstopped)
  return { result, path: wanted.targetPath, source: path, facts: await look(wanted.targetPath) }
}

describe('a converted photo', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is upright whatever its orientation was: %i', async (orientation) => {
    const { path, source, facts } = await converted({ longEdge: 150 }, { orientation })
    const upright = join(temporaryFolder(), 'upright.png')
    await sharp(source).autoOrient().toFile(upright)
    expect(await corners(path)).toEqual(await corners(upright))
    expect([facts.width, facts.height]).toEqual(orientation < 5 ? [150, 100] : [100, 150])
    expect(facts.orientation).toBe(1)
    expect(facts.tags?.Image?.Orientation).toBe(1)
  })

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)(
    'keeps its profile, EXIF, XMP and location as %s',
    async (format) => {
      const { result, path, source, facts } = await converted({ format })
      expect(result).toEqual({ kind: 'made', size: statSync(path).size, place: 'none', leftOut: [] })
      expect(facts.icc).toEqual((await look(source)).icc)
      expect(facts.tags).toMatchObject({
        Image: { Make: 'Ferry', Copyright: 'Anna' },
        Photo: { DateTimeOriginal: new Date('2024-05-01T10:11:12Z') },
        GPSInfo: { GPSLatitude: [51, 30, 0] },
      })
      expect(facts.xmp).toContain('exif:GPSLatitude="51,30.0N"')
      expect(facts.xmp).toContain('xmp:Rating="5"')
    },
  )

  it.each(['jpeg', 'png', 'webp', 'avif'] as const)(
    'loses its location, and nothing else, on request: %s',
    async (format) => {
      const { result, path, facts } = await converted({ format, keepLocation: false })
      expect(result).toMatchObject({ kind: 'made', place: 'removed' })
      expect(facts.tags).toMatchObject({
        Image: { Make: 'Ferry', Copyright: 'Anna' },
        Photo: { DateTimeOriginal: new Date('2024-05-01T10:11:12Z') },
      })
      expect(facts.tags?.GPSInfo).toBeUndefined()
      expect(facts.exif?.includes(Buffer.from([51, 0, 0, 0, 1, 0, 0, 0, 30]))).toBe(false)
      expect(facts.xmp).not.toContain('GPS')
      expect(facts.xmp).toContain('xmp:Rating="5"')
      await expect(sharp(path, { failOn: 'warning' }).raw().toBuffer()).resolves.toBeDefined()
    },
  )

  it.each(['jpeg', 'png', 'webp', 'avif', 'tiff'] as const)(
    'is the original without its location if only that is asked for: %s',
    async (format) => {
      const path = await writePhoto(temporaryFolder(), 'IMG_1', { format })
      const before = await look(path)
      const job = aJob(path, { task: 'strip-location', sourceFormat: format })
      const result = await sharedPool.convert(job, unstopped)
      // A PNG's compressed text becomes shorter.
      const size = statSync(format === 'png' ? job.targetPath : path).size
      expect(result).toEqual({ kind: 'made', size, place: 'removed', leftOut: [] })
      const after = await look(job.targetPath)
      expect(after.xmp).not.toContain('GPS')
      expect(after.xmp).toContain('xmp:Rating="5"')
      expect(after.tags?.GPSInfo).toBeUndefined()
      expect(after.tags?.Image).toEqual(
        format === 'tiff' ? undefined : expect.objectContaining({ Make: 'Ferry' }),
      )
      expect(after.icc).toEqual(before.icc)
      const pixelsOf = (image: string) => sharp(image, { failOn: 'warning' }).raw().toBuffer()
      expect(await pixelsOf(job.targetPath)).toEqual(await pixelsOf(path))
    },
  )

  it('keeps its colour values together with the profile that they belong to', async () => {
    const { path, source } = await converted({ quality: 1 })
    const first = async (image: string) => [
      ...(await sharp(image).keepIccProfile().raw().toBuffer()).subarray(0, 3),
    ]
    const [before, after] = [await first(source), await first(path)]
    for (const [band, value] of before.entries()) expect(Math.abs(value - (after[band] ?? 0))).toBeLessThan(4)
  })

  it('is never enlarged', async () => {
    const { facts } = await converted({ longEdge: 4000 })
    expect([facts.width, facts.height]).toEqual([300, 200])
  })

  it('gets a white background where it was transparent', async () => {
    const path = join(temporaryFolder(), 'logo.png')
    const nothing = { r: 0, g: 0, b: 0, alpha: 0 }
    await sharp({ create: { width: 9, height: 9, channels: 4, background: nothing } }).toFile(path)
    await sharedPool.convert(aJob(path), unstopped)
    expect([...(await sharp(`${path}.copy`).raw().toBuffer()).subarray(0, 3)]).toEqual([255, 255, 255])
  })

  it('becomes sRGB if it was CMYK', async () => {
    const path = join(temporaryFolder(), 'print.tif')
    await sharp({ create: { width: 9, height: 9, channels: 3, background: '#c02040' } })
      .toColourspace('cmyk')
      .withIccProfile('cmyk')
      .toFile(path)
    expect((await sharp(path).metadata()).space).toBe('cmyk')
    await sharedPool.convert(aJob(path), unstopped)
    expect((await look(`${path}.copy`)).space).toBe('srgb')
  })

  it('of 24 megapixels is made within the limits', async () => {
    const raw = noise(6000, 4000)
    const { result, facts } = await converted(
      { longEdge: 2560, quality: 0.82 },
      { width: 6000, height: 4000, raw, orientation: 6 },
    )
    expect(result.kind).toBe('made')
    expect([facts.width, facts.height]).toEqual([1707, 2560])
  })
})

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('the image pool', () => {
  it('reports each hostile image and continues with the next', async () => {
    const folder = temporaryFolder()
    const bomb = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    writeFileSync(join(folder, 'empty.jpg'), '')
    writeFileSync(join(folder, 'page.jpg'), '<html></html>')
    writeFileSync(join(folder, 'drawing.jpg'), bomb)
    const frames = ['#ff0000', '#0000ff'].map((background) =>
      sharp({ create: { width: 9, height: 9, channels: 3, background } })
        .png()
        .toBuffer(),
    )
    await sharp(await Promise.all(frames), { join: { animated: true } }).toFile(join(folder, 'animated.webp'))
    const good = await writePhoto(folder, 'good.jpg')
    const images = sharedPool
    const problemOf = async (name: string) => {
      const result = await images.convert(aJob(join(folder, name)), unstopped)
      return result.kind === 'problem' ? result.problem : result.kind
    }
    expect(await problemOf('empty.jpg')).toBe('damaged')
    expect(await problemOf('page.jpg')).toBe('damaged')
    expect(await problemOf('drawing.jpg')).toBe('damaged')
    expect(await problemOf('animated.webp')).toBe('several-images')
    expect(await images.convert(aJob(good), unstopped)).toMatchObject({ kind: 'made' })
  })

  it.each([
    ['segv', 'crashed', {}],
    ['rubbish', 'crashed', {}],
    ['hang', 'timed-out', { timeoutMs: 8_000 }],
    ['greedy', 'out-of-memory', { rssBytes: 280 << 20 }],
  ] as const)('replaces a process that fails (%s), and reports why', async (name, problem, limits) => {
    const folder = temporaryFolder()
    const images = aPool({ processes: 1, ...limits }, unruly)
    const bad = await writePhoto(folder, `${name}.jpg`)
    const good = await writePhoto(folder, 'good.jpg')
    const [first, second] = await Promise.all(
      [bad, good].map((path) => images.convert(aJob(path), unstopped)),
    )
    expect(first).toMatchObject({ kind: 'problem', problem })
    expect(second).toMatchObject({ kind: 'made' })
  })

  it('does not give the next image to a process that has ended while it was idle', async () => {
    const folder = temporaryFolder()
    const images = aPool({ processes: 1 }, unruly)
    const [last, good] = [await writePhoto(folder, 'last.jpg'), await writePhoto(folder, 'good.jpg')]
    expect(await images.convert(aJob(last), unstopped)).toMatchObject({ kind: 'made' })
    const pid = Number(readFileSync(`${last}.pid`, 'utf8'))
    // It is gone once the system no longer knows it; this process has been told by then, or is in the next turn.
    await expect.poll(() => isRunning(pid)).toBe(false)
    await delay(50)
    expect(await images.convert(aJob(good), unstopped)).toMatchObject({ kind: 'made' })
  })

  it('ends a real conversion that uses too much memory', async () => {
    const raw = noise(3000, 2000)
    const path = await writePhoto(temporaryFolder(), 'a.jpg', { width: 3000, height: 2000, raw })
    const images = aPool({ rssBytes: 32 << 20 })
    const job = aJob(path, { format: 'webp' })
    expect(await images.convert(job, unstopped)).toMatchObject({ problem: 'out-of-memory' })
  })

  it('reports that no process can be started', async () => {
    const path = await writePhoto(temporaryFolder(), 'a.jpg')
    const images = aPool({}, imageWorkerEntry, '/nonexistent/node')
    expect(await images.convert(aJob(path), unstopped)).toMatchObject({ kind: 'problem', problem: 'crashed' })
  })

  it('replaces a process after a number of images', async () => {
    const path = await writePhoto(temporaryFolder(), 'a.jpg')
    const images = aPool({ processes: 1, imagesPerProcess: 2 })
    for (let nth = 0; nth < 5; nth++) {
      expect(await images.convert(aJob(path), unstopped)).toMatchObject({ kind: 'made' })
    }
  })

  it('stops at once when aborted', async () => {
    const folder = temporaryFolder()
    const images = aPool({ processes: 1 }, unruly)
    const stop = new AbortController()
    const reason = new Error('paused')
    const running = images.convert(aJob(await writePhoto(folder, 'hang.jpg')), stop)
    setImmediate(() => stop.abort(reason))
    await expect(running).rejects.toBe(reason)
    expect(readdirSync(folder)).toEqual(['hang.jpg'])
  })

  it('distinguishes the disk’s errors from the image’s', async () => {
    const path = await writePhoto(temporaryFolder(), 'a.jpg')
    const targetPath = join(path, 'under-a-file.jpg')
    const result = await sharedPool.convert(aJob(path, { targetPath }), unstopped)
    expect(result).toMatchObject({ kind: 'unwritable', errno: 'ENOTDIR' })
    expect(existsSync(targetPath)).toBe(false)
  })
})
