/** Outages in the middle of an upload as the window shows them, and the questions that only a person can answer. */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { authority } from '../certificates.ts'
import { fingerprint } from '../crossing/photo-folder.ts'
import { serve } from '../crossing/programs.ts'
import { type OutageProxy, outageProxy } from '../outage-proxy.ts'
import { filesInBundle, outageFiles, outageFolder, outageSeconds, outages, patientMs } from '../outages.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { axeFindings } from './axe.ts'
import { canRun, openScene } from './scene.ts'
import type { WindowPage } from './window-page.ts'

async function sceneBehind(makeProxy: (port: number) => Promise<OutageProxy>, files: number) {
  const scene = await openScene()
  const data = join(scene.library, '..', 'far')
  const server = await serve(data)
  const proxy = await makeProxy(server.port)
  const source = outageFolder(scene.source, files)
  const stored = () => fingerprint(join(data, 'uploads', 'shoot'))
  return { window: scene.window, server, proxy, source, stored }
}

function light(window: WindowPage, is: 'reachable' | 'unreachable') {
  return window.totals.locator(`[data-reachability=${is}]`)
}

/** Everything is stored, and no file has a failure on its record. */
async function expectAllStored(window: WindowPage, files: number): Promise<void> {
  await window.allStored.waitFor({ timeout: patientMs })
  await window.totals.getByText(`${files} of ${files} files stored`, { exact: true }).waitFor()
  expect(await window.totals.getByText(/failed/).count()).toBe(0)
}

describe.skipIf(!canRun)('the window', () => {
  it(
    'shows each outage within 5 s of its beginning and of its end, with its reason, and no file fails',
    async () => {
      const paced = (port: number) => outageProxy(port, { paceMs: 400, filesInBundle })
      const { window, server, proxy, source, stored } = await sceneBehind(paced, outageFiles)
      await window.setServer(proxy.url, server.token)
      await window.addFolder(source)
      for (const [index, [name, trouble, reason]] of outages.entries()) {
        const share = (index + 1) / (outages.length + 2)
        await expect
          .poll(proxy.uploads, { interval: 5, timeout: patientMs })
          .toBeGreaterThanOrEqual(Math.ceil(outageFiles * share))
        proxy.set(trouble)
        await light(window, 'unreachable').waitFor({ timeout: 5_000 })
        await window.totals
          .getByText(reason)
          .and(window.page.getByText(/Since .*(next try|trying)/))
          .waitFor()
        await wait(outageSeconds * 1000)
        expect([name, await light(window, 'unreachable').count()]).toEqual([name, 1])
        proxy.set(null)
        await light(window, 'reachable').waitFor({ timeout: 5_500 })
      }
      await expectAllStored(window, outageFiles)
      expect([...stored().values()].sort()).toEqual([...fingerprint(source).values()].sort())
    },
    600_000 + patientMs,
  )

  it('asks once for a token that the server does not accept, and sends everything with the right one', async () => {
    const { window, server, source } = await sceneBehind(outageProxy, 12)
    await window.setServer(server.url, 'an-older-token')
    await window.addFolder(source)
    const field = window.page.getByLabel(/^Access token for/)
    await field.waitFor()
    expect(await window.page.getByRole('heading', { name: /doesn’t accept the access token/ }).count()).toBe(
      1,
    )
    expect(await axeFindings(window.page, 'question: token')).toEqual([])
    await field.focus()
    await window.page.keyboard.type(server.token)
    await window.page.keyboard.press('Enter')
    await expectAllStored(window, 12)
    await field.waitFor({ state: 'hidden' })
  })

  it('shows both fingerprints when a trusted certificate has changed, and waits until the new one is trusted', async (test) => {
    const trusted = authority(temporaryFolder())
    if (!trusted) return test.skip()
    const { window, server, proxy, source } = await sceneBehind(
      (port) => outageProxy(port, { secure: trusted.sign(2) }),
      12,
    )
    const dialog = await window.openServerSettings(proxy.url, server.token)
    await dialog.getByRole('button', { name: 'Test connection' }).click()
    await dialog.getByRole('button', { name: 'Trust this certificate' }).click()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await light(window, 'reachable').waitFor()

    proxy.set({ credentials: trusted.sign(3) })
    await window.addFolder(source)
    const question = window.page.getByRole('region', { name: /shows a different certificate/ })
    await question.waitFor()
    const fingerprints = await question.getByText(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/).allTextContents()
    expect(new Set(fingerprints).size).toBe(2)
    expect(await axeFindings(window.page, 'question: certificate')).toEqual([])
    await question.getByRole('button', { name: 'Keep waiting' }).click()
    await question.waitFor({ state: 'hidden' })
    await window.totals.getByRole('button', { name: 'Show question' }).click()
    await question.waitFor()
    await window.tabTo(question.getByRole('button', { name: 'Trust the new certificate' }), 'Shift+Tab')
    await window.page.keyboard.press('Enter')
    await expectAllStored(window, 12)
  })

  it('names the address that a redirect leads to, and uses it only when told to', async () => {
    const { window, server, proxy, source } = await sceneBehind(outageProxy, 12)
    await window.setServer(proxy.url, server.token)
    await light(window, 'reachable').waitFor()
    proxy.set({
      answer: (outgoing, incoming) => {
        incoming.resume()
        outgoing.writeHead(308, { location: `${server.url}${incoming.url}` }).end()
      },
    })
    await window.addFolder(source)
    const question = window.page.getByRole('region', { name: `leads to ${server.url}. Use that address?` })
    await question.waitFor()
    expect(await axeFindings(window.page, 'question: redirect')).toEqual([])
    await question.getByRole('button', { name: 'Use that address' }).click()
    await expectAllStored(window, 12)
  })
})
