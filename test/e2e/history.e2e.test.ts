/** The history keeps finished batches when the list is cleared, and hands out a receipt of each. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { canRun, openScene } from './scene.ts'

describe.skipIf(!canRun)('the history', () => {
  it('names a finished batch, saves its receipt, finds it by name and deletes it', async () => {
    const scene = await openScene()
    const { window } = scene
    const { page } = window
    writeRandomFile(join(scene.source, 'Li & Wang', 'IMG_1.CR3'), 40_000, seeded(1))
    writeRandomFile(join(scene.source, 'Li & Wang', 'IMG_2.CR3'), 60_000, seeded(2))
    await window.button('History').click()
    const dialog = page.getByRole('dialog', { name: 'History' })
    await dialog.getByText('No finished batches yet').waitFor()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })

    await window.addFolder(join(scene.source, 'Li & Wang'))
    await window.allStored.waitFor()
    await window.button('History').click()
    const entry = dialog.getByRole('listitem').filter({ hasText: 'Li & Wang' })
    await entry.getByText(/2 files stored · 100\skB in /).waitFor()
    await entry.getByText('to the server on this computer').waitFor()
    await entry.getByRole('button', { name: 'Receipt for Li & Wang' }).click()
    const saving = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'Spreadsheet (CSV)' }).click()
    const receipt = await saving
    expect(receipt.suggestedFilename()).toMatch(/Li.*Wang.*\.csv$/)
    const text = readFileSync(await receipt.path(), 'utf8')
    expect(text).toContain('IMG_1.CR3')
    expect(text).toContain('IMG_2.CR3')

    await dialog.getByRole('searchbox').fill('paris')
    await dialog.getByText('No matching batches').waitFor()
    await dialog.getByRole('searchbox').fill('wang')
    await entry.getByRole('button', { name: 'Delete Li & Wang' }).click()
    await entry.getByRole('button', { name: 'Delete', exact: true }).click()
    await dialog.getByText('No finished batches yet').waitFor()
  })
})
