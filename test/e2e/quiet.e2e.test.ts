/** Screen readers are told what a batch came to, and nothing of every step on the way there. */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { startApp } from './app-process.ts'
import { canRun, farServer, openScene } from './scene.ts'

/** From now on notes what live regions say. */
async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const said: string[] = []
    Object.assign(globalThis, { said })
    const live = '[aria-live], [role=status], [role=alert], [role=log], output'
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const element = target instanceof Element ? target : target.parentElement
        const region = element?.closest(live)
        if (region?.textContent) said.push(region.textContent)
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
}

const saidIn = (page: Page) => page.evaluate(() => Reflect.get(globalThis, 'said') as string[])

describe.skipIf(!canRun)('live regions', () => {
  it('are silent while files move, also after a restart, and say the result once', async () => {
    const scene = await openScene()
    const { window, source } = scene
    for (let nth = 1; nth <= 12; nth++) {
      writeRandomFile(join(source, 'Day', `IMG_${nth}.CR3`), 1_500_000, seeded(nth))
    }
    const server = await farServer(scene, 900_000)
    await window.setServer(server.connection.url, server.token)
    await window.addFolder(join(source, 'Day'))
    await expect.poll(() => window.percent(window.totals), { timeout: 40_000 }).toBeGreaterThan(5)
    window.expectOutage()
    const { port } = scene.app
    await scene.app.kill('SIGKILL')
    await window.offline.waitFor()
    scene.app = await startApp(scene, port)
    await window.openAgain(scene.app.url)
    await window.page.getByText('After restart:').waitFor()
    // What the return itself says is over once something moves again.
    const percent = () => window.percent(window.totals)
    const before = await percent()
    await expect.poll(percent, { timeout: 40_000 }).toBeGreaterThan(before)
    await listen(window.page)
    const start = await percent()
    await expect.poll(percent, { timeout: 40_000 }).toBeGreaterThan(start + 20)
    expect(await saidIn(window.page)).toEqual([])

    server.connection.setPace(Number.POSITIVE_INFINITY)
    await window.allStored.waitFor()
    await expect
      .poll(() => saidIn(window.page), { timeout: 20_000 })
      .toEqual(['Day finished: 12 files stored.'])
  }, 180_000)
})
