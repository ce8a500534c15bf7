/** The preset of photos and the server of a batch: selected in the header and in a batch's menu. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { noise, writePhoto } from '../main/images/photos.ts'
import { canRun, farServer, openScene } from './scene.ts'

describe.skipIf(!canRun)('photos', () => {
  it('are uploaded as selected in the header, or for their batch alone, by mouse and by keyboard', async () => {
    const scene = await openScene()
    const { window, source } = scene
    const { page } = window
    for (const day of ['Friday', 'Saturday']) {
      mkdirSync(join(source, day))
      // Of stripes that fall between the cells of what a copy is held against, nobody could say whether they are the same.
      const raw = noise(2800, 1400)
      await writePhoto(join(source, day), 'IMG_1.jpg', { width: 2800, height: 1400, raw })
    }
    const server = await farServer(scene, 0)
    await window.setServer(server.connection.url, server.token)

    await window.tabTo(page.getByRole('button', { name: 'Upload new photos as: Originals' }))
    await page.keyboard.press('Enter')
    await page.getByRole('menuitemradio', { name: 'Proof' }).waitFor()
    await window.tabTo(page.getByRole('menuitemradio', { name: 'Proof' }), 'ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Upload new photos as: Proofs' }).waitFor()
    await window.addFolder(join(source, 'Friday'))
    await window.row('IMG_1.jpg', 'Uploading').getByText(/ → /).waitFor()
    await window.button('Pause all').click()

    await window.addFolder(join(source, 'Saturday'))
    await page
      .getByRole('navigation', { name: 'Batches' })
      .getByRole('button', { name: /^Saturday/ })
      .click()
    await window.button('Pause all').click()
    await window.row('IMG_1.jpg', 'Paused').waitFor()
    await window.tabTo(window.button('Batch actions'))
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Cancel batch' }).waitFor()
    await window.tabTo(page.getByRole('menuitem', { name: 'Upload photos as' }), 'ArrowDown')
    await page.keyboard.press('ArrowRight')
    await page.getByRole('menuitemradio', { name: 'Original' }).waitFor()
    await window.tabTo(page.getByRole('menuitemradio', { name: 'Original' }), 'ArrowDown')
    await page.keyboard.press('Enter')
    // A quick machine has converted the photo before the pause came; what is said and what is sent agree either way.
    const answer = page.getByText(/Preset applied to 1 file|This file has already started/)
    const keeps = (await answer.textContent())?.includes('already started')

    const sendToThisComputer = async () => {
      await window.button('Batch actions').click()
      await page.getByRole('menuitem', { name: 'Upload to' }).hover()
      await page.getByRole('menuitemradio', { name: 'This computer' }).click()
    }
    await sendToThisComputer()
    server.connection.setPace(Number.POSITIVE_INFINITY)
    await window.button('Resume all').click()
    await window.allStored.waitFor()
    expect(await window.row('IMG_1.jpg', 'Done').getByText(/ → /).count()).toBe(keeps ? 1 : 0)
    expect([...server.stored().keys()]).toEqual(['Friday/IMG_1.jpg'])
    await page
      .getByRole('navigation', { name: 'Batches' })
      .getByRole('button', { name: /^Friday/ })
      .click()
    await sendToThisComputer()
    await page.getByText(/files of this batch are being sent or were sent already/).waitFor()
  })
})
