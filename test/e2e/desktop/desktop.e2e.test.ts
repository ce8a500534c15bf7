/** What the desktop app does in a real Electron that no stand-in shows. */
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { PreloadApi } from '../../../src/shared/preload-api.ts'
import { fingerprint, seeded, writeRandomFile } from '../../crossing/photo-folder.ts'
import { cli } from '../app-process.ts'
import { dropOnto } from '../scene.ts'
import { canRun, desktopFolders, isVisible, startAgain, startDesktop } from './desktop-app.ts'
import { startHidden } from './hidden-desktop.ts'
import {
  answerDialog,
  answerQuestions,
  inPage,
  questionsAsked,
  slowServer,
  writeWedding,
} from './steering.ts'

describe.skipIf(!canRun)('the desktop app in a real Electron', () => {
  it('adds a folder through the dialog and brings every file to the library', async () => {
    const folders = desktopFolders()
    const app = await startDesktop(folders)
    const { page } = app.window
    expect(await page.evaluate(() => [typeof Reflect.get(globalThis, 'require'), location.href])).toEqual([
      'undefined',
      'app://photoferry/index.html',
    ])
    await answerDialog(app, [writeWedding(folders)])
    await app.window.button('Choose a folder…').click()
    await app.window.allStored.waitFor()
    expect(fingerprint(join(folders.library, 'uploads'))).toEqual(fingerprint(folders.source))
  })

  it('takes a folder that is dropped on the window', async () => {
    const folders = desktopFolders()
    const { window } = await startDesktop(folders)
    await dropOnto(window.page, [writeWedding(folders)])
    await window.allStored.waitFor()
    expect(fingerprint(join(folders.library, 'uploads'))).toEqual(fingerprint(folders.source))
  })

  it('goes on showing what is added after a link that led elsewhere was denied', async () => {
    const folders = desktopFolders()
    const app = await startDesktop(folders)
    await app.window.page.evaluate(() => {
      location.href = 'https://127.0.0.1:9/'
      Reflect.get(globalThis, 'open')('https://127.0.0.1:9/')
    })
    // Asked of Electron from here on: Playwright waits for the end of the navigation that was denied.
    await answerDialog(app, [writeWedding(folders)])
    const choose =
      "[...document.querySelectorAll('button')].find((button) => button.textContent.startsWith('Choose'))"
    await inPage(app, `${choose}.click()`)
    await expect.poll(() => inPage(app, 'document.body.innerText')).toContain('IMG_1.CR3')
    expect(await inPage(app, 'location.href')).toBe('app://photoferry/index.html')
  })

  it('is brought to the front by a second start, which ends', async () => {
    const folders = desktopFolders()
    const { electron } = await startDesktop(folders)
    const isMinimized = () =>
      electron.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows().map((window) => window.isMinimized()),
      )
    await electron.evaluate(({ BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows()) window.minimize()
    })
    expect(await startAgain(folders)).toBe(0)
    await expect.poll(isMinimized).toEqual([false])
  })

  it('adds what it is started with, and what a second start hands over', async () => {
    const folders = desktopFolders()
    const [first, second] = ['first.jpg', 'second.jpg'].map((name) => join(folders.source, name))
    for (const path of [first, second]) writeFileSync(path ?? '', path ?? '')
    const { window } = await startDesktop(folders, [first ?? ''])
    await window.row('first.jpg', 'Done').waitFor()
    expect(await startAgain(folders, [second ?? ''])).toBe(0)
    await window.row('second.jpg', 'Done').waitFor()
    expect(fingerprint(join(folders.library, 'uploads'))).toEqual(fingerprint(folders.source))
  })

  it('takes a thousand files at a second start, which Chromium would cut off', async () => {
    const folders = desktopFolders()
    const { window } = await startDesktop(folders)
    const folder = join(
      folders.source,
      'a long name for a folder of a wedding with many hundred photos in it',
    )
    mkdirSync(folder)
    const paths = Array.from({ length: 1_000 }, (_, nth) => join(folder, `IMG_${nth}.JPG`))
    for (const path of paths) writeFileSync(path, path)
    expect(await startAgain(folders, paths)).toBe(0)
    await window.allStored.waitFor({ timeout: 60_000 })
    expect(fingerprint(join(folders.library, 'uploads')).size).toBe(1_000)
  })

  it('does what its menu says, in the language that is set', async () => {
    const folders = desktopFolders()
    const app = await startDesktop(folders)
    const { page } = app.window
    const choose = (...labels: string[]) =>
      app.electron.evaluate(({ Menu }, words) => {
        let items = Menu.getApplicationMenu()?.items ?? []
        for (const word of words.slice(0, -1))
          items = items.find(({ label }) => label === word)?.submenu?.items ?? []
        const item = items.find(({ label }) => label === words.at(-1))
        if (item === undefined) throw new Error(`no menu item ${words.join(' > ')}`)
        item.click()
      }, labels)
    await answerDialog(app, [writeWedding(folders)])
    await choose('File', 'Add folder…')
    await app.window.allStored.waitFor()
    await answerDialog(app, [join(folders.source, 'Wedding', 'IMG_1.jpg')])
    await choose('File', 'Add files…')
    for (const [menu, item, dialog] of [
      ['File', 'Settings…', 'Settings'],
      ['Uploads', 'History…', 'History'],
      ['Help', 'Keyboard shortcuts', 'Keyboard shortcuts'],
    ] as const) {
      await choose(menu, item)
      await page.getByRole('dialog', { name: dialog }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog', { name: dialog }).waitFor({ state: 'hidden' })
    }
    const far = await slowServer(app, folders, 0)
    writeRandomFile(join(folders.source, 'late.CR3'), 1 << 20, seeded(3))
    await dropOnto(page, [join(folders.source, 'late.CR3')])
    await app.window.row('late.CR3').waitFor()
    await choose('Uploads', 'Pause all')
    await app.window.row('late.CR3', 'Paused').waitFor()
    await choose('Uploads', 'Resume all')
    far.connection.setPace(Number.POSITIVE_INFINITY)
    await app.window.allStored.waitFor()
    await answerQuestions(app, 0)
    await choose('Help', 'About PhotoFerry')
    expect(await questionsAsked(app)).toEqual([expect.stringMatching(/^PhotoFerry \d/)])
  })

  it('keeps the terminal out of its queue', async () => {
    const folders = desktopFolders()
    await startDesktop(folders)
    const state = join(folders.userData, 'state')
    const upload = promisify(execFile)(process.execPath, [
      cli,
      'upload',
      writeWedding(folders),
      '--server',
      'http://127.0.0.1:9',
      '--state',
      state,
    ])
    await expect(upload).rejects.toMatchObject({ stderr: expect.stringContaining('already running') })
  })

  it('keeps its settings, and speaks the language that was chosen', async () => {
    const folders = desktopFolders()
    const app = await startDesktop(folders, ['--lang=en-GB'])
    await app.window.page.evaluate(() => undefined)
    await app.electron.evaluate(({ app: desktop }) => desktop.quit())
    expect(await app.ended).toBe(0)
    const { window } = await startDesktop(folders, ['--lang=zh-CN'])
    await window.button('设置').waitFor()
  })

  it('stays in the tray when its window is closed where the person wants that, and comes back', async () => {
    const folders = desktopFolders()
    const app = await startDesktop(folders)
    await app.window.page.evaluate(() =>
      (Reflect.get(globalThis, 'photoferry') as PreloadApi).invoke('settings.set', { closeToTray: true }),
    )
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    await expect.poll(() => isVisible(app)).toEqual([false])
    expect(await startAgain(folders)).toBe(0)
    await expect.poll(() => isVisible(app)).toEqual([true])
  })

  it('starts without its window at login, and shows it when it is started again', async () => {
    const folders = desktopFolders()
    const app = await startHidden(folders)
    // The menu is there when all else is.
    await expect.poll(app.menus).toContain('Uploads')
    await expect.poll(app.isVisible).toEqual([])
    expect(await startAgain(folders)).toBe(0)
    await expect.poll(app.isVisible).toEqual([true])
  })
})
