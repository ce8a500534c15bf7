/** The window changes its language while it runs, keeps what it showed, and speaks the system's language by itself. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { canRun, openScene, openWindow } from './scene.ts'

describe.skipIf(!canRun)('the language of the window', () => {
  it('changes at once from the settings, keeps the selected batch, and is there again after a reload', async () => {
    const scene = await openScene()
    const { window } = scene
    const { page } = window
    writeRandomFile(join(scene.source, 'Day', 'IMG_1.CR3'), 9000, seeded(1))
    await window.addFolder(join(scene.source, 'Day'))
    await window.allStored.waitFor()
    await page.getByRole('navigation', { name: 'Batches' }).getByRole('button', { name: 'Day' }).click()
    await page.getByRole('heading', { name: 'Day' }).waitFor()

    await window.button('Settings').click()
    await page.getByRole('tab', { name: 'Appearance' }).click()
    await page.getByLabel('Language').selectOption({ label: '简体中文' })
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('所有文件均已存储并通过校验').waitFor()
    await page.getByRole('heading', { name: 'Day' }).waitFor()
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('zh-CN')
    await expect.poll(() => page.getByRole('row', { name: 'IMG_1.CR3，已完成，100%' }).count()).toBe(1)

    await page.reload()
    await page.getByText('所有文件均已存储并通过校验').waitFor()
    await page.getByRole('button', { name: '设置' }).click()
    await page.getByRole('tab', { name: '外观' }).click()
    await page.getByLabel('语言').selectOption({ label: 'English' })
    await page.getByRole('button', { name: '保存', exact: true }).click()
    await window.allStored.waitFor()
  })

  it('is the system’s where nothing was set', async () => {
    const { app } = await openScene()
    const other = await openWindow(app.url, { locale: 'zh-CN' }, '设置')
    await other.page.getByRole('heading', { name: '将照片或文件夹拖到这里' }).waitFor()
  })
})
