/** The tray icon and notifications, as a desktop is told of them over its session bus. Linux only. */
import { describe, expect, it } from 'vitest'
import type { PreloadApi } from '../../../src/shared/preload-api.ts'
import { dropOnto } from '../scene.ts'
import { canRun, desktopFolders, isVisible, startDesktop } from './desktop-app.ts'
import { hasBus, startSessionBus } from './session-bus.ts'
import { slowServer, writeWedding } from './steering.ts'

describe.skipIf(!(canRun && hasBus))('the desktop around the app', () => {
  it('is told of a batch that is over while the window is away, and shows how to come back', async () => {
    const bus = await startSessionBus()
    const folders = desktopFolders({ DBUS_SESSION_BUS_ADDRESS: bus.address })
    const app = await startDesktop(folders)
    const far = await slowServer(app, folders, 0)
    await app.window.page.evaluate(() =>
      (Reflect.get(globalThis, 'photoferry') as PreloadApi).invoke('settings.set', { closeToTray: true }),
    )
    await dropOnto(app.window.page, [writeWedding(folders)])
    await app.window.row('IMG_1.CR3').waitFor()
    await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
    await expect
      .poll(() => bus.trayMenu())
      .toEqual([
        expect.stringMatching(/^0% uploaded: 0 of 2 files stored/),
        '-',
        'Open PhotoFerry',
        'Quit PhotoFerry',
      ])
    expect(bus.notified).toEqual([])
    far.connection.setPace(Number.POSITIVE_INFINITY)
    await expect.poll(() => bus.notified.map(({ title }) => title)).toEqual(['Wedding is uploaded'])
    await expect.poll(async () => (await bus.trayMenu())?.[0]).toBe('100% uploaded: 2 of 2 files stored')
    expect(await isVisible(app)).toEqual([false])
  })
})
