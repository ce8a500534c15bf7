/** Where new photos go: said before anything is dropped, changed from everywhere, and a studio's server set up in one step. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { canRun, farServer, openScene } from './scene.ts'

describe.skipIf(!canRun)('the empty window', () => {
  it('says what PhotoFerry does and where photos go, until a first batch is finished', async () => {
    const scene = await openScene()
    const { window, source, library } = scene
    const main = window.page.getByRole('main')
    await main.getByText('PhotoFerry copies your photos to a server').waitFor()
    await main.getByText('Right now they go to').waitFor()
    await main.getByText(`this computer, ${library}`).waitFor()
    await main.getByRole('listitem').filter({ hasText: 'Save the receipt' }).waitFor()

    writeRandomFile(join(source, 'Day', 'IMG_1.CR3'), 900, seeded(71))
    await window.addFolder(join(source, 'Day'))
    await window.allStored.waitFor()
    await window.button('Clear finished files').click()
    await window.page.getByText('Photos go to', { exact: true }).waitFor()
    expect(await main.getByText('PhotoFerry copies your photos to a server').count()).toBe(0)
  })

  it('connects to the server of a studio by its invitation file, and says so', async () => {
    const scene = await openScene()
    const { window, source } = scene
    const { page } = window
    const server = await farServer(scene, Number.POSITIVE_INFINITY)
    mkdirSync(join(source, 'Mail'))
    const file = join(source, 'Mail', 'studio.photoferry')
    const invited = { invitation: 'PhotoFerry', name: 'Studio Lin', url: server.connection.url }
    writeFileSync(file, JSON.stringify({ ...invited, token: server.token }))
    const letter = join(source, 'Mail', 'letter.photoferry')
    writeFileSync(letter, 'Dear colleague')

    await window.button('Connect to your studio…').click()
    const dialog = page.getByRole('dialog', { name: 'Connect to your studio' })
    const input = dialog.locator('input[type=file]')
    await input.setInputFiles(letter)
    await dialog.getByText('letter.photoferry is not a PhotoFerry file').waitFor()
    await input.setInputFiles(file)
    await dialog.getByText('Invitation from Studio Lin').waitFor()
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText('Connected. New photos go to Studio Lin.').waitFor()
    await page.getByRole('main').getByText('Studio Lin').waitFor()

    writeRandomFile(join(source, 'Day', 'IMG_1.CR3'), 900, seeded(72))
    await window.addFolder(join(source, 'Day'))
    await window.allStored.waitFor()
    expect([...server.stored().keys()]).toEqual([join('Day', 'IMG_1.CR3')])
  })

  it('says why a studio’s server can’t be used, and saves nothing of it', async () => {
    const scene = await openScene()
    const { window } = scene
    const server = await farServer(scene, Number.POSITIVE_INFINITY)
    await window.button('Connect to your studio…').click()
    const dialog = window.page.getByRole('dialog', { name: 'Connect to your studio' })
    const connect = dialog.getByRole('button', { name: 'Connect', exact: true })
    await connect.click()
    await dialog.getByText('Enter an address such as https://photos.example.com').waitFor()
    await dialog.getByLabel('Server address').fill(server.connection.url)
    await dialog.getByLabel('Access token').fill('not-the-token')
    await connect.click()
    await dialog.getByText(/Wrong or missing token/).waitFor()
    await window.page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await window.page.getByRole('main').getByText(`this computer, ${scene.library}`).waitFor()
  })
})

describe.skipIf(!canRun)('the destination of new photos', () => {
  it('is changed by keyboard from the bar at the bottom', async () => {
    const scene = await openScene()
    const { window } = scene
    const { page } = window
    const server = await farServer(scene, Number.POSITIVE_INFINITY)
    await window.setServer(server.connection.url, server.token)
    const button = page.getByRole('contentinfo').getByRole('button', { name: /New photos go to Studio/ })
    await window.tabTo(button)
    await page.keyboard.press('Enter')
    await page.getByRole('menuitemradio', { name: 'This computer' }).waitFor()
    await window.tabTo(page.getByRole('menuitemradio', { name: 'This computer' }), 'ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('contentinfo').getByText('Server on this computer').waitFor()
    await page.getByRole('main').getByText(`this computer, ${scene.library}`).waitFor()
  })
})
