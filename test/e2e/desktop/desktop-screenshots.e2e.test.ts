/** Pictures of the real window, with its menu, for the documentation: `npm run pictures:desktop`. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, it } from 'vitest'
import type { PreloadApi } from '../../../src/shared/preload-api.ts'
import { makeShoots } from '../picture-shoots.ts'
import { dropOnto } from '../scene.ts'
import { canRun, type DesktopApp, desktopFolders, startDesktop } from './desktop-app.ts'
import { slowServer } from './steering.ts'

const wanted = process.env.PHOTOFERRY_SCREENSHOTS === '1'
const docs = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url))

/** What the screen shows of the window. */
async function shoot({ electron }: DesktopApp, name: string): Promise<void> {
  const { png, bounds } = await electron.evaluate(async ({ BrowserWindow, desktopCapturer, screen }) => {
    const { size } = screen.getPrimaryDisplay()
    const [source] = await desktopCapturer.getSources({ types: ['screen'], thumbnailSize: size })
    return {
      png: source?.thumbnail.toPNG().toString('base64') ?? '',
      bounds: BrowserWindow.getAllWindows()[0]?.getBounds() ?? { x: 0, y: 0, ...size },
    }
  })
  const area = { left: bounds.x, top: bounds.y, width: bounds.width, height: bounds.height }
  await sharp(Buffer.from(png, 'base64'))
    .extract(area)
    .png({ palette: true, quality: 92, effort: 8 })
    .toFile(join(docs, name))
}

describe.skipIf(!(canRun && wanted))('the real window', () => {
  it.each(['light', 'dark'] as const)('is pictured with files under way: %s', async (theme) => {
    const folders = desktopFolders()
    mkdirSync(docs, { recursive: true })
    const { wedding, portraits } = await makeShoots(folders.source)
    const app = await startDesktop(folders)
    const { page } = app.window
    await page.evaluate(
      (wanted) =>
        (Reflect.get(globalThis, 'photoferry') as PreloadApi).invoke('settings.set', { theme: wanted }),
      theme,
    )
    await app.electron.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 20, y: 20, width: 1280, height: 840 }),
    )
    const far = await slowServer(app, folders, 6 << 20)
    await dropOnto(page, [portraits])
    await app.window.allStored.waitFor()
    far.connection.setPace(1 << 20)
    await dropOnto(page, [wedding])
    await page.getByRole('navigation', { name: 'Batches' }).getByRole('button', { name: 'Li & Wang' }).click()
    await page.getByText('IMG_4213').first().waitFor()
    await page.waitForTimeout(6_000)
    await page.mouse.move(0, 0)
    await shoot(app, `desktop-${theme}.png`)
  })
})
