/** Files of one shot in the window: one row that opens, by mouse and by keyboard, and is stored when all of them are. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { axeFindings } from './axe.ts'
import { canRun, openScene } from './scene.ts'

it.skipIf(!canRun)(
  'a shot is one row, says what of it is not stored, opens by the arrow keys, and is retried as a whole',
  async () => {
    const scene = await openScene()
    const { window, source } = scene
    const { page } = window
    const folder = join(source, 'Day')
    mkdirSync(folder)
    const random = seeded(3)
    for (const name of ['IMG_1.CR3', 'IMG_1.JPG', 'IMG_2.CR3', 'IMG_3.JPG', 'IMG_3.MOV']) {
      writeRandomFile(join(folder, name), 40_000, random)
    }
    // A link is never followed: it fails, whoever runs this.
    symlinkSync(join(folder, 'IMG_2.CR3'), join(folder, 'IMG_1.xmp'))
    await window.addFolder(folder)
    const set = window.row('IMG_1, set of 3 files: CR3 + JPG + XMP', '2 of 3 stored')
    await set.waitFor()
    await window.row('IMG_3, set of 2 files: JPG + MOV', 'Done').waitFor()
    await window.row('IMG_2.CR3', 'Done').waitFor()
    // Every place counts files.
    expect(await page.getByText('Done 5', { exact: true }).count()).toBe(1)
    expect(await page.getByText('Failed 1', { exact: true }).count()).toBe(1)
    expect(await window.rows.count()).toBe(3)
    expect(await set.getAttribute('aria-expanded')).toBe('false')

    await set.click()
    await page.keyboard.press('ArrowRight')
    expect(await set.getAttribute('aria-expanded')).toBe('true')
    const edits = window.row('IMG_1.xmp', 'Failed')
    await edits.waitFor()
    expect(await window.rows.count()).toBe(6)
    expect([await set.getAttribute('aria-level'), await edits.getAttribute('aria-level')]).toEqual(['1', '2'])
    await page.keyboard.press('ArrowRight')
    await window.untilFocused(window.row('IMG_1.CR3'))
    await page.keyboard.press('ArrowDown')
    await window.untilFocused(window.row('IMG_1.JPG'))
    await page.keyboard.press('ArrowLeft')
    await window.untilFocused(set)
    expect(await axeFindings(page, 'an open set')).toEqual([])
    await page.keyboard.press('ArrowLeft')
    expect(await set.getAttribute('aria-expanded')).toBe('false')
    expect(await window.rows.count()).toBe(3)
    await set.getByRole('button', { name: 'Show the files of IMG_1' }).click()
    await edits.waitFor()

    // A filter finds files, and the set still says that it is not stored.
    await page.getByText('Done 5', { exact: true }).click()
    await edits.waitFor({ state: 'hidden' })
    await set.waitFor()
    await page.getByText('All 6', { exact: true }).click()

    await window.showDetails()
    await set.click({ position: { x: 200, y: 10 } })
    await window.details.getByRole('heading', { name: 'Files of this set' }).waitFor()
    expect(await window.details.getByRole('listitem').count()).toBe(3)

    rmSync(join(folder, 'IMG_1.xmp'))
    writeFileSync(join(folder, 'IMG_1.xmp'), 'edits')
    await set.getByRole('button', { name: 'Retry' }).click()
    await window.row('IMG_1, set of 3 files: CR3 + JPG + XMP', 'Done').waitFor()
    expect(await page.getByText('Done 6', { exact: true }).count()).toBe(1)

    await window.button('Show as grid').click()
    await page.getByRole('gridcell', { name: 'IMG_1, set of 3 files: CR3 + JPG + XMP, Done' }).waitFor()
    expect(await page.getByRole('gridcell').count()).toBe(3)
  },
  120_000,
)
