/** Files that fail say why; the person mends the cause, presses Retry, and they arrive. */
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ItemDetails } from '../../src/shared/details.ts'
import { fingerprint, seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { connectPage, expectValue, sessionOf } from '../main/browser/page-client.ts'
import { canRun, farServer, openScene, type Scene } from './scene.ts'

const names = ['IMG_1.CR3', 'IMG_2.CR3', 'IMG_3.CR3', 'IMG_4.CR3']

function makeFolder(home: string): string {
  const random = seeded(11)
  for (const name of names) writeRandomFile(join(home, 'Card 2', name), 600_000, random)
  return join(home, 'Card 2')
}

/** Asks how often a file has failed so far, which the window shows only for a moment. */
async function failuresOf({ app }: Scene, name: string): Promise<() => Promise<number>> {
  const page = await connectPage(await sessionOf(app.url))
  onTestFinished(() => page.socket.terminate())
  page.socket.send(JSON.stringify({ subscribe: true }))
  const find = () =>
    page.feed.flatMap(({ items }) => items).find(({ relativePath }) => relativePath.endsWith(name))
  await expect.poll(find).toBeDefined()
  const itemId = find()?.id ?? ''
  return async () => {
    const details = expectValue<ItemDetails>(await page.command('item.details', { itemId }))
    return details.failedAttempts.length
  }
}

describe.skipIf(!canRun)('a file that fails', () => {
  it('says that its original is gone, does not stop the others, and goes over once it is back and Retry is pressed', async () => {
    const scene = await openScene()
    const { window } = scene
    const folder = makeFolder(scene.source)
    const before = fingerprint(folder)
    const server = await farServer(scene, 0)
    await window.setServer(server.connection.url, server.token)
    await window.addFolder(folder)
    await window.row('IMG_4.CR3').waitFor()
    await window.button('Pause all').click()
    for (const name of names) await window.row(name, 'Paused').waitFor()

    renameSync(join(folder, 'IMG_2.CR3'), join(scene.source, 'elsewhere'))
    server.connection.setPace(Number.POSITIVE_INFINITY)
    await window.button('Resume all').click()
    const failed = window.row('IMG_2.CR3', 'Failed')
    await failed.waitFor()
    expect(await failed.getAttribute('aria-label')).toMatch(/no longer there.*then retry/)
    for (const name of ['IMG_1.CR3', 'IMG_3.CR3', 'IMG_4.CR3']) await window.row(name, 'Done').waitFor()
    await window.totals.getByText('3 of 4 files stored', { exact: true }).waitFor()
    expect(await window.allStored.count()).toBe(0)

    // One press from the bar, or from the batch, shows it among any number.
    await window.totals.getByRole('button', { name: '1 failed' }).click()
    await expect.poll(() => window.rows.count()).toBe(1)
    await window.page.getByText('All 4', { exact: true }).click()
    const rail = window.page.getByRole('navigation', { name: 'Batches' })
    await rail
      .getByRole('listitem')
      .filter({ hasText: 'Card 2' })
      .getByRole('button', { name: '1 failed' })
      .click()
    await expect.poll(() => window.rows.count()).toBe(1)
    await window.page.getByRole('heading', { name: 'Card 2' }).waitFor()
    await window.page.getByText('All 4', { exact: true }).click()

    // As it is still gone, Retry ends where it began.
    const failures = await failuresOf(scene, 'IMG_2.CR3')
    const failedBefore = await failures()
    await failed.getByRole('button', { name: 'Retry' }).click()
    await expect.poll(failures).toBeGreaterThan(failedBefore)
    await window.page.getByText('Failed 1', { exact: true }).waitFor()
    renameSync(join(scene.source, 'elsewhere'), join(folder, 'IMG_2.CR3'))
    await failed.getByRole('button', { name: 'Retry' }).click()
    await window.allStored.waitFor()
    expect([...server.stored().values()]).toEqual([...before.values()])
  })

  it('for a refusal on the way shows it; a reason is shown and retried by itself, all of them at once, and no canceled one', async () => {
    const scene = await openScene()
    const { window } = scene
    const folder = makeFolder(scene.source)
    const server = await farServer(scene, 0)
    await window.setServer(server.connection.url, server.token)
    await window.addFolder(folder)
    await window.row('IMG_4.CR3').getByRole('button', { name: 'Cancel' }).click()
    await window.row('IMG_4.CR3', 'Canceled').waitFor()

    server.connection.refuseWith(400)
    server.connection.setPace(Number.POSITIVE_INFINITY)
    await window.page.getByText('Failed 3', { exact: true }).waitFor()
    for (const name of names.slice(0, 3)) {
      expect(await window.row(name, 'Failed').getAttribute('aria-label')).toMatch(/, Failed, 0%\. \S.{20,}/)
    }
    await window.page.getByText('Failed 3', { exact: true }).click()
    await expect.poll(() => window.rows.count()).toBe(3)

    // Of two reasons one is shown, and tried again, without the other.
    renameSync(join(folder, 'IMG_3.CR3'), join(scene.source, 'elsewhere'))
    await window.row('IMG_3.CR3').getByRole('button', { name: 'Retry' }).click()
    const failures = window.page.getByRole('dialog', { name: '3 files failed' })
    const missing = failures.getByRole('listitem').filter({ hasText: 'no longer there' })
    await window
      .row('IMG_3.CR3', 'Failed')
      .and(window.page.getByLabel(/no longer there/))
      .waitFor()
    await window.button('Retry all failed').click()
    await expect.poll(() => failures.getByRole('listitem').count()).toBe(2)
    await missing.getByRole('button', { name: 'Show' }).click()
    await failures.waitFor({ state: 'hidden' })
    await expect.poll(() => window.rows.count()).toBe(1)
    await window.row('IMG_3.CR3', 'Failed').waitFor()
    await window.page.getByRole('button', { name: /Show all files$/ }).click()
    renameSync(join(scene.source, 'elsewhere'), join(folder, 'IMG_3.CR3'))
    server.connection.refuseWith(null)
    await window.button('Retry all failed').click()
    await missing.getByRole('button', { name: 'Retry these' }).click()
    await window.row('IMG_3.CR3', 'Done').waitFor()
    for (const name of ['IMG_1.CR3', 'IMG_2.CR3']) await window.row(name, 'Failed').waitFor()

    await window.page.getByText('Failed 2', { exact: true }).click()
    await window.retryAllFailed()
    await window.notAllStored.waitFor()
    await window.totals.getByText('3 of 4 files stored', { exact: true }).waitFor()
    expect(await window.rows.count()).toBe(0)
    await window.page.getByText('All 4', { exact: true }).click()
    await window.row('IMG_4.CR3', 'Canceled').waitFor()
    expect(server.stored().size).toBe(3)
  })

  it.each([1280, 420])(
    'says all of it beside the list in a window %d pixels wide, and no row is taller for it',
    async (width) => {
      const scene = await openScene({ viewport: { width, height: 800 } })
      const { window } = scene
      const folder = makeFolder(scene.source)
      const long = `${'The long way from the church to the vineyard '.repeat(3)}.CR3`
      writeRandomFile(join(folder, long), 100, seeded(3))
      const server = await farServer(scene, 0)
      await window.setServer(server.connection.url, server.token)
      await window.addFolder(folder)
      await window.row('IMG_4.CR3').waitFor()
      await window.button('Pause all').click()
      await window.row(long, 'Paused').waitFor()
      renameSync(join(folder, long), join(scene.source, 'elsewhere'))
      server.connection.setPace(Number.POSITIVE_INFINITY)
      await window.button('Resume all').click()
      await window.row(long, 'Failed').waitFor()
      for (const name of names) await window.row(name, 'Done').waitFor()

      const heights = await window.rows.evaluateAll((rows) =>
        rows.map((row) => Math.round(row.getBoundingClientRect().height)),
      )
      expect(new Set(heights).size).toBe(1)
      await window.row(long).click({ position: { x: 60, y: 12 } })
      await window.page.keyboard.press('Enter')
      const said = window.details.getByText(/is no longer there\. .+ then retry\.$/).first()
      await said.waitFor()
      expect(await said.evaluate((element) => element.scrollHeight - element.clientHeight)).toBeLessThan(4)
    },
  )
})
