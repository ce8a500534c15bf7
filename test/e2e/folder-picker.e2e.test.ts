/** The folder picker adds what the person sees in it, and nothing else. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { canRun, openScene } from './scene.ts'

describe.skipIf(!canRun)('the folder picker', () => {
  it('shows a folder that was only typed before it adds it, and never adds the one shown before', async () => {
    const { source, window } = await openScene()
    const random = seeded(31)
    writeRandomFile(join(source, 'tax return.pdf'), 1000, random)
    writeRandomFile(join(source, 'Party', 'IMG_1.jpg'), 40_000, random)
    await window.button('Add folder').click()
    const dialog = window.page.getByRole('dialog', { name: 'Add a folder' })
    const path = dialog.getByLabel('Folder', { exact: true })
    const choose = dialog.getByRole('button', { name: 'Choose this folder' })

    await path.fill(join(source, 'Partie'))
    await choose.click()
    await dialog.getByRole('alert').getByText('No such folder').waitFor()
    await path.fill(join(source, 'Party'))
    await choose.click()
    await dialog.getByRole('list').getByText('IMG_1.jpg').waitFor()
    await choose.click()
    await dialog.waitFor({ state: 'hidden' })
    await window.allStored.waitFor()
    expect(
      await window.rows.evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label'))),
    ).toEqual(['IMG_1.jpg, Done, 100%'])

    await window.addFolder(join(source, 'Party'))
    await window.page.getByRole('status').getByText('Nothing new in Party').waitFor()
    expect(await window.rows.count()).toBe(1)
  })

  it('keeps the selection while a path that does not exist is typed, and drops it in another folder', async () => {
    const { source, window } = await openScene()
    const random = seeded(37)
    for (const name of ['IMG_1.jpg', 'IMG_2.jpg']) writeRandomFile(join(source, name), 1000, random)
    writeRandomFile(join(source, 'Party', 'IMG_3.jpg'), 1000, random)
    await window.button('Add files').click()
    const dialog = window.page.getByRole('dialog', { name: 'Add files' })
    const path = dialog.getByLabel('Folder', { exact: true })
    await dialog.getByRole('button', { name: 'IMG_1.jpg' }).click()
    await dialog.getByRole('button', { name: 'IMG_2.jpg' }).click()

    await path.fill(join(source, 'Partie'))
    await path.press('Enter')
    await dialog.getByRole('alert').getByText('No such folder').waitFor()
    await dialog.getByRole('button', { name: 'Add 2 files' }).waitFor()
    await path.fill(join(source, 'Party'))
    await path.press('Enter')
    await dialog.getByRole('button', { name: 'IMG_3.jpg' }).waitFor()
    expect(await dialog.getByRole('button', { name: 'Add files' }).isDisabled()).toBe(true)
  })

  it('begins in its list, and gives the focus back to the button that opened it', async () => {
    const { source, window } = await openScene()
    const { page } = window
    writeRandomFile(join(source, 'Party', 'IMG_1.jpg'), 1000, seeded(41))
    const dialog = page.getByRole('dialog', { name: 'Add a folder' })
    await window.tabTo(window.button('Add folder'))
    await page.keyboard.press('Enter')
    await window.untilFocused(dialog.getByRole('button', { name: 'Parent folder' }))
    await page.keyboard.press('Escape')
    await window.untilFocused(window.button('Add folder'))

    // The button of the empty window goes away with the first file: the one that stays takes over.
    await window.tabTo(window.button('Choose a folder…'))
    await page.keyboard.press('Enter')
    await window.untilFocused(dialog.getByRole('button', { name: 'Parent folder' }))
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await dialog.getByText('IMG_1.jpg').waitFor()
    await window.tabTo(window.button('Choose this folder'))
    await page.keyboard.press('Enter')
    await window.allStored.waitFor()
    await window.untilFocused(window.button('Add folder'))
  })
})
