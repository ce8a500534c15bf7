/** Settings in files, in the window: exported, shown before they are imported, refused in words. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { axeFindings } from './axe.ts'
import { canRun, openScene } from './scene.ts'

describe.skipIf(!canRun)('settings in a file', () => {
  it('are taken over after a look at what changes, and written without tokens unless they are asked for', async () => {
    const { window, source } = await openScene()
    const { page } = window
    const file = join(source, 'studio.photoferry')
    const server = { name: 'Studio Lin', url: 'http://127.0.0.1:9', token: 'secret-token' }
    writeFileSync(
      file,
      JSON.stringify({ photoferry: 'settings', version: 1, servers: [server], presets: [] }),
    )
    const newer = join(source, 'newer.photoferry')
    writeFileSync(newer, JSON.stringify({ photoferry: 'settings', version: 2 }))

    await window.button('Settings').click()
    const dialog = page.getByRole('dialog', { name: 'Settings' })
    await dialog.getByRole('tab', { name: 'General' }).click()
    const input = dialog.locator('input[type=file]')
    await input.setInputFiles(newer)
    await dialog.getByText('newer.photoferry was written by a newer PhotoFerry').waitFor()
    await input.setInputFiles(file)
    await dialog.getByText('studio.photoferry changes this:').waitFor()
    await dialog.getByText('New server: Studio Lin').waitFor()
    expect(await axeFindings(page, 'what an import changes')).toEqual([])
    await dialog.getByRole('button', { name: 'Import', exact: true }).click()
    await dialog.getByText('Imported: studio.photoferry').waitFor()

    const download = page.waitForEvent('download')
    await dialog.getByRole('button', { name: 'Export…' }).click()
    const plain = readFileSync(await (await download).path(), 'utf8')
    expect(plain).toContain('Studio Lin')
    expect(plain).not.toContain('secret-token')
    await dialog.getByRole('checkbox', { name: 'With access tokens' }).check()
    const second = page.waitForEvent('download')
    await dialog.getByRole('button', { name: 'Export…' }).click()
    expect(readFileSync(await (await second).path(), 'utf8')).toContain('secret-token')
    await dialog.getByRole('tab', { name: 'Servers' }).click()
    await dialog.getByText('Studio Lin').waitFor()
  })
})
