/**
 * Measures how fast thumbnails are: of 24-megapixel JPEGs, of RAW files and HEIC, and from the cache, beside bare sharp in the
 * same run; of the first screen of a folder of mixed RAW files (alone with `--mixed`); and how long main's event loop is blocked while somebody scrolls through thousands: `npm run bench:thumbnails`.
 */
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { Thumbnails } from '../../src/main/images/thumbnails/thumbnails.ts'
import { thumbnailWorkerEntry } from '../../src/main/program-files.ts'
import type { ThumbnailSize } from '../../src/shared/thumbnails.ts'
import { launchChromium } from '../e2e/chromium.ts'
import { heic } from '../heic/heics.ts'
import { noise } from '../main/images/photos.ts'
import { rawBuilders, rawFormats, withExif } from '../main/images/raw-files.ts'
import { rawKindNames, rawKinds } from '../main/images/raw-kinds.ts'
import { tiff } from '../main/images/tiff-builder.ts'
import { startBenchApp } from './bench-app.ts'

/** As many as a tall window shows. */
const visible = 20
const scrolled = 3_000
/** RAW files in a folder of all kinds. */
const mixed = 500
const folder = mkdtempSync(join(tmpdir(), 'photoferry-thumbnails-'))
const unaborted = new AbortController().signal

interface Kind {
  readonly name: string
  readonly extension: string
  readonly bytes: Buffer
}

async function jpeg(width: number, height: number): Promise<Buffer> {
  const image = sharp(noise(width, height), { raw: { width, height, channels: 3 } })
  return image.blur(1).jpeg({ quality: 92 }).toBuffer()
}

/** The block that cameras write: sRGB, and a thumbnail of 160 by 120. */
function withCameraThumbnail(photo: Buffer, small: Buffer): Buffer {
  const start = 8 + small.length + (small.length % 2)
  const shot = { fields: [[0xa001, 3, [1]]] } as const
  const next = { fields: [[0x0201, 4, [8]] as const, [0x0202, 4, [small.length]] as const] }
  const block = tiff({ fields: [[0x8769, 4, shot]], next }, { start })
  small.copy(block, 8)
  return withExif(photo, block)
}

async function kinds(): Promise<Kind[]> {
  const [large, medium, small] = [await jpeg(6000, 4000), await jpeg(1620, 1080), await jpeg(160, 120)]
  const parts = { small, orientation: 6 }
  return [
    { name: '24 MP JPEG, no EXIF thumbnail', extension: 'jpg', bytes: large },
    { name: '24 MP JPEG with EXIF thumbnail', extension: 'JPG', bytes: withCameraThumbnail(large, small) },
    {
      name: 'CR3, preview of 1620 x 1080',
      extension: 'cr3',
      bytes: rawBuilders.cr3({ ...parts, large: medium }),
    },
    { name: 'NEF, preview of 24 MP', extension: 'nef', bytes: rawBuilders.nef({ ...parts, large }) },
    { name: 'HEIC of 1.2 MP', extension: 'heic', bytes: heic('meadow') },
  ]
}

function sourcesOf({ name, extension, bytes }: Kind) {
  const place = join(folder, name.replaceAll(/\W+/g, '-'))
  mkdirSync(place)
  return Array.from({ length: visible }, (_, nth) => {
    const sourcePath = join(place, `IMG_${nth}.${extension}`)
    writeFileSync(sourcePath, bytes)
    const { size, mtimeMs } = statSync(sourcePath)
    return { sourcePath, relativePath: sourcePath, size, mtimeMs }
  })
}

type Sources = ReturnType<typeof sourcesOf>

/** @returns ms until the first and until all of them */
async function timed(all: Thumbnails, sources: Sources, size: ThumbnailSize) {
  const startedAt = performance.now()
  let firstMs = 0
  const asked = sources.map(async (source) => {
    if ((await all.picture(source, size, unaborted)) === null)
      throw new Error(`No thumbnail of ${source.sourcePath}`)
    firstMs ||= performance.now() - startedAt
  })
  await Promise.all(asked)
  return { firstMs, allMs: performance.now() - startedAt }
}

async function bareSharpMs(path: string): Promise<number> {
  const startedAt = performance.now()
  const inside = { width: 512, height: 512, fit: 'inside' } as const
  for (let round = 0; round < 5; round++) await sharp(path).autoOrient().resize(inside).webp().toBuffer()
  return (performance.now() - startedAt) / 5
}

const round = (ms: number) => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`

async function benchMaking(): Promise<void> {
  const program = { entry: thumbnailWorkerEntry, nodePath: process.execPath }
  for (const kind of await kinds()) {
    const stateDir = join(folder, `state of ${kind.name}`)
    const all = new Thumbnails({ program, stateDir })
    const sources = sourcesOf(kind)
    const row = await timed(all, sources, 'row')
    const detail = await timed(all, sources, 'detail')
    await all.close()
    const again = new Thumbnails({ program, stateDir })
    const kept = await timed(again, sources, 'row')
    await again.close()
    const figures = [
      `first row ${round(row.firstMs)} with the process's start`,
      `${visible} rows ${round(row.allMs)}`,
      `${visible} of 512 px ${round(detail.allMs)} (${round(detail.allMs / visible)} each)`,
      `from the cache after a restart ${round(kept.allMs / visible)} each`,
    ]
    if (kind.extension === 'jpg')
      figures.push(`bare sharp ${round(await bareSharpMs(sources[0]?.sourcePath ?? ''))} each`)
    console.log(`${kind.name}: ${figures.join(', ')}`)
  }
}

/** RAW files of every maker as they lie on a photographer's disk: their previews have a screen's size or the sensor's. */
async function benchMixedRaws(): Promise<void> {
  const sources = await mixedRaws()
  const screen = sources.slice(0, visible)
  for (const size of ['row', 'detail'] as const) {
    const program = { entry: thumbnailWorkerEntry, nodePath: process.execPath }
    const all = new Thumbnails({ program, stateDir: join(folder, `state of mixed RAWs, ${size}`) })
    const cold = await timed(all, screen, size)
    const rest = await timed(all, sources.slice(visible, 5 * visible), size)
    await all.close()
    console.log(
      `${sources.length} mixed RAWs: first ${visible} of size ${size} ${round(cold.allMs)} with the process's start ` +
        `(the first one ${round(cold.firstMs)}), the next ones ${round(rest.allMs / (4 * visible))} each`,
    )
  }
}

async function mixedRaws(): Promise<Sources> {
  const [full, screen, small] = [await jpeg(6000, 4000), await jpeg(1620, 1080), await jpeg(160, 120)]
  const built = [
    ...rawFormats.map((format) => ({ format, build: rawBuilders[format] })),
    ...rawKindNames.map((format) => ({ format, build: rawKinds[format].build })),
  ].map(({ format, build }, nth) => {
    const large = nth % 3 === 0 ? full : screen
    return { format, bytes: build({ large, small, orientation: nth % 4 === 3 ? 6 : 1 }) }
  })
  const place = join(folder, 'mixed RAWs')
  mkdirSync(place)
  return Array.from({ length: mixed }, (_, nth) => {
    const kind = built[nth % built.length]
    const sourcePath = join(place, `IMG_${nth}.${kind?.format}`)
    writeFileSync(sourcePath, kind?.bytes ?? '')
    const { size, mtimeMs } = statSync(sourcePath)
    return { sourcePath, relativePath: sourcePath, size, mtimeMs }
  })
}

/** Thousands of 24-megapixel photos in the window, none of which has a thumbnail yet. */
async function benchScrolling(): Promise<void> {
  const found = await launchChromium()
  if ('reason' in found) return console.log(`No scrolling here: ${found.reason}.`)
  const season = join(folder, 'Season')
  mkdirSync(season)
  const photo = join(folder, 'photo.jpg')
  writeFileSync(photo, readFileSync(join(folder, '24-MP-JPEG-no-EXIF-thumbnail', 'IMG_0.jpg')))
  for (let nth = 0; nth < scrolled; nth++) linkSync(photo, join(season, `IMG_${nth}.jpg`))
  const app = await startBenchApp(join(folder, 'app'), folder)
  const page = await (await found.browser.newContext({ viewport: { width: 1280, height: 1000 } })).newPage()
  let asked = 0
  page.on('request', (request) => {
    if (request.url().includes('/thumbnail/')) asked++
  })
  await page.goto(app.url)
  await page.getByRole('button', { name: 'Add folder', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a folder' })
  await dialog.getByLabel('Folder', { exact: true }).fill(season)
  await dialog.getByLabel('Folder', { exact: true }).press('Enter')
  await dialog.locator('[aria-current]', { hasText: 'Season' }).waitFor()
  await dialog.getByRole('button', { name: 'Choose this folder' }).click()
  await page.locator(`[aria-rowcount="${scrolled + 1}"]`).waitFor({ timeout: 60_000 })
  await page.locator('[data-picture] img').first().waitFor({ timeout: 60_000 })
  const idle = await app.delay()
  const scroller = page.locator('[data-scroller]')
  for (let stop = 1; stop <= 15; stop++) {
    await scroller.evaluate((element, share) => element.scrollTo(0, element.scrollHeight * share), stop / 16)
    await page.waitForTimeout(400)
  }
  const busy = await app.delay()
  await page.locator('[data-picture] img').first().waitFor({ timeout: 60_000 })
  console.log(
    `${scrolled} photos of 24 MP, 15 positions shown for 0.4 s each: ${asked} thumbnails asked for, main's event-loop ` +
      `delay p99 ${busy.p99Ms.toFixed(1)} ms (most ${busy.mostMs.toFixed(0)} ms); before ${idle.p99Ms.toFixed(1)} ms`,
  )
  await app.kill('SIGTERM')
  await found.browser.close()
}

try {
  await benchMixedRaws()
  if (!process.argv.includes('--mixed')) {
    await benchMaking()
    await benchScrolling()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
