/** Two pages of one PhotoFerry: they show the same settings, and one says what the other never sent. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { canRun, dropOnto, openScene, openWindow } from './scene.ts'

describe.skipIf(!canRun)('two pages', () => {
  it('show the same preset and theme, and neither overwrites what the other set', async () => {
    const scene = await openScene()
    const [one, other] = [scene.window, await openWindow(scene.app.url)]
    await other.button('Settings').click()
    const dialog = other.page.getByRole('dialog')
    await dialog.getByRole('tab', { name: 'Uploading' }).click()
    await dialog.getByLabel('Files at once').fill('7')

    await one.page.getByRole('button', { name: /Originals/ }).click()
    await one.page.getByRole('menuitemradio', { name: 'Proofs' }).click()
    await dialog.getByText('Changed in another window meanwhile, and shown here: Presets.').waitFor()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await other.page.getByRole('button', { name: /Proofs/ }).waitFor()
    await one.page.getByRole('button', { name: /Proofs/ }).waitFor()

    await one.button('Settings').click()
    await one.page.getByRole('dialog').getByRole('tab', { name: 'Uploading' }).click()
    expect(await one.page.getByLabel('Files at once').inputValue()).toBe('7')
  })

  it('say within a minute which files never came from a page that was closed while it copied', async () => {
    const scene = await openScene()
    const [leaving, staying] = [scene.window, await openWindow(scene.app.url)]
    const folder = join(scene.source, 'Wedding')
    const random = seeded(10)
    for (const name of ['IMG_1.jpg', 'IMG_2.jpg', 'IMG_3.jpg'])
      writeRandomFile(join(folder, name), 5_000, random)
    writeRandomFile(join(folder, '@eaDir', 'IMG_1.jpg', 'SYNOPHOTO_THUMB_M.jpg'), 500, random)
    // Held up on their way, as by a card that is slow to read.
    await leaving.page.evaluate(() => {
      const { fetch } = window
      window.fetch = (input, init) =>
        /staging.*IMG_[23]/.test(String(input)) ? new Promise(() => undefined) : fetch(input, init)
    })
    await dropOnto(leaving.page, [folder])
    await leaving.page.getByText('Copying 1 of 3 into PhotoFerry.').waitFor()
    const closedAtMs = Date.now()
    await leaving.page.close()

    const message = staying.page.getByRole('region', { name: 'Messages' })
    await message
      .getByText('2 files of “Wedding” never arrived: the page was closed while copying')
      .waitFor({ timeout: 60_000 })
    expect(Date.now() - closedAtMs).toBeLessThan(60_000)
    expect(await message.getByRole('listitem').allTextContents()).toEqual([
      'Wedding/IMG_2.jpg',
      'Wedding/IMG_3.jpg',
    ])
    await message.getByRole('button', { name: 'Show batch' }).click()
    await staying.page.getByText('1 system file or folder left out').waitFor()

    await staying.page.getByRole('button', { name: 'History' }).click()
    const history = staying.page.getByRole('dialog')
    await history.getByText('2 never arrived').waitFor()
    await history.getByText('Files that never arrived').click()
    await history.getByText('Wedding/IMG_3.jpg').waitFor()
    await staying.page.keyboard.press('Escape')

    await message.getByRole('button', { name: 'Dismiss' }).click()
    await message.getByText(/never arrived/).waitFor({ state: 'hidden' })
    const later = await openWindow(scene.app.url)
    await later.page.getByText('1 of 1').or(later.page.getByText('Wedding')).first().waitFor()
    expect(await later.page.getByText(/of “Wedding” never arrived/).count()).toBe(0)
    // Read is not arrived: the counts go on saying it.
    await later.totals.getByText('2 never arrived').waitFor()
    expect(await later.allStored.count()).toBe(0)
  })
})
