/** The end of a batch: its result above the list, with the receipt, a link to the files and a look at the server; by mouse and by keyboard. */
import { readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { canRun, farServer, openScene } from './scene.ts'

function makeShoot(source: string, names: readonly string[]): string {
  for (const [nth, name] of names.entries())
    writeRandomFile(join(source, 'Wedding', name), 4000, seeded(80 + nth))
  return join(source, 'Wedding')
}

describe.skipIf(!canRun)('the result of a batch', () => {
  it('says that the card must stay until all is stored, then offers the receipt, a link and a look at the server', async () => {
    const scene = await openScene({
      permissions: ['clipboard-read', 'clipboard-write'],
      acceptDownloads: true,
    })
    const { window, source } = scene
    const { page } = window
    const server = await farServer(scene, 0)
    await window.setServer(server.connection.url, server.token)
    await window.addFolder(makeShoot(source, ['a/IMG_1.CR3', 'b/IMG_2.CR3']))
    const main = page.getByRole('main')
    await main.getByText('To Studio').waitFor()
    await main.getByText('Don’t format the card yet: 2 files still to do.').waitFor()
    await main.getByText('You can close the laptop').waitFor()
    await window.button('Pause all').click()
    await main.getByText('Resume to continue.').waitFor()
    server.connection.setPace(Number.POSITIVE_INFINITY)
    await window.button('Resume all').click()

    const card = page.getByRole('region', { name: 'Result of the batch' })
    await card.getByText('All 2 files are stored and verified').waitFor()
    await card.getByText('Save the receipt before you format the card.').waitFor()
    await card.getByText(/To Studio · 8\.0\skB in \d+\s/).waitFor()

    const saved = page.waitForEvent('download')
    await window.tabTo(card.getByRole('button', { name: 'Save receipt' }))
    await page.keyboard.press('Enter')
    const receipt = await (await saved).path()
    expect(readFileSync(receipt, 'utf8')).toContain('Wedding/a/IMG_1.CR3')

    await card.getByRole('button', { name: 'Copy link' }).click()
    await page
      .getByText('Link copied. Anyone who has it can see and download “Wedding” for 30 days')
      .waitFor()
    const url = await page.evaluate(() => navigator.clipboard.readText())
    expect(await (await fetch(url)).text()).toContain('Wedding')

    const opened = page.context().waitForEvent('page')
    await card.getByRole('button', { name: 'Show at the server' }).click()
    const shown = await opened
    await shown.getByRole('heading', { name: 'Wedding' }).waitFor()
  })

  it('names what is not stored, never lets the card go then, and leads to the retry', async () => {
    const scene = await openScene()
    const { window, source } = scene
    const server = await farServer(scene, 0)
    await window.setServer(server.connection.url, server.token)
    const folder = makeShoot(source, ['IMG_1.CR3', 'IMG_2.CR3'])
    await window.addFolder(folder)
    await window.row('IMG_2.CR3').waitFor()
    await window.button('Pause all').click()
    await window.row('IMG_2.CR3', 'Paused').waitFor()
    renameSync(join(folder, 'IMG_2.CR3'), join(source, 'away'))
    server.connection.setPace(Number.POSITIVE_INFINITY)
    await window.button('Resume all').click()
    const card = window.page.getByRole('region', { name: 'Result of the batch' })
    await card.getByText('1 of 2 stored · 1 failed').waitFor()
    await card.getByText('Don’t format the card: 1 file is not stored.').waitFor()
    expect(await card.getByText('Save the receipt before').count()).toBe(0)
    renameSync(join(source, 'away'), join(folder, 'IMG_2.CR3'))
    await card.getByRole('button', { name: 'Retry…' }).click()
    await window.page.getByRole('dialog').getByRole('button', { name: 'Retry all', exact: true }).click()
    await card.getByText('All 2 files are stored and verified').waitFor()
  })

  it('is kept as a receipt in a folder, where the settings say so', async () => {
    const scene = await openScene()
    const { window, source } = scene
    await window.button('Settings').click()
    const dialog = window.page.getByRole('dialog', { name: 'Settings' })
    await dialog.getByRole('tab', { name: 'General' }).click()
    await dialog.getByRole('switch', { name: 'Keep a receipt of every finished batch' }).click()
    expect(await dialog.getByLabel('Receipt folder').inputValue()).toBe(
      join(scene.home, 'Documents', 'PhotoFerry receipts'),
    )
    await dialog.getByLabel('Receipt folder').fill('Receipts')
    await dialog.getByText('Enter the full path').waitFor()
    await dialog.getByLabel('Receipt folder').fill(join(source, 'Receipts'))
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await window.addFolder(makeShoot(source, ['IMG_1.CR3']))
    await window.allStored.waitFor()
    await expect.poll(() => readdirSync(source)).toContain('Receipts')
    await expect
      .poll(() => readdirSync(join(source, 'Receipts')))
      .toEqual([expect.stringMatching(/^Wedding \d{4}-\d\d-\d\d receipt\.csv$/)])
  })
})
