/** Hostile HTTP: what cannot be read is refused, what lies about its length stores nothing, and nobody else is held up. */
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { bytesOf, contentDigest, md5, raw, type Started, start } from './harness.ts'

let started: Started
let port = ''
beforeAll(async () => {
  started = await start()
  port = new URL(started.client.url).port
})

const line = (head: string) => head.split('\r\n', 1)[0]
const health = (...headers: string[]) =>
  `GET /api/health HTTP/1.1\r\n${headers.map((h) => `${h}\r\n`).join('')}\r\n`

/** The head of a chunk's PUT with the token. */
function putHead(taskId: string, bytes: Uint8Array, ...headers: string[]): string {
  return [
    `PUT /api/task/${taskId}/chunk/0 HTTP/1.1`,
    `Host: localhost:${port}`,
    `Authorization: Bearer ${started.client.token}`,
    `Content-Digest: ${contentDigest(bytes)}`,
    ...headers,
    '\r\n',
  ].join('\r\n')
}

describe('a lying length', () => {
  const bytes = Buffer.alloc(1000, 'x')
  const offer = (name: string) => started.client.offer(name, bytes)

  it('is refused when the chunk comes without one', async () => {
    const { taskId } = await offer('no-length')
    expect(line(await raw(started.client.url, putHead(taskId, bytes)))).toContain('411')
    const chunked = putHead(taskId, bytes, 'Transfer-Encoding: chunked')
    expect(line(await raw(started.client.url, `${chunked}3e8\r\n${bytes}\r\n0\r\n\r\n`))).toContain('411')
  })

  it('is refused together with transfer chunks (request smuggling)', async () => {
    const { taskId } = await offer('both')
    const head = putHead(taskId, bytes, 'Content-Length: 1000', 'Transfer-Encoding: chunked')
    expect(line(await raw(started.client.url, `${head}3e8\r\n${bytes}\r\n0\r\n\r\n`))).toContain('400')
  })

  it.each(['-1', 'NaN', '1e3', '99999999999999999999', '1000, 1000'])(
    'is refused: Content-Length %s',
    async (length) => {
      const { taskId } = await offer('odd-length')
      const answer = await raw(started.client.url, putHead(taskId, bytes, `Content-Length: ${length}`))
      expect(line(answer)).toContain('400')
    },
  )

  it('is refused when it is not that of the chunk, before the body comes', async () => {
    const { taskId } = await offer('huge')
    const answer = await raw(started.client.url, putHead(taskId, bytes, 'Content-Length: 1000000000000'))
    expect(line(answer)).toContain('400')
    expect(answer).toContain('chunk-invalid')
  })

  it('stores nothing when fewer bytes come than were announced', async () => {
    const { taskId } = await offer('fewer')
    await raw(
      started.client.url,
      putHead(taskId, bytes, 'Content-Length: 1000') + bytes.subarray(0, 500).toString(),
      200,
    )
    expect((await started.client.request('GET', `/api/task/${taskId}`)).body.uploadedChunks).toEqual([])
    expect((await started.client.put(taskId, 0, bytes)).status).toBe(200)
  })

  it('asks for the body of a client that waits to be asked', async () => {
    const { taskId } = await offer('expect')
    const head = putHead(taskId, bytes, 'Content-Length: 1000', 'Expect: 100-continue', 'Connection: close')
    const answer = await raw(started.client.url, head + bytes.toString())
    expect(line(answer)).toContain('100 Continue')
    expect(answer).toContain('HTTP/1.1 200 OK')
  })
})

describe('a JSON body', () => {
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    started.client.request('POST', '/api/task', {
      body,
      headers: { 'Content-Type': 'application/json', ...headers },
    })

  it.each([
    ['deep', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 400],
    ['deep object', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, 400],
    ['cut', '{"fileName":', 400],
    ['null', 'null', 400],
    ['with a prototype', '{"__proto__":{"fileName":"x","fileSize":1}}', 400],
    ['with a negative size', '{"fileName":"x","fileSize":-1}', 400],
    ['with a fractional size', '{"fileName":"x","fileSize":1.5}', 400],
    ['with a size beyond integers', '{"fileName":"x","fileSize":9007199254740993}', 400],
    ['in another encoding', Buffer.from('{"fileName":"caf\xe9","fileSize":1}', 'latin1'), 400],
    ['with a bad hash', '{"fileName":"x","fileSize":1,"hash":"../../x"}', 400],
    ['too large', JSON.stringify({ fileName: 'x'.repeat(70_000) }), 413],
  ])('is refused when it is %s', async (_, body, status) => {
    const answer = await post(body)
    expect(answer).toMatchObject({ status, body: { error: { code: 'bad-request' } } })
  })

  it('is refused when it is packed or of another type', async () => {
    const packed = new Uint8Array(gzipSync(Buffer.alloc(10_000_000)))
    expect((await post(packed, { 'Content-Encoding': 'gzip' })).status).toBe(415)
    expect((await post('{}', { 'Content-Type': 'text/plain' })).status).toBe(415)
  })
})

describe('whatever comes', () => {
  it('is answered in JSON: unknown routes, unknown tasks, rubbish', async () => {
    expect((await started.client.request('GET', '/api/nothing')).body.error?.code).toBe('not-found')
    expect((await started.client.request('PATCH', '/api/task')).body.error?.code).toBe('not-found')
    for (const id of ['x', '..%2f..', '%ff', 'f'.repeat(32)]) {
      expect((await started.client.request('GET', `/api/task/${id}`)).status).toBeLessThan(500)
    }
    expect(line(await raw(started.client.url, 'rubbish\r\n\r\n'))).toContain('400')
    expect(
      line(await raw(started.client.url, health('Host: localhost', `X: ${'x'.repeat(20_000)}`))),
    ).toContain('431')
  })

  it('does not stop an honest upload', async () => {
    const { taskId } = await started.client.offer('slow-many', Buffer.alloc(1000, 'x'))
    const head = putHead(taskId, Buffer.alloc(1000, 'x'), 'Content-Length: 1000')
    const slow = Array.from({ length: 200 }, () => raw(started.client.url, `${head}xx`, 1_500))
    const bytes = bytesOf(300_000)
    const answer = await started.client.upload('honest.jpg', bytes)
    expect(answer).toMatchObject({ status: 200, body: { md5: md5(bytes) } })
    await Promise.all(slow)
  })
})
