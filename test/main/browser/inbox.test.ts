/** Drops that the page streams, file by file: what arrives is whole, and what breaks off leaves nothing. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { basename, dirname } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserBridge } from '../../../src/shared/browser-bridge.ts'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { expectValue, openPage, openScene, type Page, type Scene } from './page-client.ts'

let scene: Scene
let page: Page
let dropId: string
beforeAll(async () => {
  scene = await openScene()
  page = await openPage(scene)
})
afterAll(() => scene[Symbol.asyncDispose]())
beforeEach(async () => {
  dropId = await begin(page)
})

async function begin(from: Page): Promise<string> {
  return expectValue<{ dropId: string }>(await from.command('staging.begin', { name: 'Wedding', files: 1 }))
    .dropId
}

function staged(id = dropId) {
  const found = scene.client.staged.get(id)
  if (found === undefined) throw new Error(`no drop ${id}`)
  return found
}

const leftovers = async () => readdir(staged().folder)
const bearer = () => ({ authorization: `Bearer ${scene.token}` })

function put(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = bearer(),
) {
  const url = scene.origin + browserBridge.stagingUrl(dropId, path, 1_600_000_000_000)
  return fetch(url, { method: 'PUT', body, headers })
}

describe('a drop', () => {
  it('of more than a hundred nested files arrives whole, with its paths and times', async () => {
    const files = Array.from({ length: 120 }, (_, n) => ({
      path: `Wedding/day ${n % 3}/${n % 7}/IMG+${n}&é%20.CR3`,
      bytes: new Uint8Array(randomBytes(1000 + n)),
    }))
    for (let from = 0; from < files.length; from += 8) {
      const answers = await Promise.all(
        files.slice(from, from + 8).map(({ path, bytes }) => put(path, bytes)),
      )
      expect(answers.map((answer) => answer.status)).toEqual(Array(answers.length).fill(201))
    }
    expectValue(await page.command('staging.finish', { dropId }))

    const { name, files: added, folder, closed } = staged()
    expect({ name, closed, count: added.length }).toEqual({ name: 'Wedding', closed: true, count: 120 })
    for (const { path, bytes } of files) {
      const file = added.find(({ relativePath }) => relativePath === path)
      expect(dirname(file?.sourcePath ?? '')).toBe(folder)
      expect(new Uint8Array(await readFile(file?.sourcePath ?? ''))).toEqual(bytes)
      expect((await stat(file?.sourcePath ?? '')).mtimeMs).toBe(1_600_000_000_000)
    }
  })

  it('takes an empty file, the longest name, and names that differ only in case or in Unicode form', async () => {
    const names = [
      `${'n'.repeat(251)}.jpg`,
      'IMG.jpg',
      'img.jpg',
      'é.jpg',
      'e\u0301.jpg',
      'CON',
      'a\\b',
      '-rf',
      '__proto__',
    ]
    for (const name of names) expect((await put(name, '')).status).toBe(201)
    expect(staged().files.map((file) => file.relativePath)).toEqual(names)
    expect(await leftovers()).toHaveLength(names.length)
  })

  it('keeps an ordinary ending on the staged copy and nothing else of its name', async () => {
    await put('a/IMG_1.CR3', 'raw')
    await put('a/x.$(rm -rf)', 'odd')
    expect(staged().files.map((file) => basename(file.sourcePath))).toEqual([
      expect.stringMatching(/^[0-9a-f-]{36}\.CR3$/),
      expect.stringMatching(/^[0-9a-f-]{36}$/),
    ])
  })

  it('goes on after the queue was done with all its files and took its folder away', async () => {
    await put('one.jpg', 'x')
    await rm(staged().folder, { recursive: true })
    expect((await put('two.jpg', 'y')).status).toBe(201)
    expect(await leftovers()).toHaveLength(1)
  })

  it('takes the same file once more as the same file, and refuses another one under its path', async () => {
    expect((await put('one.jpg', 'first')).status).toBe(201)
    expect((await put('one.jpg', 'first')).status).toBe(201)
    const refused = await put('one.jpg', 'other')
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ error: { code: 'name-invalid' } })
    expect(staged().files).toHaveLength(1)
    expect(await readFile(staged().files[0]?.sourcePath ?? '', 'utf8')).toBe('first')
    expect(await leftovers()).toHaveLength(1)
  })

  it('is closed once: then it takes no more', async () => {
    expectValue(await page.command('staging.finish', { dropId }))
    expect((await put('late.jpg', 'x')).status).toBe(404)
    expect(await page.command('staging.finish', { dropId })).toMatchObject({
      ok: false,
      error: { code: 'not-found' },
    })
  })

  it('leaves nothing of a file that the client does not take, and says why', async () => {
    scene.client.failAdd = new UploadError('journal-damaged', 'The journal cannot be written.')
    const refused = await put('one.jpg', 'x')
    scene.client.failAdd = null
    expect(refused.status).toBe(500)
    expect(await refused.json()).toEqual({
      error: { code: 'journal-damaged', message: 'The journal cannot be written.' },
    })
    expect(scene.reported.map((error) => error.code)).toEqual(['journal-damaged'])
    expect(await leftovers()).toEqual([])
    expect((await put('one.jpg', 'x')).status).toBe(201)
  })
})

/** Opens a PUT by hand and sends the first part of its body. */
async function beginPut(path: string, size: number, firstPart: string) {
  const socket = connect(scene.port, '127.0.0.1')
  const target = browserBridge.stagingUrl(dropId, path, 1)
  const head = [
    `PUT ${target} HTTP/1.1`,
    `Host: localhost:${scene.port}`,
    `Authorization: Bearer ${scene.token}`,
  ]
  socket.write(
    `${[...head, `Content-Length: ${size}`, 'Connection: close'].join('\r\n')}\r\n\r\n${firstPart}`,
  )
  await expect.poll(leftovers).toHaveLength(1)
  return socket
}

describe('a file that breaks off', () => {
  it('leaves nothing, and can be sent again', async () => {
    const socket = await beginPut('one.jpg', 10, 'four')
    socket.destroy()
    await expect.poll(leftovers).toEqual([])
    expect(staged().files).toEqual([])
    expect((await put('one.jpg', 'whole')).status).toBe(201)
  })

  it('keeps its path to itself while it is arriving', async () => {
    const socket = await beginPut('one.jpg', 13, 'four')
    const refused = await put('one.jpg', 'whole')
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({ error: { code: 'task-busy' } })
    socket.write('and so on')
    await once(socket.resume(), 'close')
    expect(staged().files).toHaveLength(1)
  })

  it('holds up the end of its drop until it is whole', async () => {
    const socket = await beginPut('one.jpg', 8, 'four')
    const finished = page.command('staging.finish', { dropId })
    await page.command('app.info', {})
    expect(staged().closed).toBe(false)
    socket.write('more')
    expectValue(await finished)
    expect(staged()).toMatchObject({ closed: true, files: [{ relativePath: 'one.jpg' }] })
    socket.destroy()
  })
})
