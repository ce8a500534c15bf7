/** Dropped files that are refused: for their path, their sender, their length or their address. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserBridge } from '../../../src/shared/browser-bridge.ts'
import { expectValue, openPage, openScene, type Scene, sendRaw, statusOf } from './page-client.ts'

let scene: Scene
let dropId: string
beforeAll(async () => {
  scene = await openScene()
  const page = await openPage(scene)
  const reply = await page.command('staging.begin', { name: 'Wedding', files: 1 })
  dropId = expectValue<{ dropId: string }>(reply).dropId
})
afterAll(() => scene[Symbol.asyncDispose]())

const leftovers = async () => readdir(join(scene.dir, 'staging', dropId))
const bearer = () => ({ authorization: `Bearer ${scene.token}` })

function put(path: string, body: string) {
  const url = scene.origin + browserBridge.stagingUrl(dropId, path, 1)
  return fetch(url, { method: 'PUT', body, headers: bearer() })
}

describe('a path', () => {
  it.each([
    '..',
    '../x',
    'a/../../x',
    '/etc/passwd',
    'a//b',
    './a',
    '',
    'a/',
    `${'n'.repeat(256)}`,
    'nul\0',
    'ü'.repeat(600),
  ])('is refused when it is %j', async (path) => {
    const refused = await put(path, 'x')
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ error: { code: 'name-invalid' } })
    expect(await leftovers()).toEqual([])
  })
})

describe('a request to stage', () => {
  const head = (lines: string[]) =>
    `PUT ${browserBridge.stagingUrl(dropId, 'one.jpg', 1)} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`
  const valid = () => [`Host: localhost:${scene.port}`, `Authorization: Bearer ${scene.token}`]

  it.each([
    ['has no token', 401, () => [`Host: localhost:${scene.port}`, 'Content-Length: 9999']],
    [
      'has a wrong token',
      401,
      () => [`Host: localhost:${scene.port}`, 'Authorization: Bearer x', 'Content-Length: 9999'],
    ],
    [
      'comes under a foreign name',
      403,
      () => [...valid().slice(1), 'Host: evil.example', 'Content-Length: 9999'],
    ],
    [
      'comes from a foreign page',
      403,
      () => [...valid(), 'Origin: https://evil.example', 'Content-Length: 9999'],
    ],
    ['comes from an opaque page', 403, () => [...valid(), 'Origin: null', 'Content-Length: 9999']],
  ])('is refused before one byte of its body is read when it %s', async (_, status, lines) => {
    // No byte of the announced body is ever sent: an answer at all means that none was waited for.
    expect(statusOf(await sendRaw(scene.port, head(lines())))).toBe(status)
  })

  it('is refused without a length, with two, with a false one, and with both length and chunks', async () => {
    const close = 'Connection: close'
    const statusWith = async (...lines: string[]) =>
      statusOf(await sendRaw(scene.port, head([...valid(), close, ...lines])))
    expect(await statusWith()).toBe(411)
    expect(await statusWith('Content-Length: 1', 'Content-Length: 2')).toBe(400)
    expect(await statusWith('Content-Length: -1')).toBe(400)
    expect(await statusWith('Content-Length: 9007199254740993')).toBe(411)
    expect(await statusWith('Content-Length: 1', 'Transfer-Encoding: chunked')).toBe(400)
    expect(await leftovers()).toEqual([])
  })

  it('is refused for a drop that is not there, a time that is none, and another method', async () => {
    const at = (path: string, method = 'PUT') =>
      fetch(scene.origin + path, { method, headers: bearer(), ...(method === 'PUT' && { body: 'x' }) })
    expect((await at('/staging/none?path=a&lastModified=1')).status).toBe(404)
    expect((await at('/staging/%?path=a&lastModified=1')).status).toBe(404)
    expect((await at(`/staging/${dropId}?path=a&lastModified=soon`)).status).toBe(400)
    expect((await at(`/staging/${dropId}?path=a&lastModified=-1`)).status).toBe(400)
    expect((await at(`/staging/${dropId}?path=a&path=b&lastModified=1`)).status).toBe(400)
    expect((await at(`/staging/${dropId}?path=a&lastModified=1`, 'GET')).status).toBe(405)
  })
})
