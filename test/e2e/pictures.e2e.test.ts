/**
 * Pictures of the window's main states: `npm run pictures`. One app is looked at by ten windows, five sizes in both
 * languages: each state is brought about once.
 */
import { accessSync, constants, existsSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { canMount } from '../mounts.ts'
import { startApp } from './app-process.ts'
import { cardName, cardScene } from './card-drive.ts'
import { paintPhoto } from './paint-photo.ts'
import { makeShoots } from './picture-shoots.ts'
import { inDialog, openViews, shoot, shootAll, type Theme, type View, wantsTheme } from './picture-views.ts'
import { canRun, farServer, openScene, type Scene } from './scene.ts'

const wanted = process.env.PHOTOFERRY_PICTURES !== undefined

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

async function shootSettings(view: View): Promise<void> {
  const { page, t } = view
  const dialog = page.getByRole('dialog')
  await inDialog(view, t('header.settings'), async () => {
    await dialog.getByRole('button', { name: t('servers.test') }).click()
    await dialog.getByText(t('servers.testOk')).waitFor()
    await dialog.getByRole('tabpanel').evaluate((panel) => {
      for (let box: Element | null = panel; box !== null; box = box.parentElement) box.scrollTop = 0
    })
    await shoot(view, 'settings')
    await dialog.getByRole('tab', { name: t('settings.sections.bandwidth') }).click()
    await dialog.getByRole('button', { name: t('bandwidth.add') }).click()
    await shoot(view, 'settings-bandwidth')
    for (const section of ['uploading', 'checks', 'presets', 'appearance', 'general'] as const) {
      await dialog.getByRole('tab', { name: t(`settings.sections.${section}`) }).click()
      await shoot(view, `settings-${section}`)
    }
  })
}

async function shootPicker(view: View): Promise<void> {
  const { page, t } = view
  const dialog = page.getByRole('dialog')
  await inDialog(view, t('header.addFolder'), async () => {
    await dialog.getByRole('button', { name: 'Pictures' }).first().click()
    await dialog.getByRole('button', { name: 'Anna portraits' }).waitFor()
    await shoot(view, 'folder-picker')
  })
}

async function shootConnect(view: View): Promise<void> {
  await inDialog(view, view.t('destination.connect'), () => shoot(view, 'connect'))
}

async function shootHistory(view: View): Promise<void> {
  await inDialog(view, view.t('header.history'), async ({ page }) => {
    await page.getByRole('dialog').getByRole('listitem').first().waitFor()
    await shoot(view, 'history')
  })
}

async function shootFailures(view: View): Promise<void> {
  await inDialog(view, view.t('header.retryAllFailed'), () => shoot(view, 'failures'))
}

/** The review of the wedding, as the window shows it that added the folder. */
async function shootReview(view: View, wedding: string): Promise<void> {
  const { page, t } = view
  const dialog = page.getByRole('dialog')
  await view.window.button(t('header.addFolder')).click()
  await dialog.getByLabel(t('picker.path'), { exact: true }).fill(wedding)
  await dialog.getByLabel(t('picker.path'), { exact: true }).press('Enter')
  await dialog.locator('[aria-current]', { hasText: 'Wedding' }).waitFor()
  await dialog.getByRole('button', { name: t('picker.chooseFolder') }).click()
  const review = dialog.filter({ has: page.getByRole('button', { name: t('survey.start', { count: 18 }) }) })
  await review.waitFor()
  await shoot(view, 'review')
  await review.getByLabel(t('survey.preset')).selectOption({ index: 2 })
  await shoot(view, 'review-converted')
  await review.getByRole('button', { name: t('survey.cancel') }).click()
  await review.waitFor({ state: 'hidden' })
}

async function selectBatch({ page }: { readonly page: Page }, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('button', { name }).click()
}

async function selectWedding(view: View): Promise<void> {
  await selectBatch(view, 'Li & Wang')
  await scrollToRow(view, 5)
}

async function scrollToRow({ page }: View, index: number): Promise<void> {
  const row = page.locator('[data-scroller] tbody [data-index]').first()
  await row.evaluate((first, rows) => {
    first.closest('table')?.parentElement?.scrollTo(0, rows * first.clientHeight)
  }, index)
}

async function shootDetails(view: View): Promise<void> {
  const { page, t } = view
  await scrollToRow(view, 5)
  await page.locator('[data-scroller]').getByText('IMG_4214', { exact: true }).first().click()
  await view.window.button(t('tools.showDetails')).click()
  await page.getByRole('complementary').getByText(t('detail.sha256'), { exact: true }).waitFor()
  await shoot(view, 'details')
  await page
    .getByRole('complementary')
    .getByRole('button', { name: t('detail.close') })
    .click()
  // Both files of the photo were selected, and the bar of what can be done with them covers rows.
  await view.window.button(t('selection.clear')).click()
}

async function shootGrid(view: View): Promise<void> {
  const { page, t } = view
  await view.window.button(t('tools.showGrid')).click()
  const pictures = page.getByRole('grid').locator('img')
  await expect.poll(() => pictures.count(), { timeout: 20_000 }).toBeGreaterThan(1)
  await page.waitForTimeout(500)
  await shoot(view, 'grid')
  await view.window.button(t('tools.showList')).click()
}

async function each(views: readonly View[], act: (view: View) => Promise<void>): Promise<void> {
  for (const view of views) await act(view)
}

const themes = (['light', 'dark'] as const).filter(wantsTheme)

describe.skipIf(!canRun || !wanted)('pictures of the window', () => {
  it.each(themes)('in the %s theme', shootTheme, 400_000)
  it.skipIf(!canMount).each(themes)('of a memory card in the %s theme', shootCards, 200_000)
})

async function shootTheme(theme: Theme): Promise<void> {
  const scene = await openScene({ colorScheme: theme }, shownHome())
  const { window } = scene
  const { wedding, portraits } = await makeShoots(scene.home)
  const views = await openViews(scene, theme)
  await shootAll(views, 'first-start')
  await each(views, shootConnect)
  const server = await farServer(scene, Number.POSITIVE_INFINITY)
  await window.setServer(server.connection.url, server.token)
  await shootAll(views, 'empty')
  await each(views, shootSettings)
  await each(views, shootPicker)
  await window.setReviews('Always')
  await each(views, (view) => shootReview(view, wedding))
  await window.setReviews('Never')

  await window.addFolder(portraits)
  await window.allStored.waitFor()
  server.connection.setPace(1_600_000)
  await window.addFolder(wedding)
  await each(views, selectWedding)
  await expect.poll(() => window.percent(window.totals), { timeout: 60_000 }).toBeGreaterThan(38)
  server.connection.setPace(100_000)
  await shootAll(views, 'busy')
  await each(views, shootGrid)
  await each(views, shootDetails)
  await shootOutage(scene, views)
  await shootFailure(scene, views, wedding, () => server.connection.setPace(Number.POSITIVE_INFINITY))
  await shootOutcomes(scene, views)
  await each(views, shootHistory)
}

/** A folder of which not everything could be stored, and one of which only copies are. */
async function shootOutcomes({ window, home }: Scene, views: readonly View[]): Promise<void> {
  const party = join(home, 'Pictures', 'Engagement party')
  await paintPhoto(join(party, 'DSC01301.jpg'), 31)
  await paintPhoto(join(party, 'DSC01302.jpg'), 32)
  writeFileSync(join(party, 'DSC01303.jpg'), '')
  await window.addFolder(party)
  await selectBatch(window, 'Engagement party')
  await window.row('DSC01303.jpg', 'Empty').waitFor()
  await window.row('DSC01302.jpg', 'Done').waitFor()
  await each(views, (view) => selectBatch(view, 'Engagement party'))
  await shootAll(views, 'partly')

  await window.button('Upload new photos as: Originals').click()
  await window.page.getByRole('menuitemradio', { name: 'Proofs' }).click()
  await window.button('Upload new photos as: Proofs').waitFor()
  const proofs = join(home, 'Pictures', 'Proofs for Anna')
  await paintPhoto(join(proofs, 'DSC01401.jpg'), 41)
  await paintPhoto(join(proofs, 'DSC01402.jpg'), 42)
  await window.addFolder(proofs)
  await selectBatch(window, 'Proofs for Anna')
  await window.row('DSC01402.jpg', 'Done').waitFor()
  await window.row('DSC01401.jpg', 'Done').waitFor()
  await each(views, (view) => selectBatch(view, 'Proofs for Anna'))
  await shootAll(views, 'converted')
}

/** A card that was found, one that is proven, and one to which photos came since. */
async function shootCards(theme: Theme): Promise<void> {
  const fill = async (folder: string) => {
    for (let nth = 1; nth <= 6; nth++) {
      await paintPhoto(join(folder, 'DCIM', '100CANON', `IMG_000${nth}.JPG`), 50 + nth)
    }
  }
  const home = shownHome()
  const { scene, insert, seen } = await cardScene({ colorScheme: theme, shownHome: home, fill })
  const card = scene.window.page.getByRole('region', { name: cardName })
  insert()
  const views = await openViews(scene, theme)
  await card.getByText(`${cardName} is connected`).waitFor()
  await card.getByText(/6 files/).waitFor()
  await shootAll(views, 'card')
  await card.getByRole('button', { name: 'Upload' }).click()
  await card.getByText(`${cardName} is safe to format`).waitFor()
  await shootAll(views, 'card-safe')
  await paintPhoto(join(seen, 'DCIM', '100CANON', 'IMG_0007.JPG'), 57)
  for (const view of [scene, ...views]) view.window.expectRefusedCommand()
  await card.getByRole('button', { name: 'Eject' }).click()
  await card.getByText(`Don’t format ${cardName}`).waitFor()
  await shootAll(views, 'card-unsafe')
}

/** PhotoFerry is ended as by a power cut, and started again. */
async function shootOutage(scene: Scene, views: readonly View[]): Promise<void> {
  for (const view of [scene, ...views]) view.window.expectOutage()
  const { port } = scene.app
  await scene.app.kill('SIGKILL')
  await each(views, ({ page, t }) => page.getByRole('heading', { name: t('offline.title') }).waitFor())
  await shootAll(views, 'offline')
  scene.app = await startApp(scene, port)
  for (const { window } of [scene, ...views]) await window.openAgain(scene.app.url)
  await shootAll(views, 'restarted')
}

/** The card with one clip on it is pulled out, and put back. */
async function shootFailure(
  { window, source }: Scene,
  views: readonly View[],
  wedding: string,
  release: () => void,
): Promise<void> {
  await window.button('Pause all').click()
  await window.button('Resume all').waitFor()
  await shootAll(views, 'paused')
  const photo = join(wedding, 'reception', 'C0017.MOV')
  renameSync(photo, join(source, 'away'))
  release()
  await window.button('Resume all').click()
  await window.page
    .getByText(/^In progress \d/)
    .first()
    .waitFor({ state: 'hidden', timeout: 60_000 })
  await window.page.getByText('Failed 1', { exact: true }).waitFor()
  await each(views, (view) => scrollToRow(view, 7))
  await shootAll(views, 'failed')
  await each(views, shootFailures)
  renameSync(join(source, 'away'), photo)
  await window.retryAllFailed()
  await window.allStored.waitFor()
  await each(views, (view) => scrollToRow(view, 0))
  await shootAll(views, 'finished')
}
