/** Uppy's Dashboard and DragDrop in a real browser, as somebody uses them: files, a folder, a pause and a reload, parallel parts. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchChromium } from '../e2e/chromium.ts'
import { bundlePage } from './bundle-page.ts'
import { bytesOf, projectDir, type Started, start, temporaryFolder } from './harness.ts'
import { partialNames, storedBytes, storedFiles } from './test-storage.ts'
import type { Gallery } from './uppy-dashboard-page.ts'

declare global {
  interface Window {
    readonly gallery: Gallery
  }
}

const found = await launchChromium()
const folder = temporaryFolder()
const web = createServer()
let started: Started
let page: Page
let address = ''

beforeAll(async () => {
  if (!('browser' in found)) return
  const script = await bundlePage('uppy-dashboard-page.ts')
  // Without its styles the surface lies over its own buttons.
  const styles = ['core', 'dashboard', 'drag-drop'].map((part) =>
    readFileSync(join(projectDir, `node_modules/@uppy/${part}/dist/style.min.css`), 'utf8'),
  )
  const html = `<!doctype html><style>${styles.join('')}</style><div id="place"></div><script type="module" src="/page.js"></script>`
  web.on('request', (request, response) => {
    const isScript = request.url === '/page.js'
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : html)
  })
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(web.address() as AddressInfo).port}`
})
beforeEach(async () => {
  if (!('browser' in found)) return
  started = await start({ env: { CORS_ORIGINS: address } })
  page = await (await found.browser.newContext()).newPage()
  await page.goto(address)
})
afterAll(async () => {
  web.close()
  if ('browser' in found) await found.browser.close()
})

type Surfaces = Parameters<Gallery['show']>[0]

const show = (surface: Surfaces['surface'], options: Record<string, unknown> = {}) =>
  page.evaluate((all) => window.gallery.show(all), {
    surface,
    endpoint: `${started.server.url}/tus`,
    token: started.client.token,
    options,
  } as Surfaces)

const ended = () => page.evaluate(() => window.gallery.ended())

/** @returns the file's path */
function write(path: string, bytes: Buffer): string {
  const full = join(folder, path)
  mkdirSync(join(full, '..'), { recursive: true })
  writeFileSync(full, bytes)
  return full
}

const input = '.uppy-Dashboard-input'

describe.skipIf('reason' in found)("Uppy's Dashboard", () => {
  it('uploads two single files under their names, although they have no path', async () => {
    const [one, two] = [bytesOf(100_000), bytesOf(70_000)]
    await show('dashboard')
    await page
      .locator(`${input}:not([webkitdirectory])`)
      .first()
      .setInputFiles([write('一 张.jpg', one), write('two.jpg', two)])
    await page.getByRole('button', { name: /^upload 2 files$/i }).click()
    await expect.poll(async () => (await ended()).done.toSorted()).toEqual(['two.jpg', '一 张.jpg'])
    expect(await storedFiles(started.dataDir)).toEqual(['two.jpg', '一 张.jpg'])
    expect((await storedBytes(started.dataDir, '一 张.jpg')).equals(one)).toBe(true)
    expect((await storedBytes(started.dataDir, 'two.jpg')).equals(two)).toBe(true)
  })

  it('uploads a folder with its folders', async () => {
    const files = { 'shoot/a.jpg': bytesOf(1_000), 'shoot/raw/b.nef': bytesOf(200_000) }
    for (const [path, bytes] of Object.entries(files)) write(path, bytes)
    await show('dashboard')
    await page.locator(`${input}[webkitdirectory]`).setInputFiles(join(folder, 'shoot'))
    await page.getByRole('button', { name: /^upload 2 files$/i }).click()
    await expect.poll(async () => (await ended()).done.length).toBe(2)
    expect(await storedFiles(started.dataDir)).toEqual(Object.keys(files))
    for (const [path, bytes] of Object.entries(files))
      expect((await storedBytes(started.dataDir, path)).equals(bytes)).toBe(true)
  })

  it('goes on where it was when its page was paused and loaded again', async () => {
    const bytes = bytesOf(3_000_000)
    const path = write('resumed.jpg', bytes)
    const offsets: number[] = []
    page.on('request', (request) => {
      if (request.method() !== 'PATCH') return
      offsets.push(Number(request.headers()['upload-offset']))
    })
    const begin = async () => {
      await show('dashboard', { chunkSize: 65_536 })
      await page.locator(`${input}:not([webkitdirectory])`).first().setInputFiles(path)
      await page.getByRole('button', { name: /^upload 1 file$/i }).click()
    }
    await begin()
    await expect.poll(() => Math.max(-1, ...offsets)).toBeGreaterThan(500_000)
    await page.evaluate(() => window.gallery.pause())
    expect(await storedFiles(started.dataDir)).toEqual([])
    await page.reload()
    offsets.length = 0
    await begin()
    await expect.poll(async () => (await ended()).done, { timeout: 20_000 }).toEqual(['resumed.jpg'])
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(500_000)
    expect((await storedBytes(started.dataDir, 'resumed.jpg')).equals(bytes)).toBe(true)
    expect(await partialNames(started.dataDir)).toEqual([])
  })

  it('shows what to set where it would send parts in parallel', async () => {
    await show('dashboard', { parallelUploads: 2 })
    await page
      .locator(`${input}:not([webkitdirectory])`)
      .first()
      .setInputFiles(write('parts.jpg', bytesOf(300_000)))
    await page.getByRole('button', { name: /^upload 1 file$/i }).click()
    await expect.poll(async () => (await ended()).failed.join()).toContain('use parallelUploads: 1')
    expect(await storedFiles(started.dataDir)).toEqual([])
    expect(await partialNames(started.dataDir)).toEqual([])
  })
})

describe.skipIf('reason' in found)("Uppy's DragDrop", () => {
  it('uploads several files at once, each whole and under its name', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 6 }, (_, which) => [`drop ${which}.jpg`, bytesOf(50_000 + which)]),
    )
    await show('drag-drop', { limit: 6 })
    await page
      .locator('.uppy-DragDrop-input')
      .setInputFiles(Object.entries(files).map(([name, bytes]) => write(name, bytes)))
    await expect.poll(async () => (await ended()).done.length).toBe(6)
    expect(await storedFiles(started.dataDir)).toEqual(Object.keys(files))
    for (const [name, bytes] of Object.entries(files))
      expect((await storedBytes(started.dataDir, name)).equals(bytes)).toBe(true)
  })
})
