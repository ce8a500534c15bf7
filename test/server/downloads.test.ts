/** `GET /uploads/<path>`: whole, in part, again, and by a signed link. */
import { createHmac } from 'node:crypto'
import { get, type IncomingMessage } from 'node:http'
import { beforeAll, describe, expect, it } from 'vitest'
import { fileSignatureMessage, routes } from '../../src/shared/protocol/wire.ts'
import { bytesOf, contentDigest, md5, type Started, start } from './harness.ts'
import { putStored } from './test-storage.ts'

let started: Started
const bytes = bytesOf(1000)
const path = '/uploads/d/photo%20%C3%A4.jpg'
const tag = `"${md5(bytes)}"`
beforeAll(async () => {
  started = await start()
  await started.client.upload('d/photo ä.jpg', bytes, { lastModified: 1_600_000_000_000 })
})

describe('a stored file', () => {
  it('comes as an attachment that a browser runs nothing of', async () => {
    const { response, bytes: whole } = await started.client.download(path)
    expect(response.status).toBe(200)
    expect(whole).toEqual(bytes)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'content-length': '1000',
      'content-type': 'image/jpeg',
      etag: tag,
      'last-modified': 'Sun, 13 Sep 2020 12:26:40 GMT',
      'x-content-type-options': 'nosniff',
    })
    expect(response.headers.get('Content-Security-Policy')).toContain('sandbox')
    expect(response.headers.get('Content-Disposition')).toBe(
      `attachment; filename="photo _.jpg"; filename*=UTF-8''photo%20%C3%A4.jpg`,
    )
  })

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=10-19', 10, 20],
    ['bytes=990-', 990, 1000],
    ['bytes=-5', 995, 1000],
    ['bytes=-5000', 0, 1000],
    ['bytes=999-5000', 999, 1000],
  ])('comes in part: %s', async (range, start, end) => {
    const { response, bytes: part } = await started.client.download(path, { Range: range })
    expect(response.status).toBe(206)
    expect(response.headers.get('Content-Range')).toBe(`bytes ${start}-${end - 1}/1000`)
    expect(part).toEqual(bytes.subarray(start, end))
  })

  it.each(['bytes=1000-', 'bytes=5000-6000', 'bytes=-0'])('has no part %s', async (range) => {
    const { response } = await started.client.download(path, { Range: range })
    expect(response.status).toBe(416)
    expect(response.headers.get('Content-Range')).toBe('bytes */1000')
  })

  it.each(['bytes=x', 'lines=1-2', 'bytes=0-1,5-6'])(
    'comes whole where a range is not for us: %s',
    async (range) => {
      const { response, bytes: whole } = await started.client.download(path, { Range: range })
      expect([response.status, whole.length]).toEqual([200, 1000])
    },
  )

  it('goes on only with the version that was begun (If-Range)', async () => {
    const statusFor = async (condition: string) =>
      (await started.client.download(path, { Range: 'bytes=5-9', 'If-Range': condition })).response.status
    expect(await statusFor(tag)).toBe(206)
    expect(await statusFor('Sun, 13 Sep 2020 12:26:40 GMT')).toBe(206)
    expect(await statusFor('"other"')).toBe(200)
    expect(await statusFor(`W/${tag}`)).toBe(200)
    expect(await statusFor('Sun, 13 Sep 2020 12:26:39 GMT')).toBe(200)
  })

  it('is not sent again to who has it', async () => {
    const { response, bytes: none } = await started.client.download(path, {
      'If-None-Match': tag,
      'Cache-Control': 'max-age=0',
    })
    expect([response.status, none.length]).toEqual([304, 0])
    expect((await started.client.download(path, { 'If-None-Match': '"other"' })).response.status).toBe(200)
  })

  it('tells its size without its bytes', async () => {
    const answer = await started.client.request('HEAD', path)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('Content-Length')).toBe('1000')
    const part = await started.client.request('HEAD', path, { headers: { Range: 'bytes=0-9' } })
    expect(part.status).toBe(200)
    expect(part.headers.get('Content-Length')).toBe('1000')
  })

  it('may be empty', async () => {
    await started.client.upload('empty', Buffer.alloc(0))
    const { response, bytes: none } = await started.client.download('/uploads/empty')
    expect([response.status, none.length]).toEqual([200, 0])
  })

  it('is not held open for who reads no further, and comes whole to who does', async () => {
    const large = bytesOf(16 * 1024 * 1024)
    const { client } = await start({ parts: { bodyIdleMs: 1_000 }, env: { CHUNK_SIZE: '16M' } })
    expect((await client.upload('large.mov', large)).status).toBe(200)
    const headers = { Authorization: `Bearer ${client.token}` }
    const idle = await new Promise<IncomingMessage>((resolve) => {
      get(`${client.url}/uploads/large.mov`, { headers }, resolve)
    })
    idle.on('error', () => undefined)
    const { bytes: whole } = await client.download('/uploads/large.mov')
    expect(whole.equals(large)).toBe(true)
    await expect
      .poll(async () => (await client.download('/metrics')).bytes.toString())
      .toContain('_count{method="GET",route="/uploads/*path",status="cut off"} 1')
    idle.destroy()
  })

  it('loses its strong tag when a person edits it', async () => {
    await started.client.upload('edited.jpg', bytes)
    await putStored(started.dataDir, 'edited.jpg', 'edited')
    const { response, bytes: edited } = await started.client.download('/uploads/edited.jpg')
    expect(response.headers.get('ETag')).toMatch(/^W\//)
    expect(edited.toString()).toBe('edited')
  })

  it('is found by a path that is encoded as a whole', async () => {
    await started.client.upload('whole/encoded ä.jpg', bytes)
    const answer = await started.client.download('/uploads/whole%2Fencoded%20%C3%A4.jpg')
    expect(answer.bytes).toEqual(bytes)
  })

  it('has its SHA-256 in Repr-Digest, also where a part of it is sent, until a person edits it', async () => {
    await started.client.upload('digest.jpg', bytes)
    const digest = async (headers = {}) =>
      (await started.client.download('/uploads/digest.jpg', headers)).response.headers.get('Repr-Digest')
    expect(await digest()).toBe(contentDigest(bytes))
    expect(await digest({ Range: 'bytes=0-9' })).toBe(contentDigest(bytes))
    await putStored(started.dataDir, 'digest.jpg', 'edited')
    expect(await digest()).toBeNull()
  })

  it.each([
    '/uploads/',
    '/uploads/none',
    '/uploads/d',
    '/uploads/d%2F%2Fphoto%20%C3%A4.jpg',
    '/uploads/%ff',
    '/uploads/..%2f.photoferry%2ftoken',
    '/uploads/%2e%2e/.photoferry/token',
    '/uploads/d/photo%20%C3%A4.jpg%00',
  ])('is 404 in JSON where there is none: %s', async (other) => {
    const answer = await started.client.request('GET', other)
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'not-found' } } })
  })
})

describe('a signed link', () => {
  const link = (to: string, expires: number, key = started.client.token) =>
    `${to}?expires=${expires}&signature=${createHmac('sha256', key).update(fileSignatureMessage(to, expires)).digest('hex')}`
  const statusOf = async (target: string, method = 'GET') =>
    (await fetch(started.client.url + target, { method })).status

  it('opens its one file for a while, without the token', async () => {
    const soon = Date.now() + 60_000
    const signed = link(routes.file('d/photo ä.jpg'), soon)
    expect(await statusOf(signed)).toBe(200)
    expect(await statusOf(signed, 'HEAD')).toBe(200)
    expect(await statusOf(signed, 'DELETE')).toBe(401)
  })

  it('is worth nothing when it is old, foreign, altered or for something else', async () => {
    const soon = Date.now() + 60_000
    expect(await statusOf(link(path, Date.now() - 1))).toBe(401)
    expect(await statusOf(link(path, soon, 'another-key'))).toBe(401)
    expect(await statusOf(link(path, soon).replace(`${soon}`, `${soon + 1}`))).toBe(401)
    expect(await statusOf(link(path, soon).replace('/d/', '/e/'))).toBe(401)
    expect(await statusOf(`${link(path, soon)}&expires=9`)).toBe(401)
    expect(await statusOf(link('/api/stats', soon))).toBe(401)
    expect(await statusOf(path)).toBe(401)
  })

  it('is worth nothing with a part of its signature, or with more', async () => {
    const signed = link(path, Date.now() + 60_000)
    expect(await statusOf(signed)).toBe(200)
    const signature = new URL(signed, started.client.url).searchParams.get('signature') ?? ''
    const others = [
      ...[0, 1, 32, 63].map((length) => signature.slice(0, length)),
      signature.slice(1),
      `${signature}0`,
      `0${signature}`,
      signature.toUpperCase(),
    ].filter((other) => other !== signature)
    for (const other of others) {
      expect([other, await statusOf(signed.replace(signature, other))]).toEqual([other, 401])
    }
  })
})
