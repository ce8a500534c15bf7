/** Browser mode's host against a real client: the page's files, the token, the port, commands and the feed. */
import { once } from 'node:events'
import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { startBrowserHost } from '../../../src/main/browser/host.ts'
import { feedEvent } from './ferry-stand-in.ts'
import { expectValue, openPage, openScene, tokenOf } from './page-client.ts'

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
    expect(await answer.text()).toMatch(/has not been built: run `npm run build`/)
  })
})

describe('the token', () => {
  it('is kept for this user only and stays the same when PhotoFerry starts again', async () => {
    await using scene = await openScene()
    const path = join(scene.dir, 'state', 'browser-token')
    expect(scene.token).toMatch(/^[\w-]{43}$/)
    expect(await readFile(path, 'utf8')).toBe(scene.token)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await using again = await openScene({ stateDir: join(scene.dir, 'state') })
    expect(again.token).toBe(scene.token)
  })

  it('is replaced when its file holds something else or others could read it', async () => {
    await using scene = await openScene()
    const stateDir = join(scene.dir, 'state')
    await writeFile(join(stateDir, 'browser-token'), 'x')
    await using second = await openScene({ stateDir })
    expect(second.token).toMatch(/^[\w-]{43}$/)
    await chmod(join(stateDir, 'browser-token'), 0o644)
    await using third = await openScene({ stateDir })
    expect(third.token).not.toBe(second.token)
  })
})

describe('the port', () => {
  it('is refused in one sentence when it was asked for and another program has it', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    await expect(openScene({ port })).rejects.toMatchObject({
      code: 'bad-request',
      message: `Port ${port} cannot be used, another program has it: choose another one.`,
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

describe('commands', () => {
  it('reach the ferry and bring back its answer', async () => {
    await using scene = await openScene()
    const page = await openPage(scene)
    expect(expectValue(await page.command('app.info', {}))).toEqual({
      mode: 'browser',
      version: '1.2.3',
      platform: process.platform,
      canShowInFolder: false,
    })
    expect(expectValue(await page.command('intake.add', { paths: ['/photos'] }))).toEqual({
      batchIds: ['batch-1'],
    })
    expect(scene.ferry.addedPaths).toEqual([['/photos']])
    expect(expectValue(await page.command('queue.pause', { all: true }))).toEqual({})
    expect(scene.ferry.paused).toEqual([{ all: true }])
  })

  it('that fail answer a code and a sentence, and the page goes on', async () => {
    await using scene = await openScene()
    const page = await openPage(scene)
    const codeOf = async (name: string, input: unknown) => {
      const reply = await page.command(name, input)
      return reply.ok ? null : reply.error.code
    }
    expect(await codeOf('item.details', { itemId: 'unknown' })).toBe('not-found')
    expect(await codeOf('intake.add', { paths: [] })).toBe('bad-request')
    expect(await codeOf('no.such.command', {})).toBe('bad-request')
    expect(await codeOf('__proto__', {})).toBe('bad-request')
    for (const desktopOnly of ['item.showInFolder', 'item.open']) {
      expect(await codeOf(desktopOnly, { itemId: 'item-1' })).toBe('bad-request')
    }
    expect(await codeOf('intake.pick', { kind: 'files' })).toBe('bad-request')
    expect(await codeOf('app.info', {})).toBe(null)
  })

  it('may carry a hundred thousand paths', async () => {
    await using scene = await openScene()
    const page = await openPage(scene)
    const paths = Array.from({ length: 100_000 }, (_, n) => `/photos/${'x'.repeat(200)}/${n}.jpg`)
    expectValue(await page.command('intake.add', { paths }))
    expect(scene.ferry.addedPaths[0]).toHaveLength(100_000)
  })

  it.each([
    ['no JSON', 'nonsense', 1008],
    ['no message of the bridge', '{"id":-1}', 1008],
    ['bytes', Buffer.from('{}'), 1003],
    ['more than the longest message', 'x'.repeat(33 * 1024 * 1024), 1009],
  ])('are at an end for a page that sends %s; others go on', async (_, message, code) => {
    await using scene = await openScene()
    const page = await openPage(scene)
    const other = await openPage(scene)
    page.socket.on('error', () => undefined)
    page.socket.send(message)
    expect((await once(page.socket, 'close'))[0]).toBe(code)
    expect((await other.command('app.info', {})).ok).toBe(true)
  })
})

describe('the feed', () => {
  it('runs from subscribing to unsubscribing, for each page by itself', async () => {
    await using scene = await openScene()
    const [page, other] = [await openPage(scene), await openPage(scene)]
    page.socket.send('{"subscribe":true}')
    await vi.waitFor(() => expect(page.feed).toHaveLength(1))
    expect(page.feed[0]?.reset).toBe(true)
    scene.ferry.announce(feedEvent({ removedItemIds: ['gone'] }))
    await vi.waitFor(() => expect(page.feed).toHaveLength(2))
    page.socket.send('{"subscribe":false}')
    await page.command('app.info', {})
    scene.ferry.announce(feedEvent())
    await page.command('app.info', {})
    expect(page.feed).toHaveLength(2)
    expect(other.feed).toHaveLength(0)
  })

  it('begins anew when a page subscribes twice, and is running once', async () => {
    await using scene = await openScene()
    const page = await openPage(scene)
    page.socket.send('{"subscribe":true}')
    page.socket.send('{"subscribe":true}')
    await page.command('app.info', {})
    expect(scene.ferry.subscribers.size).toBe(1)
    expect(page.feed.map((event) => event.reset)).toEqual([true, true])
  })

  it('ends with the page', async () => {
    await using scene = await openScene()
    const page = await openPage(scene)
    page.socket.send('{"subscribe":true}')
    await page.command('app.info', {})
    page.socket.terminate()
    await vi.waitFor(() => expect(scene.ferry.subscribers.size).toBe(0))
  })

  it('lets go of a page that reads nothing, before its unread events fill the memory', async () => {
    await using scene = await openScene()
    const page = await openPage(scene)
    page.socket.send('{"subscribe":true}')
    await page.command('app.info', {})
    page.socket.pause()
    const event = feedEvent({ removedItemIds: ['x'.repeat(8 * 1024 * 1024)] })
    let sent = 0
    while (scene.ferry.subscribers.size > 0 && sent < 60) {
      scene.ferry.announce(event)
      sent += 1
      await new Promise(setImmediate)
    }
    expect(sent).toBeGreaterThan(10)
    expect(sent).toBeLessThan(30)
  })
})

describe('a page that is gone', () => {
  it('is noticed by its silence', async () => {
    await using scene = await openScene({ heartbeatMs: 40 })
    const page = await openPage(scene)
    const alive = await openPage(scene)
    page.socket.send('{"subscribe":true}')
    await page.command('app.info', {})
    page.socket.pause()
    await vi.waitFor(() => expect(scene.ferry.subscribers.size).toBe(0))
    expect((await alive.command('app.info', {})).ok).toBe(true)
  })

  it('connects again after a restart with the token it has', async () => {
    await using scene = await openScene()
    const page = await openPage(scene)
    const closed = once(page.socket, 'close')
    await scene.host.close()
    await closed
    const { ferry, port, dir } = scene
    const options = { rendererDir: dir, stateDir: join(dir, 'state'), version: '1', report: () => undefined }
    const again = await startBrowserHost({ ferry, port, ...options })
    expect(tokenOf(again)).toBe(scene.token)
    expect((await (await openPage(scene)).command('app.info', {})).ok).toBe(true)
    await again.close()
  })
})
