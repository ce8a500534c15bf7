/** Browser mode's host against a real client: the page's files, the key, the session and the port. */
import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { browserBridge, pageSessionSchema, proofSchema } from '../../../src/shared/browser-bridge.ts'
import { exchange, keyOf, openPage, openScene, sendRaw, statusOf } from './page-client.ts'

describe("the page's files", () => {
  it('come with their types, a policy that lets nothing else in, and a fitting memory', async () => {
    await using scene = await openScene()
    const page = await fetch(scene.origin)
    expect(await page.text()).toBe('<title>PhotoFerry</title>')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self';")
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page.headers.get('x-frame-options')).toBe('DENY')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')

    const script = await fetch(`${scene.origin}/assets/index-a1b2.js`)
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(script.headers.get('cache-control')).toContain('immutable')
    expect((await fetch(scene.origin, { method: 'HEAD' })).headers.get('content-length')).toBe('25')
  })

  it('are those of the build and no others', async () => {
    await using scene = await openScene()
    await writeFile(join(scene.dir, 'secret.txt'), 'secret')
    for (const path of [
      '/../secret.txt',
      '/%2e%2e%2fsecret.txt',
      '/..%5csecret.txt',
      '/assets',
      '/none.js',
      '/%00',
      // No file system holds such a name.
      `/${'n'.repeat(300)}`,
    ]) {
      const answer = await fetch(scene.origin + path)
      expect([path, answer.status]).toEqual([path, 404])
      expect(await answer.text()).not.toContain('secret')
    }
    expect((await fetch(scene.origin, { method: 'POST' })).status).toBe(405)
  })

  it('are missed with one clear sentence while nothing has been built', async () => {
    await using scene = await openScene({ rendererDir: '/nowhere' })
    const answer = await fetch(scene.origin)
    expect(answer.status).toBe(503)
    expect(await answer.text()).toMatch(/has not been built\. Run `npm run build`/)
  })
})

describe('the key', () => {
  it('is another one at every start, opens nothing after it, and lies in no file', async () => {
    await using first = await openScene()
    const stateDir = join(first.dir, 'state')
    await mkdir(stateDir, { recursive: true })
    // As earlier versions kept theirs.
    await writeFile(join(stateDir, 'browser-token'), first.token, { mode: 0o600 })
    await using second = await openScene({ stateDir })
    const [old, key] = [keyOf(first.host.url), keyOf(second.host.url)]
    expect(key).toMatch(/^[\w-]{43}$/)
    expect(key).not.toBe(old)
    expect(second.token).not.toBe(first.token)
    expect(await readdir(stateDir)).toEqual([])
    expect((await exchange(second.origin, old)).status).toBe(401)
    expect((await askForReceipt(second.origin, first.token)).status).toBe(401)
    expect((await askForReceipt(second.origin, second.token)).status).toBe(200)
  })

  it('of the printed address can be exchanged until PhotoFerry ends, that of the file once', async () => {
    await using scene = await openScene()
    const [once, another] = [scene.host.oneTimeUrl(), scene.host.oneTimeUrl()].map(keyOf) as [string, string]
    expect(new Set([once, another, keyOf(scene.host.url)]).size).toBe(3)
    expect((await exchange(scene.origin, once)).status).toBe(200)
    expect((await exchange(scene.origin, once)).status).toBe(401)
    expect((await exchange(scene.origin, another)).status).toBe(200)
    for (let nth = 0; nth < 3; nth++) {
      expect((await exchange(scene.origin, keyOf(scene.host.url))).status).toBe(200)
    }
  })

  it('opens nothing but the session, in an answer that no cache keeps and without a cookie', async () => {
    await using scene = await openScene()
    const key = keyOf(scene.host.url)
    const answer = await exchange(scene.origin, key)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await answer.text()).not.toContain(key)
    for (const path of ['/receipt/b-1?format=csv', '/thumbnail/i-1?size=64']) {
      const headers = { Authorization: `Bearer ${key}` }
      expect([path, (await fetch(scene.origin + path, { headers })).status]).toEqual([path, 401])
    }
    const put = { method: 'PUT', body: 'x', headers: { Authorization: `Bearer ${key}` } }
    expect((await fetch(`${scene.origin}/staging/d-1?path=a.jpg&lastModified=1`, put)).status).toBe(401)
    await expect(openPage(scene, key)).rejects.toThrow('401')
  })

  it('is exchanged for pages of this host only, and for no part of it', async () => {
    await using scene = await openScene()
    const key = keyOf(scene.host.url)
    for (const part of [key.slice(1), key.slice(0, -1), `${key}x`, scene.token]) {
      expect((await exchange(scene.origin, part)).status).toBe(401)
    }
    expect((await fetch(`${scene.origin}/session`, { method: 'POST' })).status).toBe(401)
    for (const headers of [
      `Host: 127.0.0.1:${scene.port}\r\nOrigin: http://127.0.0.1:${scene.port + 1}`,
      `Host: 127.0.0.1:${scene.port}\r\nOrigin: null`,
      `Host: evil.example:${scene.port}\r\nOrigin: http://evil.example:${scene.port}`,
    ]) {
      const head = `POST /session HTTP/1.1\r\n${headers}\r\nAuthorization: Bearer ${key}\r\nContent-Length: 0\r\n\r\n`
      expect([headers, statusOf(await sendRaw(scene.port, head))]).toEqual([headers, 403])
    }
  })
})

describe('the proof that PhotoFerry is still the same', () => {
  it('fits the page’s question and the session, and is another one at every start', async () => {
    await using first = await openScene()
    await using second = await openScene()
    const nonce = randomBytes(16).toString('base64url')
    const proofOf = async (origin: string, asked: string) =>
      proofSchema.parse(await (await fetch(origin + browserBridge.proofUrl(asked))).json()).proof
    const answer = await exchange(first.origin, keyOf(first.host.url))
    const { proofKey } = pageSessionSchema.parse(await answer.json())
    const expected = createHmac('sha256', proofKey).update(nonce).digest('base64url')
    expect(await proofOf(first.origin, nonce)).toBe(expected)
    expect(await proofOf(second.origin, nonce)).not.toBe(expected)
    expect(await proofOf(first.origin, randomBytes(16).toString('base64url'))).not.toBe(expected)
  })

  it('is given for nothing but a nonce', async () => {
    await using scene = await openScene()
    for (const query of [
      '',
      '?nonce=',
      '?nonce=short',
      `?nonce=${'x'.repeat(87)}`,
      '?nonce=a/../../b%00cdefghijklmn',
    ]) {
      expect([query, (await fetch(`${scene.origin}/session${query}`)).status]).toEqual([query, 400])
    }
    expect((await fetch(`${scene.origin}/session`, { method: 'PUT' })).status).toBe(405)
  })
})

function askForReceipt(origin: string, token: string): Promise<Response> {
  return fetch(`${origin}/receipt/unknown?format=csv`, { headers: { Authorization: `Bearer ${token}` } })
}

describe('the port', () => {
  it('is refused in one sentence when it was asked for and another program has it', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    await expect(openScene({ port })).rejects.toMatchObject({
      code: 'bad-request',
      message: `Port ${port} is in use by another program. Choose another one with --port.`,
    })
    other.close()
  })

  it('is any free one when the usual one is taken and none was asked for', async () => {
    await using first = await openScene({ port: undefined })
    await using second = await openScene({ port: undefined })
    expect(second.port).not.toBe(first.port)
    expect((await fetch(second.origin)).status).toBe(200)
  })
})
