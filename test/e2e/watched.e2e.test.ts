/** Watched folders in the window: added, shown, changed and removed by keyboard, in both themes, over a restart of the app. */
import { once } from 'node:events'
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fingerprint } from '../crossing/photo-folder.ts'
import { startApp } from './app-process.ts'
import { axeFindings } from './axe.ts'
import { canRun, openScene, openWindow, type Scene } from './scene.ts'
import type { WindowPage } from './window-page.ts'

const stored = ({ library }: Scene) => [...fingerprint(join(library, 'uploads')).keys()].sort()

/** Adds a folder by keyboard alone, from the open settings on. */
async function watchByKeyboard({ page }: WindowPage, folder: string, existing: RegExp): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Settings' })
  await dialog.getByRole('tab', { name: 'Watched folders' }).focus()
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Watch a folder…' }).press('Enter')
  await dialog.getByRole('textbox', { name: 'Folder', exact: true }).fill(folder)
  await dialog.getByRole('radio', { name: existing }).press('Space')
  await dialog.getByRole('button', { name: 'Start watching' }).press('Enter')
}

async function openSettings(window: WindowPage) {
  await window.button('Settings').click()
  return window.page.getByRole('dialog', { name: 'Settings' })
}

describe.skipIf(!canRun)('watched folders', () => {
  it('are added by keyboard, upload what comes, and say where they stand, also after the app was started again', async () => {
    const scene = await openScene()
    const { window, source } = scene
    const { page } = window
    const folder = join(source, 'Tethered')
    mkdirSync(folder)
    writeFileSync(join(folder, 'IMG_1.jpg'), 'there before')
    const dialog = await openSettings(window)
    await watchByKeyboard(window, folder, /Leave them/)
    await dialog.getByText('Watching', { exact: true }).waitFor()
    expect(await axeFindings(page, 'watched folders')).toEqual([])
    await page.keyboard.press('Escape')

    writeFileSync(join(folder, 'IMG_2.jpg'), 'from the camera')
    const rail = page.getByRole('region', { name: /^Watched folders/ })
    await rail.getByText('Watching · 1 file uploaded').waitFor()
    expect(stored(scene)).toEqual(['Tethered/IMG_2.jpg'])
    await rail.getByRole('button', { name: 'Tethered' }).click()
    await window.row('IMG_2.jpg').waitFor()

    window.expectOutage()
    const ended = once(scene.app.child, 'exit')
    scene.app.child.kill('SIGTERM')
    await ended
    writeFileSync(join(folder, 'IMG_3.jpg'), 'while it was closed')
    scene.app = await startApp(scene)
    const again = await openWindow(scene.app.url)
    const there = again.page.getByRole('region', { name: /^Watched folders/ })
    await there.getByText('Watching · 2 files uploaded').waitFor()
    expect(stored(scene)).toEqual(['Tethered/IMG_2.jpg', 'Tethered/IMG_3.jpg'])

    renameSync(folder, join(source, 'Gone'))
    await there.getByText('Folder not there: waiting for Tethered').waitFor()
    expect(await axeFindings(again.page, 'a watched folder that is gone')).toEqual([])
    renameSync(join(source, 'Gone'), folder)
    await there.getByText('Watching · 2 files uploaded').waitFor()
  })

  it('ask what to do with files that are there, are turned off and on, changed and removed', async () => {
    const scene = await openScene()
    const { window, source } = scene
    const { page } = window
    const folder = join(source, 'Shoots')
    mkdirSync(folder)
    writeFileSync(join(folder, 'IMG_1.jpg'), 'one')
    const dialog = await openSettings(window)
    await dialog.getByRole('tab', { name: 'Watched folders' }).click()
    await dialog.getByRole('button', { name: 'Watch a folder…' }).click()
    await dialog.getByRole('button', { name: 'Start watching' }).click()
    await dialog.getByText('Enter a folder').waitFor()
    await dialog.getByText('Choose what to do with them').waitFor()
    await dialog.getByRole('textbox', { name: 'Folder', exact: true }).fill(join(source, 'nowhere'))
    await dialog.getByRole('radio', { name: 'Upload them too' }).check()
    await dialog.getByRole('radio', { name: 'Only for this folder' }).check()
    expect(await axeFindings(page, 'the editor of a watched folder')).toEqual([])
    await dialog.getByRole('radio', { name: 'As usual for the server' }).check()
    await dialog.getByRole('button', { name: 'Start watching' }).click()
    await page.getByText(/nowhere is not a folder/).waitFor()
    await dialog.getByRole('textbox', { name: 'Folder', exact: true }).fill(folder)
    await dialog.getByRole('button', { name: 'Start watching' }).click()
    await dialog.getByText('Watching · 1 file uploaded').waitFor()

    await dialog.getByRole('switch', { name: 'Watch Shoots' }).click({ force: true })
    await dialog.getByText('Off', { exact: true }).waitFor()
    appendFileSync(join(folder, 'IMG_2.jpg'), 'two')
    await dialog.getByRole('switch', { name: 'Watch Shoots' }).click({ force: true })
    await dialog.getByText('Watching · 2 files uploaded').waitFor()

    await dialog.getByRole('button', { name: 'Edit Shoots' }).click()
    await dialog.getByRole('radio', { name: 'Only for this folder' }).check()
    await dialog.getByRole('textbox', { name: 'Folder', exact: true }).fill('2026/Wedding')
    await dialog.getByRole('button', { name: 'Save', exact: true }).first().click()
    await dialog.getByRole('button', { name: 'Edit Shoots' }).waitFor()
    writeFileSync(join(folder, 'IMG_3.jpg'), 'three')
    await dialog.getByText('Watching · 3 files uploaded').waitFor()
    expect(stored(scene)).toEqual(['2026/Wedding/Shoots/IMG_3.jpg', 'Shoots/IMG_1.jpg', 'Shoots/IMG_2.jpg'])

    await dialog.getByRole('button', { name: 'Edit Shoots' }).click()
    await dialog.getByRole('button', { name: 'Stop watching' }).click()
    await dialog.getByText('No folders are watched yet.').waitFor()
    await page.getByText('Shoots is no longer watched. Its files are where they were.').waitFor()
  })
})
