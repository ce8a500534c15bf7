/** A server that lives below a path, through a real reverse proxy: with what the proxy strips, and with what it leaves. */
import { Upload } from 'tus-js-client'
import { describe, expect, it } from 'vitest'
import { reverseProxy } from '../reverse-proxy.ts'
import { contractUpload, sendAll } from './contract-client.ts'
import { bytesOf, Client, md5, raw, start } from './harness.ts'
import { storedBytes } from './test-storage.ts'

const ways = [
  ['a proxy that strips the path', false],
  ['a proxy that leaves the path', true],
] as const

/** A server that knows where it lives, and a client that reaches it there. */
async function below(prefix: string, keepsPrefix: boolean, args: readonly string[] = []) {
  const started = await start({ env: { PUBLIC_URL: `https://photos.example.com${prefix}/` }, args })
  const { url, seen } = await reverseProxy(Number(new URL(started.server.url).port), { prefix, keepsPrefix })
  return { ...started, seen, client: new Client(url, started.server.token ?? '') }
}

function tusUpload(client: Client, bytes: Buffer, filename: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const upload: Upload = new Upload(bytes, {
      endpoint: `${client.url}/tus`,
      headers: { Authorization: `Bearer ${client.token}` },
      retryDelays: null,
      chunkSize: 50_000,
      metadata: { filename },
      onSuccess: () => resolve(String(upload.url)),
      onError: reject,
    })
    upload.start()
  })
}

describe.each(ways)('behind %s, a server with a public address', (_way, keepsPrefix) => {
  it('brings a file of the native protocol, and hands it out below that path', async () => {
    const { client, dataDir } = await below('/photos', keepsPrefix)
    const bytes = bytesOf(150_000)
    const { status, body } = await client.upload('Reise/a b.jpg', bytes)
    expect([status, body.url]).toEqual([200, '/uploads/Reise/a%20b.jpg'])
    expect(await storedBytes(dataDir, 'Reise/a b.jpg')).toEqual(bytes)
    expect((await client.download(String(body.url))).bytes.equals(bytes)).toBe(true)
  })

  it('gives tus clients a Location that leads back through the proxy', async () => {
    const { client, dataDir, seen } = await below('/a/deep%20path', keepsPrefix)
    const bytes = bytesOf(170_000)
    const url = await tusUpload(client, bytes, 'tus.jpg')
    expect(url.startsWith(`${client.url}/tus/`)).toBe(true)
    expect(await storedBytes(dataDir, 'tus.jpg')).toEqual(bytes)
    expect(seen.map(({ status }) => status)).toEqual([201, 204, 204, 204, 204])
  })

  it('serves a client of the published contract', async () => {
    const { client, dataDir } = await below('/photos', keepsPrefix, ['--no-auth'])
    const bytes = bytesOf(120_000)
    const upload = contractUpload(client.url, 'contract.jpg', bytes, 40_000)
    await sendAll(upload, [2, 0, 1], 2)
    const { status, body } = await upload.complete()
    expect([status, body.md5, body.path]).toEqual([200, md5(bytes), '/uploads/contract.jpg'])
    expect((await client.download(String(body.path))).bytes.equals(bytes)).toBe(true)
    expect(await storedBytes(dataDir, 'contract.jpg')).toEqual(bytes)
  })

  it('describes itself with the address below that path', async () => {
    const { client } = await below('/photos', keepsPrefix)
    const { body } = await client.request('GET', '/api/openapi.json')
    expect(body.servers).toEqual([{ url: '/photos' }])
  })
})

describe('a server with a public address', () => {
  it('still serves its own network without the path, and no path that only begins alike', async () => {
    const { server } = await start({ env: { PUBLIC_URL: 'https://photos.example.com/photos' } })
    const direct = new Client(server.url, server.token ?? '')
    expect((await direct.upload('direct.jpg', bytesOf(10))).status).toBe(200)
    expect(await tusUpload(direct, bytesOf(70_000), 'direct-tus.jpg')).toContain(`${server.url}/photos/tus/`)
    expect((await direct.request('GET', '/photos/api/stats')).status).toBe(200)
    expect((await direct.request('GET', '/photosynthesis/api/stats')).status).toBe(404)
  })

  it('lets requests in that name its host', async () => {
    const { server } = await start({ env: { PUBLIC_URL: 'https://Photos.example.com/photos' } })
    const head = (host: string) =>
      `GET /photos/api/health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
    expect(await raw(server.url, head('photos.example.com'))).toContain('200 OK')
    expect(await raw(server.url, head('other.example.com'))).toContain('403 Forbidden')
  })

  it('decides nothing by what a request says of its own way', async () => {
    const { server } = await start()
    const answer = await fetch(`${server.url}/tus`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${server.token}`,
        'Tus-Resumable': '1.0.0',
        'Upload-Length': '10',
        'Upload-Metadata': `filename ${btoa('x.jpg')}`,
        'X-Forwarded-Host': 'evil.example',
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-Prefix': '/evil',
      },
    })
    expect(answer.headers.get('Location')).toMatch(/^\/tus\/[0-9a-f]{32}$/)
  })
})
