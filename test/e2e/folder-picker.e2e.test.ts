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
    await dialog.getByRole('alert').getByText('There is no folder').waitFor()
    await path.fill(join(source, 'Party'))
    await choose.click()
    await dialog.getByRole('list').getByText('IMG_1.jpg').waitFor()
    await choose.click()
    await dialog.waitFor({ state: 'hidden' })
    await window.allStored.waitFor()
    expect(
      await window.rows.evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label'))),
    ).toEqual(['IMG_1.jpg, Done, 100%'])
  })
})
