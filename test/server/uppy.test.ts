import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../e2e/chromium.ts'
import { bundlePage } from './bundle-page.ts'
import { bytesOf, md5, type Started, start } from './harness.ts'
import { partialNames, storedBytes, storedFiles } from './test-storage.ts'
import { type Studio, type StudioUpload, seededBytes } from './uppy-page.ts'

declare global {
  interface Window {
    readonly studio: Studio
  }
}

const found = await launchChromium()
if ('reason' in found) console.log(`Uppy is not tried in a real browser here: ${found.reason}.`)

let started: Started
let page: Page
const web = createServer()
beforeAll(async () => {
  if (!('browser' in found)) return
  const script = await bundlePage('uppy-page.ts')
  web.on('request', (request, response) => {
    const isScript = request.url === '/page.js'
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<!doctype html><script type="module" src="/page.js"></script>')
  })
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  const { port } = web.address() as AddressInfo
  started = await start({ env: { CORS_ORIGINS: `http://127.0.0.1:${port}` } })
  page = await found.browser.newPage()
  await page.goto(`http://127.0.0.1:${port}/`)
})
afterAll(async () => {
  web.close()
  if ('browser' in found) await found.browser.close()
})

const upload = (options: Omit<StudioUpload, 'endpoint' | 'token'>) =>
  page.evaluate((all) => window.studio.upload(all), {
    endpoint: `${started.server.url}/tus`,
    token: started.client.token,
    ...options,
  })

describe.skipIf('reason' in found)('Uppy', () => {
  it('uploads a file that is then stored, served and known like any other', async () => {
    const bytes = Buffer.from(seededBytes(1, 300_000))
    expect(await upload({ name: 'uppy.jpg', seed: 1, size: bytes.length })).toBe('done')
    expect(await storedBytes(started.dataDir, 'uppy.jpg')).toEqual(bytes)
    const { response } = await started.client.download('/uploads/uppy.jpg')
    expect(response.headers.get('ETag')).toBe(`"${md5(bytes)}"`)
    expect((await started.client.offer('uppy.jpg', bytes)).done).toBe(true)
    expect((await started.client.offer('elsewhere/copy.jpg', bytes)).done).toBe(true)
  })

  it('goes on where it was, after its page was closed in the middle', async () => {
    const bytes = Buffer.from(seededBytes(2, 2_000_000))
    const file = { name: 'resumed.jpg', seed: 2, size: bytes.length }
    expect(await upload({ ...file, pauseAt: 800_000 })).toBe('paused')
    await page.reload()
    const offsets: number[] = []
    page.on('request', (request) => {
      if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']))
    })
    expect(await upload(file)).toBe('done')
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(700_000)
    expect(await storedBytes(started.dataDir, 'resumed.jpg')).toEqual(bytes)
    expect(await partialNames(started.dataDir)).toEqual([])
  })

  it('is refused from an origin that nobody named', async () => {
    const stranger = await start()
    await expect(
      page.evaluate((all) => window.studio.upload(all), {
        endpoint: `${stranger.server.url}/tus`,
        token: stranger.client.token,
        name: 'x.jpg',
        seed: 3,
        size: bytesOf(10).length,
      }),
    ).rejects.toThrow()
    expect(await storedFiles(stranger.dataDir)).toEqual([])
  })
})
