/** What goes on when PhotoFerry is killed, when the page is reloaded, and when two pages are open. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fingerprint, seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { startApp } from './app-process.ts'
import { canRun, chunkBytes, dropOnto, farServer, openScene, openWindow, type Scene } from './scene.ts'
import { slowUploads } from './slow-page.ts'
import type { WindowPage } from './window-page.ts'

const names = ['IMG_1.CR3', 'IMG_2.CR3', 'IMG_3.CR3', 'IMG_4.CR3', 'IMG_5.CR3']
const size = 2 << 20
/** Three files at once, three chunks each. */
const bytesInFlight = 3 * 3 * chunkBytes

async function busyScene(bytesPerSecond: number) {
  const scene = await openScene()
  const random = seeded(23)
  const folder = join(scene.source, 'Ceremony')
  for (const name of names) writeRandomFile(join(folder, name), size, random)
  const server = await farServer(scene, bytesPerSecond)
  await scene.window.setServer(server.connection.url, server.token)
  return { scene, folder, server }
}

async function overallAbove(window: WindowPage, least: number): Promise<number> {
  await window.totals.getByRole('progressbar').waitFor()
  await expect.poll(() => window.percent(window.totals), { interval: 50 }).toBeGreaterThan(least)
  return window.percent(window.totals)
}

/** Ends PhotoFerry without warning and starts it again, as after a power cut. */
async function restart(scene: Scene, whileAway: () => Promise<void>): Promise<void> {
  const { port } = scene.app
  await scene.app.kill('SIGKILL')
  await whileAway()
  scene.app = await startApp(scene, port)
  // The page's key opens nothing any more.
  await scene.window.restarted.waitFor()
  await scene.window.openAgain(scene.app.url)
}

describe.skipIf(!canRun)('the page', () => {
  it('outlives a kill of PhotoFerry: says so, comes back with the new address and shows the queue going on from where it was', async () => {
    const { scene, folder, server } = await busyScene(3 << 20)
    const { window } = scene
    await window.addFolder(folder)
    await overallAbove(window, 40)
    // However slow the rest is, something is left to send when PhotoFerry is killed.
    server.connection.setPace(0)
    const before = await window.percent(window.totals)
    const loadedAt = await window.page.evaluate(() => performance.timeOrigin)

    window.expectOutage()
    await restart(scene, async () => {
      await window.offline.waitFor()
      await window.page.getByText('Your queue is safe on the computer that runs PhotoFerry').waitFor()
      await window.row('IMG_5.CR3').waitFor()
      expect(await window.button('Add folder').isDisabled()).toBe(true)
      await window.totals.getByText('Last update before the connection dropped').waitFor()
      // Slow enough that something is left to send when the report is looked at.
      server.connection.setPace(256 << 10)
    })
    await window.offline.waitFor({ state: 'hidden' })
    // What was only under way may count anew; what the server had acknowledged may not.
    const after = await overallAbove(window, 0)
    expect(after).toBeGreaterThanOrEqual(before - Math.ceil((100 * bytesInFlight) / (names.length * size)))
    const report = window.page.getByText('After restart:')
    await report.waitFor()
    server.connection.setPace(Number.POSITIVE_INFINITY)
    await window.allStored.waitFor()
    await report.waitFor({ state: 'hidden' })

    expect(await window.page.evaluate(() => performance.timeOrigin)).toBe(loadedAt)
    expect([...server.stored().values()]).toEqual([...fingerprint(folder).values()])
    const again = server.connection.sentBytes() - names.length * size
    console.log(
      `killed at ${before}%, back at ${after}%: at most ${again} bytes sent again, headers included`,
    )
    expect(again).toBeLessThanOrEqual(bytesInFlight + 200_000)
  })

  it('goes on with a drop that a kill of PhotoFerry broke off, and nothing of it is missing', async () => {
    const scene = await openScene()
    const { window, source } = scene
    const server = await farServer(scene, 0)
    await window.setServer(server.connection.url, server.token)
    const random = seeded(29)
    for (let nth = 0; nth < 250; nth++)
      writeRandomFile(join(source, 'Party', `IMG_${nth}.jpg`), 40_000, random)
    await slowUploads(window.page, 1 << 20)
    await dropOnto(window.page, [join(source, 'Party')])
    await window.page.getByText(/^Copying \d\d+ of 250 into PhotoFerry/).waitFor({ timeout: 60_000 })
    window.expectOutage()
    await restart(scene, () => window.offline.waitFor())
    await window.offline.waitFor({ state: 'hidden' })
    await window.page.getByText(/^Copying/).waitFor({ state: 'hidden', timeout: 90_000 })
    server.connection.setPace(Number.POSITIVE_INFINITY)
    await window.allStored.waitFor({ timeout: 60_000 })
    expect(server.stored()).toEqual(fingerprint(source))
    // It is still one batch, and no file is in it twice.
    const rail = window.page.getByRole('navigation', { name: 'Batches' })
    expect(await rail.getByRole('listitem').filter({ hasText: 'Party' }).count()).toBe(1)
    await window.totals.getByText('250 of 250 files stored', { exact: true }).waitFor()
  }, 240_000)

  it('shows the same queue after a reload and in a second window, and both follow it', async () => {
    const { scene, folder, server } = await busyScene(1 << 20)
    const { window } = scene
    await window.addFolder(folder)
    const before = await overallAbove(window, 10)
    // Slow enough that the last file still waits, however long the windows take to open.
    server.connection.setPace(64 << 10)
    await window.page.reload()
    expect(await overallAbove(window, 0)).toBeGreaterThanOrEqual(before)
    await expect.poll(() => window.rows.count()).toBe(names.length)

    const second = await openWindow(scene.app.url)
    await second.row('IMG_5.CR3').getByRole('button', { name: 'Pause' }).click()
    await window.row('IMG_5.CR3', 'Paused').waitFor()
    await window.row('IMG_5.CR3').getByRole('button', { name: 'Resume' }).click()
    await expect.poll(() => second.row('IMG_5.CR3', 'Paused').count()).toBe(0)

    server.connection.setPace(Number.POSITIVE_INFINITY)
    await Promise.all([window.allStored.waitFor(), second.allStored.waitFor()])
    const labels = (page: WindowPage) =>
      page.rows.evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')))
    const done = names.map((name) => `${name}, Done, 100%`)
    for (const page of [window, second]) await expect.poll(() => labels(page)).toEqual(done)
    expect(server.stored().size).toBe(names.length)
  })
})
