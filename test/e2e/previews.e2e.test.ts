/** Previews first, chosen in the window: a batch of their own, with a link, that says it is none of the originals. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { paintPhoto } from './paint-photo.ts'
import { canRun, openScene } from './scene.ts'

it.skipIf(!canRun)(
  'previews are switched on, arrive in a batch of their own, and say where the originals are',
  async () => {
    const scene = await openScene()
    const { window, source } = scene
    const { page } = window
    for (const nth of [1, 2, 3]) await paintPhoto(join(source, 'Day', `IMG_${nth}.JPG`), nth)
    await page
      .getByRole('button', { name: /Change destination/ })
      .first()
      .click()
    await page.getByRole('menuitem', { name: 'Folder and names…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Folder and names' })
    await dialog.getByRole('switch', { name: 'Previews first' }).check({ force: true })
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await window.addFolder(join(source, 'Day'))
    await window.allStored.waitFor()
    // Of what was dropped: three files.
    await window.totals.getByText('3 of 3 files stored').or(window.allStored).first().waitFor()
    await page.getByRole('navigation').getByRole('button', { name: 'Day · previews' }).click()
    await page.getByText('These are previews.').first().waitFor()
    await window.row('IMG_1.JPG', 'Done').getByText('The original is uploaded separately').waitFor()
    await page.getByRole('button', { name: 'Copy link' }).first().waitFor()
    const [folder = ''] = readdirSync(join(scene.library, 'uploads', 'previews'))
    expect(folder).toMatch(/^Day /)
    expect(readdirSync(join(scene.library, 'uploads', 'previews', folder)).sort()).toEqual([
      'IMG_1.JPG',
      'IMG_2.JPG',
      'IMG_3.JPG',
    ])
    if (process.env.PHOTOFERRY_LOOK) {
      await page.waitForTimeout(500)
      await page.screenshot({ path: join(process.env.PHOTOFERRY_LOOK, 'previews.png') })
    }
  },
  90_000,
)
