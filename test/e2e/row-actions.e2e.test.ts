/** Picking a folder, pausing, resuming and canceling: once by keyboard alone, once by mouse. */
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { fingerprint, seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { canRun, farServer, openScene } from './scene.ts'
import type { WindowPage } from './window-page.ts'

const size = 3 << 20

function makeShoot(home: string, names: readonly string[], bytes = size): string {
  const random = seeded(7)
  for (const name of names) writeRandomFile(join(home, 'Shoots', '2026-05 Lisbon', name), bytes, random)
  return join(home, 'Shoots', '2026-05 Lisbon')
}

/** Opens the folder picker and picks the folder with Tab, arrows and Enter. */
async function pickByKeyboard(window: WindowPage): Promise<void> {
  const { page } = window
  await window.tabTo(window.button('Add folder'))
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Add a folder' })
  const list = dialog.getByRole('list', { name: 'Folder contents' })
  // The first entry leads to the parent folder, the second is the only folder of this home.
  await window.tabTo(list.getByRole('button', { name: 'Parent folder' }))
  await page.keyboard.press('ArrowDown')
  await focused(list.getByRole('button', { name: 'Shoots' }))
  await page.keyboard.press('Enter')
  await list.getByRole('button', { name: '2026-05 Lisbon' }).waitFor()
  await window.tabTo(list.getByRole('button', { name: '2026-05 Lisbon' }))
  await page.keyboard.press('Enter')
  await dialog.locator('[aria-current="location"]', { hasText: '2026-05 Lisbon' }).waitFor()
  await window.tabTo(window.button('Choose this folder'))
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'hidden' })
}

async function focused(target: Locator): Promise<void> {
  await expect.poll(() => target.evaluate((element) => element === document.activeElement)).toBe(true)
}

/** Waits until the row's progress has passed a share, and answers it. */
async function percentAbove(window: WindowPage, row: Locator, least: number): Promise<number> {
  await expect.poll(() => window.percent(row), { interval: 50 }).toBeGreaterThan(least)
  return window.percent(row)
}

/** Waits until a count has stayed as it is for longer than any chunk takes. */
async function untilStill(count: () => number): Promise<void> {
  let before = -1
  const isStill = () => {
    const now = count()
    const still = now === before
    before = now
    return still
  }
  await expect.poll(isStill, { interval: 600 }).toBe(true)
}

describe.skipIf(!canRun)('one file of many', () => {
  it('is added, paused, resumed and canceled by keyboard alone', async () => {
    const scene = await openScene()
    const { window } = scene
    // So large that the second is far from stored when a busy machine gets to cancel it.
    const folder = makeShoot(scene.source, ['IMG_1.CR3', 'IMG_2.CR3'], 8 << 20)
    const server = await farServer(scene, 1 << 20)
    await window.setServer(server.connection.url, server.token)
    await pickByKeyboard(window)

    const first = window.row('IMG_1.CR3')
    await percentAbove(window, first, 0)
    await window.tabTo(first)
    await window.tabTo(first.getByRole('button', { name: 'Pause' }))
    await window.page.keyboard.press('Enter')
    await window.row('IMG_1.CR3', 'Paused').waitFor()
    const paused = await window.percent(first)
    await percentAbove(window, window.row('IMG_2.CR3'), 30)
    // However slow the keys are, the second file must not be stored before it is canceled.
    server.connection.setPace(0)
    expect(await window.percent(first)).toBe(paused)

    // The focus stays where `Pause` was: the same key goes on.
    await focused(first.getByRole('button', { name: 'Resume' }))
    await window.page.keyboard.press('Enter')
    server.connection.setPace(1 << 19)
    await percentAbove(window, first, paused)
    server.connection.setPace(0)

    await window.tabTo(first, 'Shift+Tab')
    await window.page.keyboard.press('ArrowDown')
    const second = window.row('IMG_2.CR3')
    await focused(second)
    await window.tabTo(second.getByRole('button', { name: 'Cancel' }))
    await window.page.keyboard.press('Enter')
    await window.row('IMG_2.CR3', 'Canceled').waitFor()
    server.connection.setPace(Number.POSITIVE_INFINITY)
    await window.totals.getByText('1 of 2 files stored', { exact: true }).waitFor()
    await window.notAllStored.waitFor()
    expect([...server.stored().keys()]).toEqual([join('2026-05 Lisbon', 'IMG_1.CR3')])
    expect(fingerprint(folder).get('IMG_1.CR3')).toBe([...server.stored().values()][0])
  })

  it('and all of them are paused, resumed and canceled by mouse', async () => {
    const scene = await openScene()
    const { window } = scene
    const folder = makeShoot(scene.source, ['IMG_1.CR3', 'IMG_2.CR3', 'IMG_3.CR3', 'IMG_4.CR3'])
    const server = await farServer(scene, 1 << 20)
    await window.setServer(server.connection.url, server.token)
    await window.addFolder(folder)

    await percentAbove(window, window.row('IMG_1.CR3'), 0)
    // However slow the clicks are, no file is stored before they are heard.
    server.connection.setPace(0)
    await window.row('IMG_1.CR3').getByRole('button', { name: 'Pause' }).click()
    await window.row('IMG_1.CR3', 'Paused').waitFor()
    await window.row('IMG_2.CR3').getByRole('button', { name: 'Cancel' }).click()
    await window.row('IMG_2.CR3', 'Canceled').waitFor()

    server.connection.setPace(1 << 19)
    await window.button('Pause all').click()
    for (const name of ['IMG_3.CR3', 'IMG_4.CR3']) await window.row(name, 'Paused').waitFor()
    // What was under way when the pause came is answered first; then nothing more may leave.
    await untilStill(server.connection.sentBytes)

    await window.button('Resume all').click()
    await percentAbove(window, window.row('IMG_3.CR3'), 30)
    server.connection.setPace(Number.POSITIVE_INFINITY)
    await window.totals.getByText('3 of 4 files stored', { exact: true }).waitFor()
    await window.notAllStored.waitFor()
    await window.row('IMG_2.CR3', 'Canceled').waitFor()
    const sent = fingerprint(folder)
    expect([...server.stored().values()]).toEqual(['1', '3', '4'].map((nth) => sent.get(`IMG_${nth}.CR3`)))
  })

  it('are where they were pressed in a narrow window, for details cover the list only when asked for, and in a short one', async () => {
    const scene = await openScene({ viewport: { width: 640, height: 720 } })
    const { window } = scene
    const folder = makeShoot(scene.home, ['IMG_1.CR3', 'IMG_2.CR3'])
    const server = await farServer(scene, 0)
    await window.setServer(server.connection.url, server.token)
    await window.addFolder(folder)
    await window.row('IMG_2.CR3').getByRole('button', { name: 'Pause' }).click()
    await window.row('IMG_2.CR3', 'Paused').waitFor()
    expect(await window.details.count()).toBe(0)
    await window.row('IMG_1.CR3').dblclick({ position: { x: 60, y: 12 } })
    await window.details.getByRole('heading', { name: 'IMG_1.CR3' }).waitFor()
    await window.details.getByRole('button', { name: 'Hide details' }).click()
    await window.details.waitFor({ state: 'detached' })

    // A window of 1280 x 800 enlarged to 200 %: there is still room for files.
    await window.page.setViewportSize({ width: 640, height: 400 })
    const bottomOf = (place: Locator) => place.evaluate((element) => element.getBoundingClientRect().bottom)
    const footTop = () => window.totals.evaluate((element) => element.getBoundingClientRect().top)
    await expect
      .poll(async () => (await footTop()) - (await bottomOf(window.row('IMG_2.CR3'))))
      .toBeGreaterThanOrEqual(0)
  })
})
