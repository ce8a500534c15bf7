/**
 * Pictures of the window's main states for the documentation; rewritten only when PHOTOFERRY_SCREENSHOTS=1.
 * One app is looked at by four windows, wide and narrow, in both languages: each state is brought about once.
 */
import { accessSync, constants, existsSync, mkdirSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { i18n } from '../../src/renderer/text/i18n.ts'
import { startApp } from './app-process.ts'
import { makeShoots } from './picture-shoots.ts'
import { canRun, farServer, openScene, openWindow, type Scene } from './scene.ts'
import type { WindowPage } from './window-page.ts'

const wanted = process.env.PHOTOFERRY_SCREENSHOTS === '1'
const docs = fileURLToPath(new URL('../../docs/screenshots/', import.meta.url))
const sizes = { wide: { width: 1280, height: 800 }, narrow: { width: 420, height: 800 } } as const
const locales = { en: 'en-GB', 'zh-CN': 'zh-CN' } as const

type Theme = 'light' | 'dark'

/** What the pictures show as the photographer's home folder, where this machine lets us make one. */
function shownHome(): string {
  try {
    accessSync('/home', constants.W_OK)
    if (!existsSync('/home/lin')) return '/home/lin'
  } catch {
    // Nothing that we could write to.
  }
  return join(tmpdir(), 'lin')
}

/** One window that is photographed. */
interface View {
  readonly window: WindowPage
  readonly page: Page
  readonly language: keyof typeof locales
  readonly size: keyof typeof sizes
  /** The words of its language. */
  readonly t: typeof i18n.t
}

async function openViews(scene: Scene, theme: Theme): Promise<View[]> {
  const views: View[] = []
  for (const language of ['en', 'zh-CN'] as const) {
    const t = i18n.getFixedT(language, 'window') as typeof i18n.t
    for (const size of ['wide', 'narrow'] as const) {
      const options = { colorScheme: theme, viewport: sizes[size], locale: locales[language] }
      const window = await openWindow(scene.app.url, options, t('header.settings'))
      views.push({ window, page: window.page, language, size, t })
    }
  }
  return views
}

/** Nothing may be pointed at, or be half faded in; what moves for ever is stopped by the picture itself. */
async function calm(page: Page): Promise<void> {
  await page.mouse.move(0, 0)
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter((each) => each.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
    const settled = Promise.all(ending.map((each) => each.finished.catch(() => 0)))
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, 2_000))])
  })
}

async function shoot({ page, language, size }: View, theme: Theme, state: string): Promise<void> {
  await calm(page)
  const picture = await page.screenshot({ animations: 'disabled', timeout: 20_000 })
  const name = `${state}-${theme}-${size}${language === 'en' ? '' : `-${language}`}.png`
  // A palette keeps all of them together at a size that a repository can bear.
  await sharp(picture).png({ palette: true, quality: 92, effort: 8 }).toFile(join(docs, name))
}

async function shootAll(views: readonly View[], theme: Theme, state: string): Promise<void> {
  for (const view of views) await shoot(view, theme, state)
}

async function inDialog(view: View, opener: string, act: (view: View) => Promise<void>): Promise<void> {
  await view.window.button(opener).click()
  await view.page.getByRole('dialog').waitFor()
  await act(view)
  await view.page.keyboard.press('Escape')
  await view.page.getByRole('dialog').waitFor({ state: 'hidden' })
}

async function shootDialogs(view: View, theme: Theme): Promise<void> {
  const { page, t } = view
  const dialog = page.getByRole('dialog')
  await inDialog(view, t('header.settings'), async () => {
    await dialog.getByRole('button', { name: t('servers.test') }).click()
    await dialog.getByText(t('servers.testOk')).waitFor()
    await dialog.getByRole('tabpanel').evaluate((panel) => {
      for (let box: Element | null = panel; box !== null; box = box.parentElement) box.scrollTop = 0
    })
    await shoot(view, theme, 'settings')
    await dialog.getByRole('tab', { name: t('settings.sections.bandwidth') }).click()
    await dialog.getByRole('button', { name: t('bandwidth.add') }).click()
    await shoot(view, theme, 'settings-bandwidth')
    await dialog.getByRole('tab', { name: t('settings.sections.presets') }).click()
    await shoot(view, theme, 'settings-presets')
  })
  await inDialog(view, t('header.addFolder'), async () => {
    await dialog.getByRole('button', { name: 'Pictures' }).click()
    await dialog.getByRole('button', { name: 'Anna portraits' }).waitFor()
    await shoot(view, theme, 'folder-picker')
  })
}

async function selectWedding(view: View): Promise<void> {
  await view.page.getByRole('navigation').getByRole('button', { name: 'Li & Wang' }).click()
  await selectFile(view, 'IMG_4214.JPG', 5)
}

/** Scrolls to a line of the list and selects a file there, whose details stand beside it. */
async function selectFile(view: View, name: string, line: number): Promise<void> {
  await scrollToRow(view, line)
  // Where the details would cover the list, nothing is selected.
  if (view.size === 'wide') await view.page.getByRole('grid').getByText(name, { exact: true }).click()
}

async function scrollToRow({ page }: View, index: number): Promise<void> {
  const row = page.getByRole('grid').locator('tbody').getByRole('row').first()
  await row.evaluate((first, rows) => {
    first.closest('table')?.parentElement?.scrollTo(0, rows * first.clientHeight)
  }, index)
}

async function shootGrid(views: readonly View[], theme: Theme): Promise<void> {
  for (const view of views) {
    const { page, t } = view
    await view.window.button(t('tools.showGrid')).click()
    const pictures = page.getByRole('grid').locator('img')
    await expect.poll(() => pictures.count(), { timeout: 20_000 }).toBeGreaterThan(3)
    await page.waitForTimeout(1_000)
    await shoot(view, theme, 'grid')
    await view.window.button(t('tools.showList')).click()
  }
}

describe.skipIf(!canRun || !wanted)('pictures of the window', () => {
  it.each(['light', 'dark'] as const)(
    'in the %s theme',
    async (theme) => {
      mkdirSync(docs, { recursive: true })
      const scene = await openScene({ colorScheme: theme }, shownHome())
      const { window } = scene
      const { wedding, portraits } = await makeShoots(scene.home)
      const server = await farServer(scene, Number.POSITIVE_INFINITY)
      await window.setServer(server.connection.url, server.token)
      const views = await openViews(scene, theme)
      await shootAll(views, theme, 'empty')
      for (const view of views) await shootDialogs(view, theme)

      await window.addFolder(portraits)
      await window.allStored.waitFor()
      server.connection.setPace(1_600_000)
      await window.addFolder(wedding)
      for (const view of views) await selectWedding(view)
      await expect.poll(() => window.percent(window.totals), { timeout: 60_000 }).toBeGreaterThan(38)
      server.connection.setPace(400_000)
      await shootAll(views, theme, 'busy')
      await shootGrid(views, theme)

      for (const view of [scene, ...views]) view.window.expectOutage()
      const { port } = scene.app
      await scene.app.kill('SIGKILL')
      for (const { page, t } of views) await page.getByRole('heading', { name: t('offline.title') }).waitFor()
      await shootAll(views, theme, 'offline')
      scene.app = await startApp(scene, port)
      for (const { window } of [scene, ...views]) await window.openAgain(scene.app.url)
      await shootFailure(scene, views, theme, wedding, () =>
        server.connection.setPace(Number.POSITIVE_INFINITY),
      )
      for (const view of views) {
        await inDialog(view, view.t('header.history'), async ({ page }) => {
          await page.getByRole('dialog').getByRole('listitem').first().waitFor()
          await shoot(view, theme, 'history')
        })
      }
    },
    400_000,
  )
})

/** The card with one photo on it is pulled out, and put back. */
async function shootFailure(
  scene: Scene,
  views: readonly View[],
  theme: Theme,
  wedding: string,
  release: () => void,
): Promise<void> {
  const { window } = scene
  await window.button('Pause all').click()
  await expect.poll(() => window.button('Pause all').isDisabled()).toBe(true)
  const photo = join(wedding, 'reception', 'C0017.MOV')
  renameSync(photo, join(scene.source, 'away'))
  release()
  await window.button('Resume all').click()
  await window.page.getByText('In progress 0', { exact: true }).waitFor({ timeout: 60_000 })
  await window.page.getByText('Failed 1', { exact: true }).waitFor()
  for (const view of views) await selectFile(view, 'C0017.MOV', 12)
  await shootAll(views, theme, 'failed')
  renameSync(join(scene.source, 'away'), photo)
  await window.retryAllFailed()
  await window.allStored.waitFor()
  for (const view of views) await selectFile(view, 'IMG_4212.JPG', 0)
  await shootAll(views, theme, 'finished')
}
