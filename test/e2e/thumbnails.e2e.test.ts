/** Thumbnails in a real browser: for visible rows only, RAW files too, icons for the rest, and no jump in the list. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { writePhoto } from '../main/images/photos.ts'
import { type RawFormat, rawFormats, writeRaw } from '../main/images/raw-files.ts'
import { canRun, openScene } from './scene.ts'

const pictures = '[data-picture] img'

/** Every address that the page asks a thumbnail at. */
function watchRequests(page: Page): string[] {
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/thumbnail/')) asked.push(request.url())
  })
  return asked
}

async function makeShoot(home: string): Promise<string> {
  const folder = join(home, 'Shoot')
  mkdirSync(folder)
  for (const format of rawFormats) await writeRaw(folder, format as RawFormat, { width: 640, height: 400 })
  await writePhoto(folder, 'photo.jpg', { width: 900, height: 600, orientation: 6 })
  await writePhoto(folder, 'scan.tif', { format: 'tiff' })
  writeFileSync(join(folder, 'clip.mov'), 'a film')
  writeFileSync(join(folder, 'notes.txt'), 'words')
  writeFileSync(join(folder, 'damaged.jpg'), 'no picture')
  return folder
}

describe.skipIf(!canRun)('the thumbnails of the list', () => {
  it('show what photos and RAW files hold, fade in, and are icons for all else', async () => {
    const scene = await openScene()
    const { page } = scene.window
    const asked = watchRequests(page)
    const folder = await makeShoot(scene.source)
    await page.setViewportSize({ width: 1280, height: 1300 })
    await scene.window.addFolder(folder)
    await scene.window.allStored.waitFor()
    await expect.poll(() => page.locator(pictures).count()).toBe(rawFormats.length + 2)
    const askedInRows = () => asked.filter((url) => url.includes('size=row')).length
    // Besides the RAW files and both photos: the damaged one and the clip, which may hold a picture.
    await expect.poll(askedInRows).toBe(rawFormats.length + 4)
    const boxOf = (name: string) => scene.window.row(name).locator('[data-size="row"]')
    for (const name of ['clip.mov', 'notes.txt', 'damaged.jpg']) {
      expect([
        name,
        await boxOf(name).locator('img').count(),
        await boxOf(name).locator('svg').count(),
      ]).toEqual([name, 0, 1])
    }
    expect(askedInRows()).toBe(rawFormats.length + 4)
    // With a picture or with an icon alone: the same square, so that nothing jumps.
    const [box, iconBox] = [await boxOf('photo.jpg').boundingBox(), await boxOf('clip.mov').boundingBox()]
    expect([box?.width, box?.height]).toEqual([iconBox?.width, iconBox?.width])
    expect(box?.width).toBeGreaterThan(30)
    const picture = page.locator(pictures).first()
    expect(await picture.getAttribute('alt')).toBe('')
    await expect.poll(() => picture.evaluate((image) => getComputedStyle(image).opacity)).toBe('1')
    const seconds = await picture.evaluate((image) => getComputedStyle(image).transitionDuration)
    expect(seconds).toBe('0.18s')
    await page.emulateMedia({ reducedMotion: 'reduce' })
    expect(await picture.evaluate((image) => getComputedStyle(image).transitionDuration)).toBe('0s')
  })

  it('are asked for by the rows in sight alone, however far somebody scrolls', async () => {
    const scene = await openScene()
    const { page } = scene.window
    const folder = join(scene.source, 'Season')
    mkdirSync(folder)
    const jpeg = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#3080c0' } })
      .jpeg()
      .toBuffer()
    for (let nth = 0; nth < 10_000; nth++) writeFileSync(join(folder, `IMG_${nth}.jpg`), jpeg)
    await scene.window.setReviews('Never')
    const asked = watchRequests(page)
    await scene.window.addFolder(folder)
    await expect
      .poll(() => scene.window.grid.getAttribute('aria-rowcount'), { timeout: 90_000, interval: 50 })
      .toBe('10001')
    const scroller = scene.window.grid.locator('xpath=..')
    // A place that is shown for so long is no place that somebody scrolls past; see use-thumbnail.ts.
    const settledMs = 90
    const settled = await scroller.evaluate(async (element, atLeastMs) => {
      let places = 0
      for (let step = 0; step <= 120; step++) {
        const sinceMs = performance.now()
        element.scrollTo(0, (element.scrollHeight * step) / 120)
        await new Promise((resolve) => requestAnimationFrame(resolve))
        if (performance.now() - sinceMs >= atLeastMs / 2) places += 1
      }
      return places
    }, settledMs)
    await expect.poll(() => page.locator(pictures).count()).toBeGreaterThan(5)
    const visible = await scene.window.rows.count()
    console.log(`${asked.length} requests for 10,000 rows scrolled past; ${visible} rows in the page`)
    // A slow machine lets places on the way settle; 10,000 rows would be 10,000 requests.
    expect(asked.length).toBeLessThan(visible * (12 + settled))
  })
})
