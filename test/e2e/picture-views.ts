/** The windows that are photographed: every size, both languages; and how a picture is taken. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { i18n } from '../../src/renderer/text/i18n.ts'
import { openWindow, type Scene } from './scene.ts'
import type { WindowPage } from './window-page.ts'

/** `zoomed` is the wide window at 200 %. */
const sizes = {
  wide: { viewport: { width: 1280, height: 800 } },
  large: { viewport: { width: 1920, height: 1200 } },
  small: { viewport: { width: 800, height: 600 } },
  narrow: { viewport: { width: 420, height: 700 } },
  zoomed: { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 },
} as const
const locales = { en: 'en-GB', 'zh-CN': 'zh-CN' } as const

export type Theme = 'light' | 'dark'

const folder = process.env.PHOTOFERRY_PICTURES ?? fileURLToPath(new URL('../../pictures/', import.meta.url))
/** Only pictures whose names match are taken, and only windows opened that could give one. */
const only = new RegExp(process.env.PHOTOFERRY_PICTURES_ONLY ?? '')
/** What may follow the state in `only`: a window whose pictures can't match is not opened. */
const ends = (process.env.PHOTOFERRY_PICTURES_VIEWS ?? '').split(',').filter((end) => end !== '')

/** One window that is photographed. */
export interface View {
  readonly window: WindowPage
  readonly page: Page
  readonly theme: Theme
  readonly size: keyof typeof sizes
  /** `light-wide`, `dark-narrow-zh-CN`: what every picture of it is called after its state. */
  readonly name: string
  /** The words of its language. */
  readonly t: typeof i18n.t
}

/** Whether any picture of a theme is wanted. */
export const wantsTheme = (theme: Theme) => ends.length === 0 || ends.some((end) => end.startsWith(theme))

export async function openViews(scene: Scene, theme: Theme): Promise<View[]> {
  mkdirSync(folder, { recursive: true })
  const views: View[] = []
  for (const language of ['en', 'zh-CN'] as const) {
    const t = i18n.getFixedT(language, 'window') as typeof i18n.t
    for (const size of Object.keys(sizes) as (keyof typeof sizes)[]) {
      const name = `${theme}-${size}${language === 'en' ? '' : `-${language}`}`
      if (ends.length > 0 && !ends.includes(name)) continue
      const options = { colorScheme: theme, ...sizes[size], locale: locales[language] }
      const window = await openWindow(scene.app.url, options, t('header.settings'))
      if (language === 'zh-CN') await assertDrawsChinese(window.page)
      views.push({ window, page: window.page, theme, size, name, t })
    }
  }
  return views
}

/** Without a font there would be nothing where words are. @throws Error that says what to install */
async function assertDrawsChinese(page: Page): Promise<void> {
  const isDrawn = await page.evaluate(() => {
    const pen = document.createElement('canvas').getContext('2d')
    if (pen === null) return false
    pen.font = '20px sans-serif'
    pen.fillText('全', 4, 24)
    return pen.getImageData(0, 0, 30, 30).data.some((value) => value > 0)
  })
  if (!isDrawn) throw new Error('This computer has no font for Chinese. Install one, such as fonts-noto-cjk.')
}

/** Nothing may be pointed at, marked for the keyboard, or half faded in; what moves for ever is stopped by the picture itself. */
async function calm(page: Page): Promise<void> {
  await page.mouse.move(0, 0)
  await page.evaluate(async () => {
    const { activeElement } = document
    if (activeElement instanceof HTMLElement && activeElement.closest('[role=dialog]') === null)
      activeElement.blur()
    const ending = document
      .getAnimations()
      .filter((each) => each.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY)
    const over = Promise.all(ending.map((each) => each.finished.catch(() => 0)))
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 2_000))])
  })
}

/** Takes one picture, as `pictures/STATE-VIEW.png`; of the wide windows also what screen readers find, as a text beside it. */
export async function shoot({ page, name, size }: View, state: string): Promise<void> {
  const file = `${state}-${name}`
  if (!only.test(file)) return
  await calm(page)
  if (size === 'wide') writeFileSync(join(folder, `${file}.txt`), await page.locator('body').ariaSnapshot())
  const picture = await page.screenshot({ animations: 'disabled', timeout: 20_000 })
  await sharp(picture)
    .png({ compressionLevel: 9 })
    .toFile(join(folder, `${file}.png`))
}

export async function shootAll(views: readonly View[], state: string): Promise<void> {
  for (const view of views) await shoot(view, state)
}

/** Opens a dialog by a button, acts in it, and closes it. */
export async function inDialog(
  view: View,
  opener: string,
  act: (view: View) => Promise<void>,
): Promise<void> {
  await view.window.button(opener).first().click()
  await view.page.getByRole('dialog').waitFor()
  await act(view)
  await view.page.keyboard.press('Escape')
  await view.page.getByRole('dialog').waitFor({ state: 'hidden' })
}
