/** Names that are written from right to left stay to themselves: nothing beside them changes its place. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { canRun, farServer, openScene } from './scene.ts'

const wedding = 'زفاف (2026)'
const photo = 'صورة_1 (نهائي).CR3'
const other = 'תמונה 2.CR3'

/** Texts in which such a letter stands that is not isolated, by an element or by the signs for it. */
function looseNames(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const loose: string[] = []
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
      const outside = (text.nodeValue ?? '').replace(/\u2068[^\u2069]*\u2069/g, '')
      const isIsolated = text.parentElement?.closest('bdi, [dir=auto], style, script') !== null
      if (!isIsolated && /[\u0590-\u08ff]/.test(outside)) loose.push(text.nodeValue ?? '')
    }
    return loose
  })
}

describe.skipIf(!canRun)('names from right to left', () => {
  it('are isolated in every view', async () => {
    const scene = await openScene()
    const { window, source } = scene
    const { page } = window
    // What is read aloud isolates them too.
    const row = (name: string, status = '') => window.row(`\u2068${name}\u2069`, status)
    const found: string[] = []
    const look = async (view: string) => {
      for (const text of await looseNames(page)) found.push(`${view}: ${text}`)
    }
    const folder = join(source, wedding)
    mkdirSync(join(folder, 'حفل'), { recursive: true })
    writeRandomFile(join(folder, 'حفل', photo), 600_000, seeded(1))
    writeRandomFile(join(folder, 'حفل', other), 600_000, seeded(2))
    writeFileSync(join(folder, 'فارغ.jpg'), '')
    await window.setReviews('Always')
    const server = await farServer(scene, 0)
    await window.setServer(server.connection.url, server.token)

    await window.addFolder(folder)
    const start = page.getByRole('button', { name: 'Upload 3 files' })
    await start.waitFor()
    for (const summary of await page.locator('details > summary').all()) await summary.click()
    await look('review')
    await start.click()
    await row(other).waitFor()
    await look('busy')
    await window.button('Add folder').click()
    await page.getByRole('dialog').getByText(wedding).first().waitFor()
    await look('picker')
    await page.keyboard.press('Escape')

    await window.button('Pause all').click()
    await row(other, 'Paused').waitFor()
    renameSync(join(folder, 'حفل', other), join(source, 'away'))
    server.connection.setPace(Number.POSITIVE_INFINITY)
    await window.button('Resume all').click()
    await row(other, 'Failed').waitFor()
    await row(photo, 'Done').waitFor()
    await look('failed')
    await row(other, 'Failed').click()
    await window.showDetails()
    await window.details.getByRole('heading').first().waitFor()
    await look('details')
    await window.button('Show as grid').click()
    await look('grid')
    await window.button('Show as list').click()
    await window.button('Retry all failed').click()
    await page.getByRole('dialog', { name: '1 file failed' }).waitFor()
    await look('failures')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await window.button('History').click()
    const entry = page.getByRole('dialog').getByRole('listitem').first()
    await entry.locator('summary').first().click()
    await look('history')
    expect(found).toEqual([])
  }, 120_000)
})
