/** The review of a drop before it is uploaded, by keyboard and by mouse; and the rules that skip files. */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { fingerprint } from '../crossing/photo-folder.ts'
import { writePhoto } from '../main/images/photos.ts'
import { axeFindings } from './axe.ts'
import { canRun, dropOnto, openScene, type Scene } from './scene.ts'

async function makeShoot(home: string): Promise<string> {
  const folder = join(home, 'Shoot')
  mkdirSync(join(folder, 'clips'), { recursive: true })
  const photo = await writePhoto(folder, 'IMG_1.jpg')
  copyFileSync(photo, join(folder, 'IMG_1 copy.jpg'))
  await writePhoto(folder, 'IMG_2.jpg', { width: 500, height: 300 })
  writeFileSync(join(folder, 'IMG_1.CR3'), Buffer.alloc(9_000, 1))
  writeFileSync(join(folder, 'clips', 'C001.MOV'), Buffer.alloc(20_000, 2))
  writeFileSync(join(folder, 'empty.xmp'), '')
  return folder
}

const summaryOf = ({ window }: Scene) => window.page.getByRole('dialog', { name: 'Review “Shoot”' })
const isEmptyWindow = ({ window }: Scene) =>
  window.page.getByRole('heading', { name: 'Drop photos or folders here' }).waitFor()

async function expectFigures(summary: Locator): Promise<void> {
  await summary.locator('strong', { hasText: /^6 files$/ }).waitFor()
  await expect
    .poll(() => summary.locator('dd').allTextContents())
    .toEqual([
      expect.stringMatching(/^3/),
      expect.stringMatching(/^19\.0/),
      expect.stringMatching(/^120\.0/),
      expect.stringMatching(/^10/),
    ])
  await summary.getByText('1 file is empty').waitFor()
  await summary.getByText(/^1 file is a duplicate/).waitFor()
}

describe.skipIf(!canRun)('a drop that is reviewed before it is uploaded', () => {
  it('waits until it is confirmed, by keyboard alone, or canceled, which leaves nothing behind', async () => {
    const scene = await openScene()
    const { window, library, source } = scene
    const { page } = window
    const folder = await makeShoot(source)
    await window.setReviews('Always')
    const summary = summaryOf(scene)

    await window.addFolder(folder)
    await expectFigures(summary)
    await page.keyboard.press('Escape')
    await summary.waitFor({ state: 'hidden' })
    await isEmptyWindow(scene)
    await window.untilFocused(window.button('Add folder'))

    await window.addFolder(folder)
    const start = summary.getByRole('button', { name: 'Upload 6 files' })
    await window.untilFocused(start)
    await summary.getByText('Everything is uploaded unchanged.').waitFor()
    await window.tabTo(summary.getByLabel('Upload photos as'), 'Shift+Tab')
    await page.keyboard.press('P')
    await summary.getByText(/^3 photos \(.+\) will be converted/).waitFor()
    await window.tabTo(summary.locator('summary', { hasText: '1 file is empty' }))
    await page.keyboard.press('Enter')
    await summary.getByText('Shoot/empty.xmp').waitFor()
    expect(await axeFindings(page, 'summary of a drop')).toEqual([])
    await window.tabTo(start)
    await page.keyboard.press('Enter')
    await summary.waitFor({ state: 'hidden' })
    await window.notAllStored.waitFor()
    await window.row('empty.xmp', 'Empty').getByText('The original has 0 bytes').waitFor()
    expect(readdirSync(join(library, 'uploads', 'Shoot')).length).toBe(6)
  })

  it('is counted by the page itself where it was dropped onto it, and nothing is sent before it is confirmed', async () => {
    const scene = await openScene()
    const { window, library, source } = scene
    const folder = await makeShoot(source)
    await window.setReviews('Always')
    const sent: string[] = []
    window.page.on('request', (request) => {
      if (request.url().includes('/staging/')) sent.push(request.url())
    })
    await dropOnto(window.page, [folder])
    await expectFigures(summaryOf(scene))
    await summaryOf(scene).getByRole('button', { name: 'Cancel' }).click()
    await summaryOf(scene).waitFor({ state: 'hidden' })
    await isEmptyWindow(scene)
    expect(sent).toEqual([])

    await dropOnto(window.page, [folder])
    await summaryOf(scene).getByRole('button', { name: 'Upload 6 files' }).click()
    await window.notAllStored.waitFor()
    // A browser tells times in whole milliseconds.
    const contents = (root: string) =>
      [...fingerprint(root)].map(([path, print]) => [path, print.replace(/ \d+$/, '')])
    expect(contents(join(library, 'uploads'))).toEqual(contents(source))
  })

  it('skips files by rule, names the rule at the file, and uploads such a file when it is retried', async () => {
    const scene = await openScene()
    const { window, source } = scene
    const folder = await makeShoot(source)
    const dialog = await window.openChecks()
    expect(await axeFindings(window.page, 'settings: checks')).toEqual([])
    await dialog.getByText('Never', { exact: true }).click()
    await dialog.getByRole('checkbox', { name: 'Videos' }).check()
    await dialog.getByLabel('Extensions').fill('a/b')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.getByText('Enter extensions such as xmp').waitFor()
    await dialog.getByLabel('Extensions').fill('.XMP')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await window.addFolder(folder)
    await window.row('empty.xmp', 'Skipped').getByText('Skipped by your rule “.xmp files”').waitFor()
    const clip = window.row('C001.MOV', 'Skipped')
    await clip.getByText('Skipped by your rule “Videos”').waitFor()
    await clip.getByRole('button', { name: /Retry/ }).click()
    await window.row('C001.MOV', 'Done').waitFor()
    await window.button('Clear finished files').click()
    const question = window.page.getByRole('dialog', { name: 'Remove 1 file that is not stored?' })
    await question.getByRole('button', { name: 'Remove from list' }).click()
    await isEmptyWindow(scene)

    await dropOnto(window.page, [folder])
    // Of a file that the page skips only its name is here.
    await window.row('C001.MOV', 'Skipped').waitFor()
    await window.row('empty.xmp', 'Skipped').waitFor()
    await window.totals.getByText('4 of 6 files stored', { exact: true }).waitFor()
  })
})
