import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium } from '../e2e/chromium.ts'
import { bundlePage } from './bundle-page.ts'
import type * as clients from './document-clients.ts'
import { md5, type Started, start } from './harness.ts'
import { storedBytes } from './test-storage.ts'
import { seededBytes } from './uppy-page.ts'

declare global {
  interface Window {
    readonly clients: typeof clients
    readonly seededBytes: typeof seededBytes
  }
}

const found = await launchChromium()
if ('reason' in found)
  console.log(`The documents' clients are not tried in a real browser here: ${found.reason}.`)

let started: Started
let page: Page
const web = createServer()

beforeAll(async () => {
  if (!('browser' in found)) return
  const script = await bundlePage('document-clients-page.ts')
  web.on('request', (incoming, outgoing) => {
    const { url, method, headers } = incoming
    const own = { '/': '<!doctype html><script type="module" src="/page.js"></script>', '/page.js': script }[
      url ?? ''
    ]
    outgoing.setHeader('Content-Type', url === '/page.js' ? 'text/javascript' : 'text/html')
    if (own !== undefined) return void outgoing.end(own)
    // What the page's server does not know goes on to PhotoFerry, as by the proxy of a page that is being developed.
    const { port } = new URL(started.server.url)
    const onward = request({ port, path: url, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(onward)
  })
  await new Promise<void>((resolve) => web.listen(0, 'localhost', resolve))
  const origin = `http://localhost:${(web.address() as AddressInfo).port}`
  started = await start({ args: ['--no-auth', '--cors-origins', `development,${origin}`] })
  page = await found.browser.newPage()
  await page.goto(`${origin}/`)
  await page.waitForFunction(() => window.clients !== undefined)
})
afterAll(async () => {
  web.close()
  if ('browser' in found) await found.browser.close()
})

describe.skipIf('reason' in found)("the documents' clients in a page", () => {
  it.each(['across origins', 'by relative addresses'])('bring their files %s', async (way) => {
    const size = 700_000
    const said = await page.evaluate(
      async ([server, name, bytes]) => {
        const content = window.seededBytes(7, bytes)
        const options = { chunkSize: 65_536 }
        const { uploadWhole, uploadInOrder, uploadAtOnce, uploadChunks, merge } = window.clients
        return [
          await uploadWhole(server, `1 ${name}`, content),
          (await uploadInOrder(server, `2 ${name}`, content, options)).at(-1),
          (await uploadAtOnce(server, `3 ${name}`, content, options)).at(-1),
          (await uploadChunks(server, content, options)).at(-1),
          await merge(server, `4 ${name}`),
        ]
      },
      [way === 'across origins' ? started.server.url : '', `婚礼 ${way}.jpg`, size] as const,
    )
    expect(said.map((one) => one?.status)).toEqual([200, 200, 200, 200, 200])
    for (const number of [1, 2, 3, 4]) {
      const stored = await storedBytes(started.dataDir, `${number} 婚礼 ${way}.jpg`)
      expect(md5(stored)).toBe(md5(seededBytes(7, size)))
    }
  })

  it.each(['http://localhost:5173', 'http://localhost:4174', 'http://localhost:3000'])(
    'at %s are let in by one word, and told which',
    async (origin) => {
      const strict = await start({ args: ['--no-auth'] })
      const answer = await fetch(`${strict.server.url}/api/stats`, { headers: { Origin: origin } })
      expect(answer.status).toBe(403)
      expect(await answer.text()).toContain('the word development, which stands for http://localhost:5173')
      const other = await fetch(`${strict.server.url}/api/stats`, {
        headers: { Origin: 'http://localhost:9' },
      })
      expect(await other.text()).not.toContain('development')
      const open = await fetch(`${started.server.url}/api/stats`, { headers: { Origin: origin } })
      expect(open.status).toBe(200)
    },
  )
})
