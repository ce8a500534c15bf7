/** The settings as a person uses them: servers with a test of the connection, fields checked as they are typed, sections. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { startApp } from './app-process.ts'
import { canRun, farServer, openScene, openWindow } from './scene.ts'

describe.skipIf(!canRun)('another server in the settings', () => {
  it('answers clearly to a wrong token and to the right one, and is remembered', async () => {
    const scene = await openScene()
    const { window } = scene
    const server = await farServer(scene, Number.POSITIVE_INFINITY)
    const dialog = await window.openServerSettings(server.connection.url, 'not-the-token')
    const test = dialog.getByRole('button', { name: 'Test connection' })

    await test.click()
    await dialog.getByText(/Wrong or missing token/).waitFor()
    await dialog.getByLabel('Server address').fill('nonsense')
    await dialog.getByText('Enter an address such as https://photos.example.com').waitFor()

    await dialog.getByLabel('Server address').fill(`${server.connection.url}/`)
    await dialog.getByLabel('Access token').fill(server.token)
    await test.click()
    await dialog.getByText('Connected. The token works.').waitFor()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })

    writeRandomFile(join(scene.source, 'Day', 'IMG_1.CR3'), 9000, seeded(2))
    await window.addFolder(join(scene.source, 'Day'))
    await window.allStored.waitFor()
    expect([...server.stored().keys()]).toEqual([join('Day', 'IMG_1.CR3')])

    const other = await openWindow(scene.app.url)
    await other.button('Settings').click()
    expect(await other.page.getByRole('textbox', { name: 'Server address' }).inputValue()).toBe(
      server.connection.url,
    )
  })

  it('says so when something else answers there, and when nobody does', async () => {
    const { window } = await openScene()
    const stranger = createServer((_, response) => response.end('<h1>My router</h1>')).listen(0, '127.0.0.1')
    onTestFinished(() => void stranger.close())
    await new Promise((resolve) => stranger.once('listening', resolve))
    const { port } = stranger.address() as AddressInfo
    const dialog = await window.openServerSettings(`http://127.0.0.1:${port}`, '')
    const test = dialog.getByRole('button', { name: 'Test connection' })
    await test.click()
    await dialog.getByText('No PhotoFerry server at this address.').waitFor()

    await dialog.getByLabel('Server address').fill('http://127.0.0.1:1')
    await test.click()
    await dialog.getByText(/Can’t reach 127\.0\.0\.1:1\./).waitFor()
  })

  it('with a wrong token saved fails no file: the server’s light says why, and a new token brings it over by itself', async () => {
    const scene = await openScene()
    const { window } = scene
    const server = await farServer(scene, Number.POSITIVE_INFINITY)
    writeRandomFile(join(scene.source, 'Day', 'IMG_1.CR3'), 9000, seeded(3))
    await window.setServer(server.connection.url, 'not-the-token')
    await window.addFolder(join(scene.source, 'Day'))
    await window.row('IMG_1.CR3').waitFor()
    await window.page.getByText(/token/i).first().waitFor()

    await window.setServer(server.connection.url, server.token)
    await window.allStored.waitFor()
    expect(server.stored().size).toBe(1)
  })
})

describe.skipIf(!canRun)('the settings window', () => {
  it('refuses numbers out of bounds as they are typed, marks their section, and saves nothing', async () => {
    const { window } = await openScene()
    await window.button('Settings').click()
    const dialog = window.page.getByRole('dialog', { name: 'Settings' })
    await dialog.getByRole('tab', { name: 'Uploading' }).click()
    await dialog.getByLabel('Files at once').fill('99')
    await dialog.getByText('Enter a whole number from 1 to 16').waitFor()
    await dialog.getByRole('tab', { name: 'Appearance' }).click()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('Enter a whole number from 1 to 16').waitFor()
    await dialog.getByRole('tab', { name: 'Uploading: needs attention' }).waitFor()
    await window.page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await window.button('Settings').click()
    await dialog.getByRole('tab', { name: 'Uploading' }).click()
    expect(await dialog.getByLabel('Files at once').inputValue()).toBe('3')
  })

  it('keeps a limit with a schedule, and a preset of the user’s own', async () => {
    const { window } = await openScene()
    await window.button('Settings').click()
    const dialog = window.page.getByRole('dialog', { name: 'Settings' })
    await dialog.getByRole('tab', { name: 'Presets' }).click()
    await dialog.getByRole('button', { name: 'New preset' }).click()
    await dialog.getByLabel('Name', { exact: true }).fill('Newspaper')
    await dialog.getByLabel('Longer edge (pixels)').fill('1200')
    await dialog.getByRole('button', { name: 'Save preset' }).click()
    await dialog.getByText('JPEG, quality 70, 1,200 pixels').waitFor()
    await dialog.getByRole('combobox', { name: 'Preset' }).selectOption({ label: 'Newspaper' })

    await dialog.getByRole('tab', { name: 'Bandwidth' }).click()
    await dialog.getByLabel('Limit (MB/s)').fill('8')
    await dialog.getByRole('button', { name: 'Add time range' }).click()
    const range = dialog.getByRole('group', { name: 'Time range 1' })
    await range.getByRole('checkbox', { name: 'Sat' }).press(' ')
    await range.getByLabel('To').fill('08:30')
    await range.getByText('Ends on the next day.').waitFor()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })

    await window.page.reload()
    await window.button('Settings').click()
    await dialog.getByRole('tab', { name: 'Bandwidth' }).click()
    expect(await dialog.getByLabel('Limit (MB/s)').first().inputValue()).toBe('8')
    expect(await range.getByLabel('To').inputValue()).toBe('08:30')
    expect(await range.getByRole('checkbox', { checked: true }).count()).toBe(6)
    await dialog.getByRole('tab', { name: 'Presets' }).click()
    const selected = dialog.getByRole('combobox', { name: 'Preset' }).locator('option:checked')
    expect(await selected.textContent()).toBe('Newspaper')
  })

  it('tells of a settings file that was damaged by hand, in the language of the window, and keeps it', async () => {
    const scene = await openScene()
    scene.window.expectOutage()
    await scene.app.kill('SIGTERM')
    const file = join(scene.state, 'settings.json')
    writeFileSync(file, '{ "parallelFiles": 7, oops')
    const app = await startApp(scene)
    const { page } = await openWindow(app.url, { locale: 'zh-CN' }, '设置')
    await page.getByText(/设置文件无法读取，已另存为 .*settings\.json\.damaged/).waitFor()
    const aside = readdirSync(scene.state).find((name) => name.startsWith('settings.json.damaged'))
    expect(readFileSync(join(scene.state, aside ?? ''), 'utf8')).toBe('{ "parallelFiles": 7, oops')
    expect(existsSync(file)).toBe(false)
  })

  it.each([
    { width: 1280, height: 800 },
    { width: 420, height: 700 },
  ])(
    'keeps Save in sight in a window of $width × $height, begins at its sections and gives the focus back',
    async (viewport) => {
      const { window } = await openScene({ viewport })
      const { page } = window
      await window.tabTo(window.button('Settings'))
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('dialog', { name: 'Settings' })
      await window.untilFocused(dialog.getByRole('tab', { name: 'Servers' }))
      await dialog.getByRole('button', { name: 'Add a server' }).click()
      for (const name of ['Save', 'Cancel']) {
        const box = await dialog.getByRole('button', { name }).boundingBox()
        expect((box?.y ?? Number.NaN) + (box?.height ?? 0)).toBeLessThanOrEqual(viewport.height)
      }
      // Whatever lies beneath the buttons can be brought out from there.
      await dialog.getByRole('button', { name: 'Remove this server' }).scrollIntoViewIfNeeded()
      await page.keyboard.press('Escape')
      await window.untilFocused(window.button('Settings'))
    },
  )
})
