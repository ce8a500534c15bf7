/** What the desktop app does in a real Electron that no stand-in shows. */
import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { fingerprint, seeded, writeRandomFile } from '../../crossing/photo-folder.ts'
import { serve } from '../../crossing/programs.ts'
import { cli } from '../app-process.ts'
import { dropOnto } from '../scene.ts'
import { slowConnection } from '../slow-connection.ts'
import {
  canRun,
  type DesktopApp,
  type DesktopFolders,
  desktopFolders,
  startAgain,
  startDesktop,
} from './desktop-app.ts'

const chunkBytes = 256 * 1024

function writeWedding({ source }: DesktopFolders): string {
  const folder = join(source, 'Wedding')
  mkdirSync(join(folder, 'raw'), { recursive: true })
  for (const name of ['IMG_1.jpg', join('raw', 'IMG_1.CR3')]) writeFileSync(join(folder, name), name)
  return folder
}

/** The next dialog for files or folders answers with these. */
function answerDialog({ electron }: DesktopApp, filePaths: readonly string[]): Promise<void> {
  return electron.evaluate(({ dialog }, paths) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [...paths] })
  }, filePaths)
}

/** Questions are answered with this button from now on; without one they stand. */
function answerQuestions({ electron }: DesktopApp, button: number | null): Promise<void> {
  return electron.evaluate(({ dialog }, response) => {
    const asked: string[] = []
    Reflect.set(globalThis, 'asked', asked)
    dialog.showMessageBox = async (...args: unknown[]) => {
      asked.push((args.at(-1) as { message: string }).message)
      return response === null
        ? new Promise(() => undefined)
        : Promise.resolve({ response, checkboxChecked: false })
    }
  }, button)
}

/** What was asked since `answerQuestions`. */
function questionsAsked({ electron }: DesktopApp): Promise<string[]> {
  return electron.evaluate(() => Reflect.get(globalThis, 'asked') as string[])
}

/** Runs a script in the window's page. */
function inPage({ electron }: DesktopApp, script: string): Promise<unknown> {
  return electron.evaluate(
    ({ BrowserWindow }, text) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(text, true),
    script,
  )
}

/** A server behind a slow line, set in the app. */
async function slowServer({ window }: DesktopApp, { library }: DesktopFolders, bytesPerSecond: number) {
  const data = join(library, '..', 'far')
  const server = await serve(data, { args: ['--chunk-size', String(chunkBytes)] })
  const connection = await slowConnection(server.port, bytesPerSecond)
  await window.setServer(connection.url, server.token)
  return { connection, stored: () => fingerprint(join(data, 'uploads')) }
}

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

  it('goes on inside a file after it was killed', async () => {
    const folders = desktopFolders()
    writeRandomFile(join(folders.source, 'clip.mov'), 6 << 20, seeded(5))
    const app = await startDesktop(folders)
    const far = await slowServer(app, folders, 1 << 20)
    await dropOnto(app.window.page, [join(folders.source, 'clip.mov')])
    await expect
      .poll(() => app.window.percent(app.window.row('clip.mov')), { timeout: 20_000 })
      .toBeGreaterThan(20)
    await app.kill('SIGKILL')
    const again = await startDesktop(folders)
    expect(await again.window.percent(again.window.row('clip.mov'))).toBeGreaterThan(10)
    far.connection.setPace(Number.POSITIVE_INFINITY)
    await again.window.allStored.waitFor()
    expect(far.stored()).toEqual(fingerprint(folders.source))
  })

  it.each([
    { choice: 'keep', button: 2 },
    { choice: 'finish', button: 0 },
    { choice: 'quit', button: 1 },
  ])(
    'asks when it is quit with files under way, and does as it is told: $choice',
    async ({ choice, button }) => {
      const folders = desktopFolders()
      for (const nth of [1, 2, 3])
        writeRandomFile(join(folders.source, 'Card', `${nth}.CR3`), 2 << 20, seeded(nth))
      const app = await startDesktop(folders)
      const far = await slowServer(app, folders, 1 << 20)
      await dropOnto(app.window.page, [join(folders.source, 'Card')])
      await expect.poll(() => app.window.percent(app.window.totals), { timeout: 20_000 }).toBeGreaterThan(5)
      await answerQuestions(app, button)
      await app.electron.evaluate(({ app: desktop }) => desktop.quit())
      if (choice === 'quit') {
        expect(await app.ended).toBe(0)
        expect(far.stored().size).toBeLessThan(3)
        return
      }
      await expect.poll(() => questionsAsked(app)).toEqual([expect.stringMatching(/not uploaded yet/)])
      far.connection.setPace(Number.POSITIVE_INFINITY)
      if (choice === 'finish') expect(await app.ended).toBe(0)
      else await app.window.allStored.waitFor()
      expect(far.stored()).toEqual(fingerprint(folders.source))
    },
  )

  it('asks before its window goes when that is closed', async () => {
    const folders = desktopFolders()
    writeRandomFile(join(folders.source, '1.CR3'), 2 << 20, seeded(1))
    const app = await startDesktop(folders)
    await slowServer(app, folders, 1 << 16)
    await dropOnto(app.window.page, [join(folders.source, '1.CR3')])
    await app.window.row('1.CR3').waitFor()
    await answerQuestions(app, null)
    const visible = await app.electron.evaluate(({ BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows()
      window?.close()
      return window?.isVisible()
    })
    expect(visible).toBe(true)
    await expect.poll(() => questionsAsked(app)).toHaveLength(1)
    // The system wants it to end: nobody will answer any more.
    process.kill(app.pid, 'SIGTERM')
    expect(await app.ended).toBe(0)
    await (await startDesktop(folders)).window.row('1.CR3').waitFor()
  })

  it('asks about 4,000 files that were added the moment before', async () => {
    const folders = desktopFolders()
    const card = join(folders.source, 'Card')
    mkdirSync(card)
    for (let nth = 0; nth < 4_000; nth++) writeFileSync(join(card, `IMG_${nth}.CR3`), String(nth))
    const app = await startDesktop(folders)
    await slowServer(app, folders, 1 << 16)
    await answerQuestions(app, null)
    await answerDialog(app, [card])
    await app.window.button('Choose a folder…').click()
    await app.electron.evaluate(({ app: desktop }) => desktop.quit())
    await expect.poll(() => questionsAsked(app)).toHaveLength(1)
    await app.kill('SIGTERM')
    expect(await app.ended).toBe(0)
  })

  it('ends at once and unasked when everything is stored', async () => {
    const folders = desktopFolders()
    const app = await startDesktop(folders)
    await dropOnto(app.window.page, [writeWedding(folders)])
    await app.window.allStored.waitFor()
    await answerQuestions(app, null)
    await app.electron.evaluate(({ app: desktop }) => desktop.quit())
    expect(await app.ended).toBe(0)
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
})
