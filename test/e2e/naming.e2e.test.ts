/** A folder and names for what is added, with a preview as one types, and a name that is taken. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { canRun, openScene } from './scene.ts'

describe.skipIf(!canRun)('folder and names', () => {
  it('are chosen with a preview, refused while they make no sense, and used', async () => {
    const scene = await openScene()
    const { page } = scene.window
    const random = seeded(5)
    for (const name of ['IMG_1.CR3', 'IMG_1.JPG', 'IMG_2.CR3'])
      writeRandomFile(join(scene.source, 'Li & Wang', name), 20_000, random)
    await page
      .getByRole('button', { name: /Change destination/ })
      .first()
      .click()
    await page.getByRole('menuitem', { name: 'Folder and names…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Folder and names' })
    await dialog.getByLabel('Folder', { exact: true }).fill('studio')
    await dialog.getByText('From a template').click()
    await dialog.getByRole('textbox', { name: 'Template' }).fill('{batch}/{camera}')
    await dialog.getByText('Every file would get the same name.').waitFor()
    expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
    await dialog.getByRole('textbox', { name: 'Template' }).fill('{batch}/photo_{seq:3}')
    await dialog.getByText('studio/EOS_DIGITAL/photo_002.CR3').waitFor()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await scene.window.addFolder(join(scene.source, 'Li & Wang'))
    await scene.window.allStored.waitFor()
    expect(readdirSync(join(scene.library, 'uploads', 'studio', 'Li & Wang')).sort()).toEqual([
      'photo_001.CR3',
      'photo_001.JPG',
      'photo_002.CR3',
    ])
    if (process.env.PHOTOFERRY_LOOK) {
      await page
        .getByRole('button', { name: /Change destination/ })
        .first()
        .click()
      await page.getByRole('menuitem', { name: 'Folder and names…' }).click()
      await page.waitForTimeout(800)
      await page.screenshot({ path: '/tmp/day-pics/naming.png' })
    }
    expect(scene.window.problems).toEqual([])
  }, 60_000)
})
