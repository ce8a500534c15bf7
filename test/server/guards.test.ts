/** Who may come in: by Host, by Origin, by token, and told so before a byte of a body is read. */
import { beforeAll, describe, expect, it } from 'vitest'
import { raw, type Started, start } from './harness.ts'

let started: Started
beforeAll(async () => {
  started = await start({
    env: { ALLOWED_HOSTS: 'Photos.example.com', CORS_ORIGINS: 'https://studio.example.com' },
  })
})

const line = (head: string) => head.split('\r\n', 1)[0]
const health = (...headers: string[]) =>
  `GET /api/health HTTP/1.1\r\n${headers.map((h) => `${h}\r\n`).join('')}\r\n`
const stats = (...headers: string[]) => health(...headers).replace('health', 'stats')

describe('the Host header', () => {
  it.each([
    'localhost',
    'localhost:1',
    '127.0.0.1:9999',
    '[::1]:80',
    '127.1.2.3',
    'LOCALHOST',
    'photos.example.com:443',
  ])('lets in %s', async (host) => {
    expect(line(await raw(started.client.url, health(`Host: ${host}`, 'Connection: close')))).toContain('200')
  })

  it.each([
    ['a foreign name', ['Host: evil.example']],
    ['a name that begins like a good one', ['Host: localhost.evil.example']],
    ['a name that ends like a good one', ['Host: evil.localhost']],
    ['a foreign address', ['Host: 192.168.1.5']],
    ['an empty one', ['Host: ']],
    ['two of them', ['Host: localhost', 'Host: localhost']],
    ['a good one after a bad one', ['Host: evil.example', 'Host: localhost']],
    ['rubbish', ['Host: localhost:80:80']],
  ])('refuses %s', async (_, headers) => {
    expect(line(await raw(started.client.url, health(...headers, 'Connection: close')))).toMatch(
      / (403|400) /,
    )
  })

  it('may not be absent', async () => {
    expect(line(await raw(started.client.url, health('Connection: close')))).toContain('400')
    expect(line(await raw(started.client.url, 'GET /api/health HTTP/1.0\r\n\r\n'))).toContain('403')
  })

  it('cannot be got around with an absolute target', async () => {
    const head = 'GET http://evil.example/api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
    expect(line(await raw(started.client.url, head))).toContain('400')
  })
})

describe('a web page', () => {
  it.each(['https://evil.example', 'null', 'http://localhost', 'https://studio.example.com.evil.example'])(
    'of origin %s is refused even with the token',
    async (origin) => {
      const answer = await started.client.request('GET', '/api/stats', { headers: { Origin: origin } })
      expect(answer.status).toBe(403)
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull()
    },
  )

  it('of a named origin may use the server, with the token', async () => {
    const origin = { Origin: 'https://studio.example.com' }
    const preflight = await fetch(`${started.client.url}/api/task`, { method: 'OPTIONS', headers: origin })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toContain('Content-Digest')
    const answer = await started.client.request('GET', '/api/stats', { headers: origin })
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('https://studio.example.com')
    expect((await fetch(`${started.client.url}/api/stats`, { headers: origin })).status).toBe(401)
  })
})

describe('the token', () => {
  it.each([
    ['none', []],
    ['a short one', ['Authorization: Bearer x']],
    ['a foreign one', [`Authorization: Bearer ${'A'.repeat(43)}`]],
    ['another scheme', ['Authorization: Basic eDp5']],
  ])('is needed: %s gets 401', async (_, headers) => {
    const answer = await raw(started.client.url, stats('Host: localhost', 'Connection: close', ...headers))
    expect(line(answer)).toContain('401')
    expect(answer).toMatch(/www-authenticate: bearer/i)
    expect(answer).toContain('"unauthorized"')
  })

  it('opens nothing in part, with more at either end, or in another case', async () => {
    const { token } = started.client
    const statusOf = async (given: string) => {
      const headers = { Authorization: `Bearer ${given}` }
      return (await fetch(`${started.client.url}/api/stats`, { headers })).status
    }
    const others = [
      ...[1, 8, token.length - 1].map((length) => token.slice(0, length)),
      ...[1, token.length - 1].map((start) => token.slice(start)),
      `${token}x`,
      `x${token}`,
      token + token,
      token.toUpperCase(),
      token.toLowerCase(),
      [...token].reverse().join(''),
    ].filter((other) => other !== token)
    for (const other of others) expect([other, await statusOf(other)]).toEqual([other, 401])
    expect(await statusOf(token)).toBe(200)
  })

  it('is checked before one byte of the body is read', async () => {
    const head = `PUT /api/task/${'a'.repeat(32)}/chunk/0 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8388608\r\n\r\n`
    expect(line(await raw(started.client.url, head))).toContain('401')
    const asking = head.replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n')
    expect(line(await raw(started.client.url, asking))).toContain('401')
  })

  it('is not needed for health, which tells nothing else', async () => {
    const answer = await fetch(`${started.client.url}/api/health`)
    expect(Object.keys((await answer.json()) as object).sort()).toEqual([
      'message',
      'node',
      'status',
      'timestamp',
      'version',
    ])
  })
})
