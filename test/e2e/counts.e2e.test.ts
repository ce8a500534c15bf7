/** What the window says of drops of which not everything is stored: amber, with every file counted, and a question before. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeFiles } from '../main/a-client.ts'
import { startApp } from './app-process.ts'
import { canRun, farServer, openScene, openWindow, type Scene } from './scene.ts'
import type { WindowPage } from './window-page.ts'

const files = { 'a.CR3': 900, 'b.CR3': 900, 'c.CR3': 900, 'd.CR3': 900, 'e.jpg': 0, 'f.xmp': 50 }

/** One file is stored, one is empty, one was skipped by a rule, and three are paused. */
async function halfStored(scene: Scene): Promise<void> {
  const { window, source } = scene
  const folder = writeFiles(join(source, 'Wedding'), files)
  const server = await farServer(scene, 0)
  await window.setServer(server.connection.url, server.token)
  const dialog = await window.openChecks()
  await dialog.getByLabel(/^Extensions/).fill('xmp')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await window.addFolder(folder)
  await window.row('f.xmp', 'Skipped').waitFor()
  await window.row('e.jpg').waitFor()
  await window.button('Pause all').click()
  for (const name of ['a.CR3', 'd.CR3', 'e.jpg']) await window.row(name, 'Paused').waitFor()
  server.connection.setPace(Number.POSITIVE_INFINITY)
  for (const name of ['a.CR3', 'e.jpg'])
    await window.row(name).getByRole('button', { name: 'Resume' }).click()
  await window.row('a.CR3', 'Done').waitFor()
  await window.row('e.jpg', 'Empty').waitFor()
}

async function cancelBatchByKeyboard(window: WindowPage, answer: string): Promise<void> {
  const { page } = window
  await page.getByRole('button', { name: 'Batch actions' }).focus()
  await page.keyboard.press('Enter')
  await window.tabTo(page.getByRole('menuitem', { name: 'Cancel batch' }), 'ArrowDown')
  await page.keyboard.press('Enter')
  const question = page.getByRole('dialog', { name: 'Cancel 3 files?' })
  await window.untilFocused(question.getByRole('button', { name: 'Keep uploading' }))
  await window.tabTo(question.getByRole('button', { name: answer }))
  await page.keyboard.press('Enter')
  await question.waitFor({ state: 'hidden' })
}

/** Rail and bar count six files of which one is stored, and no place says that all are. */
async function expectCounts(window: WindowPage): Promise<void> {
  await window.notAllStored.waitFor()
  await window.totals.getByText('1 of 6 files stored', { exact: true }).waitFor()
  await window.totals.getByText('1 empty · 1 skipped · 3 canceled', { exact: true }).waitFor()
  const rail = window.page.getByRole('navigation', { name: 'Batches' }).getByRole('listitem')
  const all = rail.filter({ hasText: '1 of 6 stored · 1 empty · 1 skipped · 3 canceled' })
  await expect.poll(() => all.count()).toBe(2)
  expect(await window.allStored.count()).toBe(0)
  await expect.poll(() => window.percent(window.totals)).toBe(16)
}

describe.skipIf(!canRun)('a batch that is canceled in the middle', () => {
  it('is canceled after a question, by keyboard alone, and no place of the window calls it stored, also after a restart', async () => {
    const scene = await openScene()
    const { window } = scene
    const { page } = window
    await halfStored(scene)
    await page
      .getByRole('navigation', { name: 'Batches' })
      .getByRole('button', { name: /Wedding/ })
      .click()
    await cancelBatchByKeyboard(window, 'Keep uploading')
    await window.row('d.CR3', 'Paused').waitFor()
    await cancelBatchByKeyboard(window, 'Cancel 3 files')
    await window.row('d.CR3', 'Canceled').waitFor()
    await expectCounts(window)

    await window.button('History').click()
    await page
      .getByRole('dialog', { name: 'History' })
      .getByText(/1 of 6 stored · 1 empty · 1 skipped · 3 canceled/)
      .waitFor()
    await page.keyboard.press('Escape')

    await window.button('Clear finished files').click()
    const removal = page.getByRole('dialog', { name: 'Remove 5 files that are not stored?' })
    await window.untilFocused(removal.getByRole('button', { name: 'Keep on list' }))
    await page.keyboard.press('Escape')
    await removal.waitFor({ state: 'hidden' })
    await expectCounts(window)

    window.expectOutage()
    await scene.app.kill('SIGTERM')
    scene.app = await startApp(scene)
    const again = await openWindow(scene.app.url)
    await again.row('d.CR3', 'Canceled').waitFor()
    await expectCounts(again)

    await again.row('d.CR3').click()
    await again.page.keyboard.press('Backspace')
    await again.page
      .getByRole('dialog', { name: 'Remove 1 file that is not stored?' })
      .getByRole('button', { name: 'Remove from list' })
      .click()
    await again.totals.getByText('1 empty · 1 skipped · 2 canceled · 1 removed from the list').waitFor()
    await again.totals.getByText('1 of 6 files stored', { exact: true }).waitFor()
    expect(await again.allStored.count()).toBe(0)
  })
})
