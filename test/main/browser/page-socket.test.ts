/** Browser mode's WebSocket against a real client: commands, the feed, and pages that are gone. */
import { once } from 'node:events'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startBrowserServer } from '../../../src/main/browser/browser-server.ts'
import { quietPort } from '../../quiet-port.ts'
import { feedEvent } from './client-stand-in.ts'
import { expectValue, openPage, openScene, sessionOf } from './page-client.ts'

describe('commands', () => {
  it('reach the client and bring back its answer', async () => {
    await using scene = await openScene()
    const page = await openPage(scene)
    expect(expectValue(await page.command('app.info', {}))).toEqual({
      mode: 'browser',
      version: '1.2.3',
      platform: process.platform,
      canShowInFolder: false,
      sealsTokens: false,
      usualLibraryDir: '/library',
      usualReceiptDir: join(homedir(), 'Documents', 'PhotoFerry receipts'),
      homeDir: homedir(),
      isNew: true,
    })
    expect(expectValue(await page.command('intake.add', { paths: ['/photos'] }))).toEqual({
      batchIds: ['batch-1'],
      surveyId: null,
    })
    expect(scene.client.addedPaths).toEqual([['/photos']])
    expect(expectValue(await page.command('queue.pause', { all: true }))).toEqual({})
    expect(scene.client.paused).toEqual([{ all: true }])
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
    expect(await codeOf('item.showInFolder', { itemIds: ['item-1'] })).toBe('bad-request')
    expect(await codeOf('intake.pick', { kind: 'files' })).toBe('bad-request')
    expect(await codeOf('app.info', {})).toBe(null)
  })

  it('may carry a hundred thousand paths', async () => {
    await using scene = await openScene()
    const page = await openPage(scene)
    const paths = Array.from({ length: 100_000 }, (_, n) => `/photos/${'x'.repeat(200)}/${n}.jpg`)
    expectValue(await page.command('intake.add', { paths }))
    expect(scene.client.addedPaths[0]).toHaveLength(100_000)
  })

  it('of a page that asks thousands of things run a few at a time, all are answered, and others are not held up', async () => {
    await using scene = await openScene()
    const page = await openPage(scene)
    const other = await openPage(scene)
    const opened: (() => void)[] = []
    scene.client.settings.checkServer = async () => {
      await new Promise<void>((resolve) => opened.push(resolve))
      return { ok: true, message: '' }
    }
    const address = { url: 'http://127.0.0.1:9', token: 'token' }
    const replies = Array.from({ length: 5000 }, () => page.command('server.check', address))
    await expect.poll(() => opened.length).toBeGreaterThan(0)
    expect((await other.command('app.info', {})).ok).toBe(true)
    const most = opened.length
    const letThrough = setInterval(() => opened.splice(0).map((open) => open()), 1)
    const codes = new Set((await Promise.all(replies)).map((reply) => reply.ok))
    clearInterval(letThrough)
    expect(codes).toEqual(new Set([true]))
    expect(most).toBeLessThanOrEqual(32)
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
    await expect.poll(() => page.feed).toHaveLength(1)
    expect(page.feed[0]?.reset).toBe(true)
    scene.client.announce(feedEvent({ removedItemIds: ['gone'] }))
    await expect.poll(() => page.feed).toHaveLength(2)
    page.socket.send('{"subscribe":false}')
    await page.command('app.info', {})
    scene.client.announce(feedEvent())
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
    expect(scene.client.subscribers.size).toBe(1)
    expect(page.feed.map((event) => event.reset)).toEqual([true, true])
  })

  it('ends with the page', async () => {
    await using scene = await openScene()
    const page = await openPage(scene)
    page.socket.send('{"subscribe":true}')
    await page.command('app.info', {})
    page.socket.terminate()
    await expect.poll(() => scene.client.subscribers.size).toBe(0)
  })

  it('lets go of a page that reads nothing, before its unread events fill the memory', async () => {
    await using scene = await openScene()
    const page = await openPage(scene)
    page.socket.send('{"subscribe":true}')
    await page.command('app.info', {})
    page.socket.pause()
    const event = feedEvent({ removedItemIds: ['x'.repeat(8 * 1024 * 1024)] })
    let sent = 0
    while (scene.client.subscribers.size > 0 && sent < 60) {
      scene.client.announce(event)
      sent += 1
      await new Promise(setImmediate)
    }
    expect(sent).toBeGreaterThan(10)
    expect(sent).toBeLessThan(30)
  })
})

describe('a page that is gone', () => {
  it('is noticed by its silence', async () => {
    // Long enough that a page which only waits for a busy processor is not taken for a silent one.
    await using scene = await openScene({ heartbeatMs: 1_500 })
    const page = await openPage(scene)
    const alive = await openPage(scene)
    page.socket.send('{"subscribe":true}')
    await page.command('app.info', {})
    page.socket.pause()
    await expect.poll(() => scene.client.subscribers.size).toBe(0)
    expect((await alive.command('app.info', {})).ok).toBe(true)
  })

  it('connects again after a restart with the key of the new start only', async () => {
    await using scene = await openScene({ port: await quietPort() })
    const page = await openPage(scene)
    const closed = once(page.socket, 'close')
    await scene.host.close()
    await closed
    const { client, port, dir } = scene
    const options = { rendererDir: dir, stateDir: join(dir, 'state'), version: '1', report: () => undefined }
    const again = await startBrowserServer({ client, port, ...options })
    onTestFinished(() => again.close())
    await expect(openPage(scene)).rejects.toThrow('401')
    const { token } = await sessionOf(again.url)
    expect((await (await openPage(scene, token)).command('app.info', {})).ok).toBe(true)
  })
})
