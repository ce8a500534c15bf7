/** How the desktop app ends in a real Electron: asked and unasked, killed, with files under way and without. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fingerprint, seeded, writeRandomFile } from '../../crossing/photo-folder.ts'
import { dropOnto } from '../scene.ts'
import { canRun, desktopFolders, startDesktop } from './desktop-app.ts'
import {
  answerDialog,
  answerQuestions,
  isChosen,
  questionsAsked,
  slowServer,
  writeWedding,
} from './steering.ts'

describe.skipIf(!canRun)('the end of the desktop app', () => {
  it('goes on inside a file after it was killed', async () => {
    const folders = desktopFolders()
    writeRandomFile(join(folders.source, 'clip.mov'), 6 << 20, seeded(5))
    const app = await startDesktop(folders)
    const far = await slowServer(app, folders, 1 << 20)
    await dropOnto(app.window.page, [join(folders.source, 'clip.mov')])
    await expect.poll(() => app.window.percent(app.window.row('clip.mov'))).toBeGreaterThan(20)
    // However slow the rest is, the clip is not stored when the app is killed.
    far.connection.setPace(0)
    await app.kill('SIGKILL')
    const sentBytes = far.connection.sentBytes()
    far.connection.setPace(1 << 18)
    const again = await startDesktop(folders)
    // What the server has is known once it has answered.
    await expect.poll(() => again.window.percent(again.window.row('clip.mov'))).toBeGreaterThan(10)
    far.connection.setPace(Number.POSITIVE_INFINITY)
    await again.window.allStored.waitFor()
    expect(far.stored()).toEqual(fingerprint(folders.source))
    // The whole clip once more would be 6 MiB.
    expect(far.connection.sentBytes() - sentBytes).toBeLessThan(5.5 * (1 << 20))
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
      await expect.poll(() => app.window.percent(app.window.totals)).toBeGreaterThan(5)
      // However slow the rest is, something is under way when it is quit.
      far.connection.setPace(0)
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
    await expect.poll(() => isChosen(app), { interval: 5 }).toBe(true)
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
})
