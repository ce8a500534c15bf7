/** Pictures of the window's main states for the documentation; rewritten only when PHOTOFERRY_SCREENSHOTS=1. */
import { mkdirSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { startApp } from './app-process.ts'
import { paintPhoto } from './paint-photo.ts'
import { canRun, type FarServer, farServer, openScene, type Scene } from './scene.ts'
import type { WindowPage } from './window-page.ts'

const wanted = process.env.PHOTOFERRY_SCREENSHOTS === '1'
const docs = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url))
const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 420, height: 860 } }
const shots = (['light', 'dark'] as const).flatMap((theme) =>
  (['wide', 'narrow'] as const).map((size) => ({ theme, size })),
)

/** Two shoots as they come off a wedding photographer's cards. */
async function makeShoots(home: string): Promise<{ wedding: string; portraits: string }> {
  const random = seeded(2026)
  const wedding = join(home, 'Pictures', 'Li & Wang Wedding')
  const portraits = join(home, 'Pictures', 'Anna portraits')
  for (let nth = 0; nth < 6; nth++) await paintPhoto(join(wedding, 'ceremony', `IMG_${4211 + nth}.JPG`), nth)
  for (let nth = 0; nth < 8; nth++) {
    writeRandomFile(
      join(wedding, 'ceremony', `IMG_${4211 + nth}.CR3`),
      Math.round((2 + random() * 2) * 1e6),
      random,
    )
  }
  for (const name of ['DJI_0042 first dance, from above.MP4', 'C0017.MOV']) {
    writeRandomFile(join(wedding, 'reception', 'clips', name), Math.round(6e6 + random() * 4e6), random)
  }
  for (let nth = 0; nth < 5; nth++) await paintPhoto(join(portraits, `DSC0${1180 + nth}.jpg`), 30 + nth)
  writeRandomFile(join(portraits, 'DSC01180.ARW'), 3e6, random)
  mkdirSync(join(home, 'Documents'), { recursive: true })
  mkdirSync(join(home, 'Pictures', 'Contact sheets'), { recursive: true })
  return { wedding, portraits }
}

type Shoot = (state: string) => Promise<void>

/** The card with one photo on it is pulled out, and put back. */
async function shootFailure(scene: Scene, wedding: string, shoot: Shoot, letGo: () => void): Promise<void> {
  const { window } = scene
  await window.button('Pause all').click()
  await expect.poll(() => window.button('Pause all').isDisabled()).toBe(true)
  const photo = join(wedding, 'reception', 'clips', 'DJI_0042 first dance, from above.MP4')
  renameSync(photo, join(scene.source, 'away'))
  letGo()
  await window.button('Resume all').click()
  await window.page.getByText('Under way 0', { exact: true }).waitFor({ timeout: 40_000 })
  await window.page.getByText('Failed 1', { exact: true }).waitFor()
  await scrollToRow(window, 11)
  await window.row('DJI_0042 first dance, from above.MP4', 'Failed').click({ position: { x: 80, y: 20 } })
  await shoot('failed')
  renameSync(join(scene.source, 'away'), photo)
  await window.retryAllFailed()
  await window.allStored.waitFor()
  if (await window.details.isVisible()) await window.button('Hide details').first().click()
  await scrollToRow(window, 0)
  await shoot('finished')
}

/** Shows all about a file in the pane beside the list, its picture included. */
async function lookAt(window: WindowPage, name: string): Promise<void> {
  await window.row(name).click({ position: { x: 80, y: 20 } })
  await window.details.locator('img').waitFor()
}

async function scrollToRow(window: WindowPage, index: number): Promise<void> {
  await window.rows.first().evaluate((row, rows) => {
    row.closest('table')?.parentElement?.scrollTo(0, rows * row.clientHeight)
  }, index)
}

async function shootDialogs(scene: Scene, server: FarServer, shoot: Shoot): Promise<void> {
  const { window } = scene
  const dialog = await window.openServerSettings(server.way.url, server.token)
  await dialog.getByRole('button', { name: 'Test connection' }).click()
  await dialog.getByRole('status').first().waitFor()
  await shoot('settings')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await window.button('Add folder').click()
  await window.page.getByRole('dialog').getByRole('button', { name: 'Pictures' }).click()
  await window.page.getByRole('button', { name: 'Anna portraits' }).waitFor()
  await shoot('folder-picker')
  await window.page.keyboard.press('Escape')
}

describe.skipIf(!canRun || !wanted)('pictures of the window', () => {
  it.each(shots)(
    'in a $theme and $size window',
    async ({ theme, size }) => {
      const scene = await openScene({ colorScheme: theme, viewport: sizes[size] }, join(tmpdir(), 'maya'))
      const { window } = scene
      const { page } = window
      mkdirSync(docs, { recursive: true })
      const shoot: Shoot = async (state) => {
        // Nothing may be half faded in; what moves for ever stands still in the picture.
        await page.evaluate(() =>
          Promise.all(
            document
              .getAnimations()
              .filter((each) => Number.isFinite(each.effect?.getComputedTiming().endTime))
              .map((each) => each.finished.catch(() => 0)),
          ),
        )
        // Nothing may be pointed at.
        await page.mouse.move(0, 0)
        await page.screenshot({
          path: join(docs, `${state}-${theme}-${size}.png`),
          animations: 'disabled',
          timeout: 10_000,
        })
      }
      const { wedding, portraits } = await makeShoots(scene.source)
      await page.getByRole('heading', { name: 'Drop photos or folders here' }).waitFor()
      await shoot('empty')

      const server = await farServer(scene, Number.POSITIVE_INFINITY)
      await shootDialogs(scene, server, shoot)
      await window.addFolder(portraits)
      await window.allStored.waitFor()
      server.way.setPace(3_000_000)
      await window.addFolder(wedding)
      await page
        .getByRole('navigation', { name: 'Batches' })
        .getByRole('button', { name: 'Li & Wang' })
        .click()
      await page.getByText('All 16', { exact: true }).waitFor()
      await window.totals.getByText(/ left$/).waitFor()
      await expect.poll(() => window.percent(window.totals), { timeout: 30_000 }).toBeGreaterThan(38)
      if (size === 'wide') await lookAt(window, 'IMG_4213.JPG')
      await shoot('busy')
      await window.button('Show as a grid').click()
      await window.grid.locator('img').nth(2).waitFor()
      await shoot('grid')
      await window.button('Show as a list').click()
      window.expectOutage()
      const { port } = scene.app
      await scene.app.kill('SIGKILL')
      await window.offline.waitFor()
      await shoot('offline')
      scene.app = await startApp(scene, port)
      await window.offline.waitFor({ state: 'hidden', timeout: 20_000 })
      await shootFailure(scene, wedding, shoot, () => server.way.setPace(Number.POSITIVE_INFINITY))
    },
    120_000,
  )
})
