/** Nobody but the page of this host on this machine gets in: tried with raw requests, as an attacker would. */
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { browserBridge } from '../../../src/shared/browser-bridge.ts'
import { openPage, openScene, type Scene, sendRaw, statusOf } from './page-client.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene()
})
afterAll(() => scene[Symbol.asyncDispose]())

const get = (...headers: string[]) =>
  sendRaw(scene.port, `GET / HTTP/1.1\r\n${headers.join('\r\n')}\r\nConnection: close\r\n\r\n`)

describe('a request for the page', () => {
  it.each(['127.0.0.1', '127.8.9.10', '[::1]'])('is answered at %s', async (name) => {
    expect(statusOf(await get(`Host: ${name}:${scene.port}`))).toBe(200)
  })

  it.each(['localhost', 'LOCALHOST'])(
    'is sent from %s, which may be ::1 and another program, to the one address of this one',
    async (name) => {
      const answer = await get(`Host: ${name}:${scene.port}`)
      expect(statusOf(answer)).toBe(307)
      expect(answer).toContain(`\r\nlocation: http://127.0.0.1:${scene.port}/\r\n`)
    },
  )

  it.each([
    ['a name that was made to point here', () => [`Host: evil.example:${scene.port}`]],
    ['a name that begins like this machine', () => [`Host: localhost.evil.example:${scene.port}`]],
    ['an address that begins like loopback', () => [`Host: 127.0.0.1.evil.example:${scene.port}`]],
    ['another port', () => [`Host: localhost:${scene.port + 1}`]],
    ['no port', () => ['Host: localhost']],
    ['two hosts', () => [`Host: localhost:${scene.port}`, 'Host: evil.example']],
    ['an empty host', () => ['Host:']],
    ['a foreign origin', () => [`Host: localhost:${scene.port}`, 'Origin: https://evil.example']],
    ['an opaque origin', () => [`Host: localhost:${scene.port}`, 'Origin: null']],
    [
      'the origin of another local server',
      () => [`Host: localhost:${scene.port}`, 'Origin: http://localhost:3000'],
    ],
  ])('is refused with %s', async (_, headers) => {
    expect([400, 403]).toContain(statusOf(await get(...headers())))
  })

  it('is refused without a Host header', async () => {
    expect(statusOf(await sendRaw(scene.port, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'))).toBe(400)
    expect(statusOf(await sendRaw(scene.port, 'GET / HTTP/1.0\r\n\r\n'))).toBe(403)
  })
})

async function handshake(change: {
  origin?: string | undefined
  host?: string
  protocols?: string[]
  path?: string
}) {
  const { origin = scene.origin, protocols = ['photoferry.v1', `token.${scene.token}`] } = change
  const headers = { ...('host' in change && { host: change.host }) }
  const socket = new WebSocket(
    `ws://127.0.0.1:${scene.port}${change.path ?? browserBridge.socketPath}`,
    protocols,
    {
      ...('origin' in change && change.origin === undefined ? {} : { origin }),
      headers,
    },
  )
  const [, response] = await once(socket, 'unexpected-response')
  socket.on('error', () => undefined)
  socket.terminate()
  return response.statusCode
}

describe("the bridge's WebSocket", () => {
  it('opens for the page with its token, under the first subprotocol', async () => {
    const page = await openPage(scene)
    expect(page.socket.protocol).toBe(browserBridge.protocol)
    page.socket.close()
  })

  it('refuses a page without the token, with a wrong one, or with a part of it or more', async () => {
    for (const offered of [
      `${scene.token}x`,
      `x${scene.token}`,
      scene.token.slice(1),
      scene.token.slice(0, 1),
    ]) {
      expect(await handshake({ protocols: ['photoferry.v1', `token.${offered}`] })).toBe(401)
    }
    expect(await handshake({ protocols: ['photoferry.v1'] })).toBe(401)
    expect(await handshake({ protocols: ['photoferry.v1', `token.${'A'.repeat(43)}`] })).toBe(401)
    expect(await handshake({ protocols: ['photoferry.v1', `token.${scene.token.slice(0, -1)}`] })).toBe(401)
    expect(await handshake({ protocols: [`token.${scene.token}`] })).toBe(401)
  })

  it('refuses a foreign origin, an opaque one and none, even with the token', async () => {
    expect(await handshake({ origin: 'https://evil.example' })).toBe(403)
    expect(await handshake({ origin: 'null' })).toBe(403)
    expect(await handshake({ origin: 'http://localhost:1' })).toBe(403)
    expect(await handshake({ origin: undefined })).toBe(403)
  })

  it('refuses a page of another name that was made to point here, whose origin fits its host', async () => {
    const host = `evil.example:${scene.port}`
    expect(await handshake({ host, origin: `http://${host}` })).toBe(403)
  })

  it('is at its own path only', async () => {
    expect(await handshake({ path: '/bridge/more' })).toBe(404)
  })
})
