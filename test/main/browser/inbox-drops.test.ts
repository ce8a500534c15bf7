/** Drops that nobody finishes: their page went away, or the host did. */
import { describe, expect, it } from 'vitest'
import { browserBridge } from '../../../src/shared/browser-bridge.ts'
import { expectValue, openPage, openScene, type Page } from './page-client.ts'

async function begin(from: Page): Promise<string> {
  return expectValue<{ dropId: string }>(await from.command('staging.begin', { name: 'Wedding', files: 1 }))
    .dropId
}

describe('a drop whose page is gone', () => {
  it('is closed after a while; one whose page is there stays open', async () => {
    await using other = await openScene({ dropIdleMs: 50 })
    const [leaving, staying] = [await openPage(other), await openPage(other)]
    const [left, kept] = [await begin(leaving), await begin(staying)]
    leaving.socket.close()
    await expect.poll(() => other.client.staged.get(left)?.closed).toBe(true)
    expect(other.client.staged.get(kept)?.closed).toBe(false)
    expect(other.reported).toEqual([])
  })

  it('says which of its files never came, and nothing of those that did', async () => {
    await using scene = await openScene({ dropIdleMs: 50 })
    const page = await openPage(scene)
    const paths = ['a.jpg', 'b.jpg', 'c.jpg']
    const reply = await page.command('staging.begin', { name: 'Wedding', files: 3, paths })
    const { dropId } = expectValue<{ dropId: string }>(reply)
    const url = scene.origin + browserBridge.stagingUrl(dropId, 'b.jpg', 1)
    await fetch(url, { method: 'PUT', body: 'x', headers: { authorization: `Bearer ${scene.token}` } })
    page.socket.close()
    await expect.poll(() => scene.client.staged.get(dropId)?.closed).toBe(true)
    const missing = { files: 2, names: ['a.jpg', 'c.jpg'], why: 'page-closed' }
    expect(scene.client.staged.get(dropId)?.missing).toMatchObject(missing)
  })

  it('counts them where an older page names none', async () => {
    await using scene = await openScene()
    const page = await openPage(scene)
    const reply = await page.command('staging.begin', { name: 'Wedding', files: 3 })
    const { dropId } = expectValue<{ dropId: string }>(reply)
    expectValue(await page.command('staging.finish', { dropId }))
    const missing = { files: 3, names: [], why: 'not-sent' }
    expect(scene.client.staged.get(dropId)?.missing).toMatchObject(missing)
  })

  it('is closed when the host is', async () => {
    const other = await openScene()
    const left = await begin(await openPage(other))
    await other[Symbol.asyncDispose]()
    expect(other.client.staged.get(left)?.closed).toBe(true)
  })
})

describe('a drop that a restart of PhotoFerry broke off', () => {
  it('goes on as the same batch, and takes what came before for the same file', async () => {
    await using scene = await openScene()
    const page = await openPage(scene)
    const dropId = await begin(page)
    const put = (name: string, body: string) =>
      fetch(scene.origin + browserBridge.stagingUrl(dropId, name, 1), {
        method: 'PUT',
        body,
        headers: { authorization: `Bearer ${scene.token}` },
      })
    expect((await put('one.jpg', 'first')).status).toBe(201)
    expectValue(await page.command('staging.finish', { dropId }))

    const again = await page.command('staging.begin', { name: 'Wedding', files: 2, dropId })
    expect(expectValue<{ dropId: string }>(again).dropId).toBe(dropId)
    expect((await put('one.jpg', 'first')).status).toBe(201)
    expect((await put('two.jpg', 'second')).status).toBe(201)
    const names = scene.client.staged.get(dropId)?.files.map((file) => file.relativePath)
    expect(names).toEqual(['one.jpg', 'two.jpg'])
    // Open already: it is the same one, too.
    const open = await page.command('staging.begin', { name: 'Wedding', files: 2, dropId })
    expect(expectValue<{ dropId: string }>(open).dropId).toBe(dropId)
  })

  it('becomes another batch when the first one is gone', async () => {
    await using scene = await openScene()
    const page = await openPage(scene)
    const reply = await page.command('staging.begin', { name: 'Wedding', files: 1, dropId: 'no-such-drop' })
    expect(expectValue<{ dropId: string }>(reply).dropId).toBe('staged-1')
  })
})
