/** Selecting many files and acting on them: every action once by mouse and once by keyboard alone, in list and grid. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { startApp } from './app-process.ts'
import { canRun, type FarServer, farServer, openScene, type Scene } from './scene.ts'
import type { WindowPage } from './window-page.ts'

/** Two batches behind a server that takes nothing until it is told to. */
async function openQueue(): Promise<Scene & { readonly server: FarServer }> {
  const scene = await openScene({ permissions: ['clipboard-read', 'clipboard-write'] })
  const random = seeded(11)
  const names = ['Alpha/IMG_1.jpg', 'Alpha/IMG_2.jpg', 'Alpha/IMG_3.jpg', 'Alpha/IMG_4.jpg', 'Alpha/clip.mov']
  for (const name of [...names, 'Beta/B_1.jpg', 'Beta/B_2.jpg'])
    writeRandomFile(join(scene.source, name), 2000 + Math.floor(random() * 5000), random)
  const server = await farServer(scene, 0)
  await scene.window.setServer(server.connection.url, server.token)
  for (const name of ['Alpha', 'Beta']) await scene.window.addFolder(join(scene.source, name))
  await scene.window.page.getByText('All 7', { exact: true }).waitFor()
  return { ...scene, server }
}

function savedJournal({ state }: Scene): string {
  const folder = join(state, 'journal')
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
}

/** Names of the files in sight, in their order. */
async function shownNames(window: WindowPage): Promise<string[]> {
  const labels = await window.rows.evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')))
  return labels.map((label) => label?.split(',')[0] ?? '')
}

async function expectShown(window: WindowPage, names: readonly string[]): Promise<void> {
  await expect.poll(() => shownNames(window)).toEqual(names)
}

const selected = (window: WindowPage) => window.grid.locator('[aria-selected=true]')
const batchesOf = (window: WindowPage) =>
  window.page.getByRole('navigation', { name: 'Batches' }).getByRole('button', { name: /^(Alpha|Beta)/ })
const orderOf = async (window: WindowPage) =>
  (await batchesOf(window).allTextContents()).map((text) => text.replace(/\d+%$/, ''))

/** In the order of a drop. */
const alpha = ['clip.mov', 'IMG_1.jpg', 'IMG_2.jpg', 'IMG_3.jpg', 'IMG_4.jpg']

describe.skipIf(!canRun)('many files', () => {
  it('are selected, filtered, sorted, steered and brought back by mouse', async () => {
    const { window, server } = await openQueue()
    const { page } = window
    const bar = page.getByRole('toolbar', { name: 'Actions for the selected files' })

    await window.row('IMG_1.jpg').click()
    await window.row('IMG_3.jpg').click({ modifiers: ['ControlOrMeta'] })
    await bar.getByText('2 files selected').waitFor()
    await window.row('IMG_4.jpg').click({ modifiers: ['Shift'] })
    await expect.poll(() => selected(window).count()).toBe(2)
    await bar.getByRole('button', { name: 'Pause' }).click()
    for (const name of ['IMG_3.jpg', 'IMG_4.jpg']) await window.row(name, 'Paused').waitFor()
    await bar.getByRole('button', { name: 'Resume' }).click()
    await window.row('IMG_4.jpg', 'Queued').waitFor()

    await window.row('B_2.jpg').click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Move to top' }).click()
    await expectShown(window, ['B_2.jpg', ...alpha, 'B_1.jpg'])
    await batchesOf(window)
      .last()
      .dragTo(batchesOf(window).first(), { targetPosition: { x: 60, y: 1 } })
    await expect.poll(() => orderOf(window)).toEqual(['Beta', 'Alpha'])
    await expectShown(window, ['B_2.jpg', 'B_1.jpg', ...alpha])

    await page.getByRole('button', { name: 'More filters' }).click()
    await page.getByRole('menuitemradio', { name: 'Video' }).click()
    await expectShown(window, ['clip.mov'])
    await page.getByRole('button', { name: 'Show all files' }).click()
    await page.getByLabel('Search by name').fill('img_2')
    await expectShown(window, ['IMG_2.jpg'])
    await page.getByRole('button', { name: 'Clear search' }).click()
    await page.getByRole('button', { name: 'Name', exact: true }).click()
    await page.getByRole('button', { name: 'Name', exact: true }).click()
    await expectShown(window, [
      'IMG_4.jpg',
      'IMG_3.jpg',
      'IMG_2.jpg',
      'IMG_1.jpg',
      'clip.mov',
      'B_2.jpg',
      'B_1.jpg',
    ])

    await page.getByRole('button', { name: 'Show as grid' }).click()
    const cell = (name: string) => window.grid.getByRole('gridcell', { name: `${name},` })
    await cell('IMG_1.jpg').click()
    await cell('IMG_2.jpg').click({ modifiers: ['ControlOrMeta'] })
    await bar.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel 2 files' }).click()
    await window.grid.getByRole('gridcell', { name: 'IMG_2.jpg, Canceled' }).waitFor()
    await bar.getByRole('button', { name: 'Retry' }).click()
    await window.grid.getByRole('gridcell', { name: 'IMG_2.jpg, Queued' }).waitFor()
    await page.getByRole('button', { name: 'Show as list' }).click()

    server.connection.setPace(Number.POSITIVE_INFINITY)
    await window.allStored.waitFor()
    await window.row('IMG_1.jpg', 'Done').click()
    await window.showDetails()
    await window.details.getByText('This computer and the server computed the same MD5').waitFor()
    await window.details.getByRole('button', { name: 'Copy link' }).click()
    await page.getByText(/^Link copied/).waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^http:.*IMG_1\.jpg/)
    const download = page.context().waitForEvent('page')
    await window.details.getByRole('button', { name: 'Download' }).click()
    await download

    await window.button('Clear finished files').click()
    await page.getByText('7 files removed from the list').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await window.row('IMG_1.jpg', 'Done').waitFor()

    // A dialog that opens meanwhile takes the way back along.
    await window.button('Clear finished files').click()
    await window.row('IMG_1.jpg').waitFor({ state: 'detached' })
    await window.button('History').click()
    const history = page.getByRole('dialog', { name: 'History' })
    await history.getByRole('button', { name: 'Undo' }).click()
    await history.getByText('7 files restored to the list').waitFor()
  })

  it('are selected, searched, steered and brought back by keyboard alone', async () => {
    const { window, server } = await openQueue()
    const { page } = window
    const { keyboard } = page
    await window.tabTo(window.row('clip.mov'))
    await keyboard.press('ArrowDown')
    await window.untilFocused(window.row('IMG_1.jpg'))
    await keyboard.press('Shift+ArrowDown')
    await expect.poll(() => selected(window).count()).toBe(2)
    await keyboard.press('p')
    await window.row('IMG_2.jpg', 'Paused').waitFor()
    await keyboard.press('s')
    await window.row('IMG_2.jpg', 'Queued').waitFor()
    await keyboard.press('ControlOrMeta+ArrowDown')
    await window.untilFocused(window.row('IMG_3.jpg'))
    await keyboard.press('Space')
    await expect.poll(() => selected(window).count()).toBe(3)
    await keyboard.press('ControlOrMeta+a')
    await expect.poll(() => selected(window).count()).toBe(7)
    await keyboard.press('Escape')
    await expect.poll(() => selected(window).count()).toBe(0)

    await keyboard.press('End')
    await window.untilFocused(window.row('B_2.jpg'))
    await keyboard.press('t')
    await expectShown(window, ['B_2.jpg', ...alpha, 'B_1.jpg'])
    await window.untilFocused(window.row('B_2.jpg'))
    await keyboard.press('Shift+F10')
    await window.untilFocusWithin(page.getByRole('menu'))
    await window.tabTo(page.getByRole('menuitem', { name: 'Cancel' }), 'ArrowDown')
    await keyboard.press('Enter')
    await window.row('B_2.jpg', 'Canceled').waitFor()
    await window.untilFocused(window.row('B_2.jpg'))
    // What cannot be done to a canceled file stands first in its menu; the keyboard begins at what can.
    await page.getByRole('menu').waitFor({ state: 'hidden' })
    await keyboard.press('Shift+F10')
    await window.untilFocused(page.getByRole('menuitem', { name: 'Retry' }))
    await keyboard.press('Escape')
    await window.untilFocused(window.row('B_2.jpg'))
    await keyboard.press('r')
    await window.row('B_2.jpg', 'Queued').waitFor()

    await keyboard.press('ControlOrMeta+f')
    await keyboard.type('img_3')
    await expectShown(window, ['IMG_3.jpg'])
    await keyboard.press('Escape')
    await window.tabTo(page.getByRole('button', { name: 'Name', exact: true }))
    await keyboard.press('Enter')
    await expectShown(window, ['B_1.jpg', 'B_2.jpg', ...alpha])
    await window.tabTo(window.grid.locator('[data-index][tabindex="0"]'))
    await keyboard.press('g')
    await window.untilFocused(
      window.grid.getByRole('gridcell').and(page.locator('[data-index][tabindex="0"]')),
    )
    await keyboard.press('Home')
    await keyboard.press('ArrowRight')
    await window.untilFocused(window.grid.getByRole('gridcell', { name: 'B_2.jpg,' }))
    await keyboard.press('g')

    await window.tabTo(batchesOf(window).last(), 'Shift+Tab')
    await keyboard.press('Alt+ArrowUp')
    await expect.poll(() => orderOf(window)).toEqual(['Beta', 'Alpha'])
    server.connection.setPace(Number.POSITIVE_INFINITY)
    await window.allStored.waitFor()
    await window.tabTo(window.grid.locator('[data-index][tabindex="0"]'))
    await keyboard.press('ControlOrMeta+a')
    await keyboard.press('ControlOrMeta+c')
    await page.getByText(/^7 links copied/).waitFor()
    await keyboard.press('Backspace')
    await page.getByText('7 files removed from the list').waitFor()
    await window.tabTo(page.getByRole('button', { name: 'Undo' }))
    await keyboard.press('Enter')
    await window.row('IMG_1.jpg', 'Done').waitFor()
  })

  it('that were queued at a kill are counted after the restart, each number leading to its files', async () => {
    const scene = await openQueue()
    const { window } = scene
    window.expectOutage()
    // What is not saved by then is found in its folder again, as new.
    await expect.poll(() => savedJournal(scene)).toContain('Beta/B_2.jpg')
    await scene.app.kill('SIGKILL')
    rmSync(join(scene.source, 'Alpha', 'IMG_2.jpg'))
    scene.app = await startApp(scene, scene.app.port)
    await window.openAgain(scene.app.url)
    await window.button('1 missing').click()
    await expectShown(window, ['IMG_2.jpg'])
    await window.row('IMG_2.jpg', 'Failed').waitFor()
    await window.page.getByRole('button', { name: /^6 resuming|^7 resuming/ }).click()
    await expect.poll(async () => (await shownNames(window)).length).toBeGreaterThanOrEqual(6)
  })
})
