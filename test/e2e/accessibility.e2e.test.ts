/** axe finds nothing in any state of the window, in either theme and any size; and every size says where photos go and whether a card may be formatted. */
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { startApp } from './app-process.ts'
import { axeFindings } from './axe.ts'
import { canRun, farServer, openScene, openWindow, type Scene } from './scene.ts'

/** Pixels. The last is 1280 × 800 at 200 %. */
const sizes = [
  [1280, 800],
  [800, 600],
  [1920, 1200],
  [420, 700],
  [640, 400],
] as const

/** @param part see `axeFindings` */
type Look = (state: string, part?: string) => Promise<void>

/** Collects the findings of all states in all sizes, so that one run names them all. */
function lookerAt(page: Page, findings: string[]): Look {
  return async (state, part) => {
    for (const [width, height] of sizes) {
      await page.setViewportSize({ width, height })
      findings.push(...(await axeFindings(page, `${state}, ${width} × ${height}`, part)))
    }
    await page.setViewportSize({ width: 1280, height: 800 })
  }
}

/** Adds the sizes in which one of the texts is not to be seen. */
async function findsAll(page: Page, findings: string[], state: string, texts: readonly string[]) {
  for (const [width, height] of sizes) {
    await page.setViewportSize({ width, height })
    for (const text of texts) {
      const isSeen = await page.getByRole('main').getByText(text).first().isVisible()
      if (!isSeen) findings.push(`${state}, ${width} × ${height}: doesn’t say “${text}”`)
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 })
}

/** Twenty-five views are read from end to end, each ten times. */
const mostMs = 600_000

async function close(page: Page, dialog: Locator): Promise<void> {
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
}

async function lookAtSettings({ window }: Scene, look: Look): Promise<void> {
  const { page } = window
  const dialog = await window.openServerSettings('http://127.0.0.1:1', 'token')
  await dialog.getByRole('button', { name: 'Test connection' }).click()
  await dialog.getByText(/Can’t reach/).waitFor()
  await look('settings, servers')
  for (const name of ['Uploading', 'Checks', 'Bandwidth', 'Presets', 'Appearance', 'General']) {
    await dialog.getByRole('tab', { name }).click()
    if (name === 'Uploading') await dialog.getByLabel('Files at once').fill('99')
    if (name === 'Bandwidth') await dialog.getByRole('button', { name: 'Add time range' }).click()
    await look(`settings, ${name}`)
    if (name !== 'Presets') continue
    await dialog.getByRole('button', { name: 'New preset' }).click()
    await look('settings, preset editor')
  }
  await close(page, dialog)
}

async function lookAtDialogs(scene: Scene, look: Look): Promise<void> {
  const { window } = scene
  const { page } = window
  await lookAtSettings(scene, look)
  for (const [key, state] of [
    ['Add folder', 'folder picker'],
    ['Add files', 'file picker'],
    ['History', 'history'],
  ] as const) {
    await window.button(key).click()
    const dialog = page.getByRole('dialog')
    await dialog.waitFor()
    await dialog.getByRole('listitem').or(dialog.getByText('No finished batches yet')).first().waitFor()
    await look(state)
    await close(page, dialog)
  }
  await page.keyboard.press('?')
  const shortcuts = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await shortcuts.waitFor()
  await look('shortcuts')
  await close(page, shortcuts)
}

/** The grid, the menus, the details beside them. */
async function lookAtViews({ window }: Scene, look: Look): Promise<void> {
  const { page } = window
  await window.row('IMG_2.CR3', 'Failed').click()
  await window.showDetails()
  await window.details.getByRole('heading', { name: 'IMG_2.CR3' }).waitFor()
  await look('details')
  await window.row('IMG_2.CR3', 'Failed').click({ button: 'right' })
  await page.getByRole('menu').waitFor()
  await look('menu of a file', '[role=menu]')
  await page.keyboard.press('Escape')
  await page.getByRole('menu').waitFor({ state: 'hidden' })
  await window.button('Show as grid').click()
  await look('grid')
  await window.button('Show as list').click()
}

describe.skipIf(!canRun)('axe finds nothing', () => {
  it(
    'from the empty window to the last file, in five sizes',
    async () => {
      const scene = await openScene({ colorScheme: 'light' })
      const { window } = scene
      const findings: string[] = []
      const look = lookerAt(window.page, findings)
      // Too large for bundles, and slow: each is uploading for as long as it is read.
      for (const nth of [1, 2, 3]) {
        writeRandomFile(join(scene.source, 'Day', `IMG_${nth}.CR3`), 3_000_000, seeded(nth))
      }
      const says = (state: string, ...texts: string[]) => findsAll(window.page, findings, state, texts)
      await look('empty')
      await says('empty', 'this computer, ')
      await lookAtDialogs(scene, look)
      await window.setReviews('Always')

      const server = await farServer(scene, 32_000)
      await window.setServer(server.connection.url, server.token)
      await window.addFolder(join(scene.source, 'Day'))
      const start = window.page.getByRole('button', { name: 'Upload 3 files' })
      await start.waitFor()
      await look('summary of a drop')
      await start.click()
      await window.row('IMG_1.CR3', 'Uploading').waitFor()
      await look('busy')
      await says(
        'busy',
        'To Studio',
        'Don’t format the card yet: 3 files still to do.',
        'You can close the laptop',
      )
      await window.button('Pause all').click()
      await window.row('IMG_3.CR3', 'Paused').waitFor()
      await look('paused')
      await says(
        'paused',
        'To Studio',
        'Don’t format the card yet: 3 files still to do.',
        'Resume to continue.',
      )
      renameSync(join(scene.source, 'Day', 'IMG_2.CR3'), join(scene.source, 'away'))
      server.connection.setPace(Number.POSITIVE_INFINITY)
      await window.button('Resume all').click()
      await window.row('IMG_2.CR3', 'Failed').waitFor()
      await window.row('IMG_3.CR3', 'Done').waitFor()
      await look('failed')
      await says('failed', 'To Studio', 'Don’t format the card: 1 file is not stored.', 'Retry…')
      await lookAtViews(scene, look)
      renameSync(join(scene.source, 'away'), join(scene.source, 'Day', 'IMG_2.CR3'))
      await window.button('Retry all failed').click()
      const failures = window.page.getByRole('dialog', { name: '1 file failed' })
      await failures.waitFor()
      await look('failures')
      await failures.getByRole('button', { name: 'Retry all', exact: true }).click()
      await window.row('IMG_2.CR3', 'Done').waitFor()
      await look('finished')
      await says('finished', 'To Studio', 'Save the receipt before you format the card.', 'Save receipt')
      window.expectOutage()
      await scene.app.kill('SIGKILL')
      await window.offline.waitFor()
      await look('offline')
      await says('offline', 'To Studio', 'Save the receipt before you format the card.')
      scene.app = await startApp(scene, scene.app.port)
      await window.restarted.waitFor()
      await look('restarted')
      expect(findings).toEqual([])
    },
    mostMs,
  )

  it('without a key, and in Chinese', async () => {
    const { app } = await openScene()
    const findings: string[] = []
    const chinese = await openWindow(app.url, { locale: 'zh-CN' }, '设置')
    await axeFindings(chinese.page, 'empty, in Chinese').then((found) => findings.push(...found))
    chinese.expectRefusal()
    await chinese.page.evaluate(() => sessionStorage.clear())
    await chinese.page.goto(`http://127.0.0.1:${app.port}/#token=wrong`)
    await chinese.page.getByRole('heading', { name: '此密钥无效' }).waitFor()
    findings.push(...(await axeFindings(chinese.page, 'wrong key')))
    expect(findings).toEqual([])
  })
})
