/** The settings as a person meets them: another server, tried before it is saved. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { canRun, farServer, openScene, openWindow } from './scene.ts'

describe.skipIf(!canRun)('another server in the settings', () => {
  it('answers clearly to a wrong token and to the right one, and is remembered', async () => {
    const scene = await openScene()
    const { window } = scene
    const server = await farServer(scene, Number.POSITIVE_INFINITY)
    const dialog = await window.openServerSettings(server.way.url, 'not-the-token')
    const test = dialog.getByRole('button', { name: 'Test connection' })
    await test.click()
    await expect.poll(() => dialog.getByRole('status').textContent()).toMatch(/token/i)

    await dialog.getByLabel('Server address').fill('http://127.0.0.1:9')
    await test.click()
    await expect.poll(() => dialog.getByRole('status').textContent()).toMatch(/127\.0\.0\.1:9/)

    await dialog.getByLabel('Server address').fill('photos')
    await test.click()
    await dialog.getByText('Enter an address such as https://photos.example.com').waitFor()

    await dialog.getByLabel('Server address').fill(`${server.way.url}/`)
    await dialog.getByLabel('Access token').fill(server.token)
    await test.click()
    await dialog.getByText(`${server.way.url} is a PhotoFerry server and accepts the token.`).waitFor()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })

    writeRandomFile(join(scene.source, 'Day', 'IMG_1.CR3'), 9000, seeded(2))
    await window.addFolder(join(scene.source, 'Day'))
    await window.allStored.waitFor()
    await window.totals.getByText(`Connected to ${new URL(server.way.url).host}`).waitFor()
    expect([...server.stored().keys()]).toEqual([join('Day', 'IMG_1.CR3')])

    const other = await openWindow(scene.app.url)
    await other.button('Settings').click()
    expect(await other.page.getByRole('textbox', { name: 'Server address' }).inputValue()).toBe(
      server.way.url,
    )
  })

  it('with a wrong token saved fails a file with that reason, and a new token and Retry bring it over', async () => {
    const scene = await openScene()
    const { window } = scene
    const server = await farServer(scene, Number.POSITIVE_INFINITY)
    writeRandomFile(join(scene.source, 'Day', 'IMG_1.CR3'), 9000, seeded(3))
    await window.setServer(server.way.url, 'not-the-token')
    await window.addFolder(join(scene.source, 'Day'))
    const row = window.row('IMG_1.CR3', 'Failed')
    await row.getByText(/token/i).first().waitFor()

    await window.button('Settings').click()
    await window.page.getByRole('textbox', { name: 'Access token' }).fill(server.token)
    await window.button('Save').click()
    await row.getByRole('button', { name: 'Retry' }).click()
    await window.allStored.waitFor()
    expect(server.stored().size).toBe(1)
  })

  it('refuses numbers out of bounds at their own field and saves nothing', async () => {
    const { window } = await openScene()
    await window.button('Settings').click()
    const dialog = window.page.getByRole('dialog', { name: 'Settings' })
    await dialog.getByLabel('Files at once').fill('99')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('Enter a whole number from 1 to 16').waitFor()
    await window.page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await window.button('Settings').click()
    expect(await dialog.getByLabel('Files at once').inputValue()).toBe('3')
  })

  it.each([
    { width: 1280, height: 800 },
    { width: 420, height: 700 },
  ])(
    'keeps Save in sight in a window of $width × $height, begins at its first field and gives the focus back',
    async (viewport) => {
      const { window } = await openScene({ viewport })
      const { page } = window
      await window.tabTo(window.button('Settings'))
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('dialog', { name: 'Settings' })
      await window.untilFocused(dialog.getByRole('radio', { name: 'This computer' }))
      await dialog.getByRole('radio', { name: 'Another server' }).check()
      for (const name of ['Save', 'Discard']) {
        const box = await dialog.getByRole('button', { name }).boundingBox()
        expect((box?.y ?? Number.NaN) + (box?.height ?? 0)).toBeLessThanOrEqual(viewport.height)
      }
      // Whatever lies beneath the buttons can be brought out from there.
      await dialog.getByText('Theme', { exact: true }).scrollIntoViewIfNeeded()
      await page.keyboard.press('Escape')
      await window.untilFocused(window.button('Settings'))
    },
  )
})
