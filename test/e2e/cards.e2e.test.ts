/** A memory card from the reader to the camera bag, in a real window: nothing is asked twice, and nothing is called safe that is not. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { canMount } from '../mounts.ts'
import { axeFindings } from './axe.ts'
import { cardScene } from './card-drive.ts'
import { canRun } from './scene.ts'

const random = seeded(7)

describe.skipIf(!canRun || !canMount)('a memory card in the window', () => {
  it('is uploaded, proven, refused once a photo came to it, proven again, and ejected', async () => {
    const { scene, insert, seen } = await cardScene({ acceptDownloads: true })
    const { page } = scene.window
    const card = page.getByRole('region', { name: 'EOS_DIGITAL' })
    insert()
    mkdirSync(join(seen, 'DCIM', '100CANON'), { recursive: true })
    for (let index = 1; index <= 12; index++)
      writeRandomFile(join(seen, 'DCIM', '100CANON', `IMG_000${index}.CR3`), 400_000, random)
    await card.getByText('EOS_DIGITAL is connected').waitFor()
    await card.getByRole('button', { name: 'Upload' }).click()
    await card.getByText('EOS_DIGITAL is safe to format').waitFor()
    await card.getByText(/12 files · 4\.8\sMB, all read again and matched/).waitFor()

    await card.getByRole('button', { name: 'Certificate for EOS_DIGITAL' }).click()
    const saving = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'JSON' }).click()
    const certificate = JSON.parse(readFileSync(await (await saving).path(), 'utf8'))
    expect(certificate).toMatchObject({ safeToFormat: { bytesCameFrom: 'the card' }, storedFiles: 12 })

    writeRandomFile(join(seen, 'DCIM', '100CANON', 'IMG_0013.CR3'), 400_000, random)
    await card.getByRole('button', { name: 'Eject' }).click()
    await card.getByText('Don’t format EOS_DIGITAL').waitFor()
    await card.getByText('1 file is new or changed since the check').waitFor()
    await card.getByRole('button', { name: 'Upload the rest' }).click()
    await card.getByText(/13 files · 5\.2\sMB, all read again/).waitFor()
    await card.getByRole('button', { name: 'Eject' }).click()
    await card.getByText(/EOS_DIGITAL was safe to format at/).waitFor()
    await card.getByRole('button', { name: 'Dismiss: EOS_DIGITAL' }).click()
    await card.waitFor({ state: 'hidden' })

    await scene.window.button('History').click()
    const history = page.getByRole('dialog', { name: 'History' })
    await history.getByText('EOS_DIGITAL was safe to format').first().waitFor()
    expect(await axeFindings(page, 'the history with certificates')).toEqual([])
    await history.getByRole('button', { name: 'Certificate for EOS_DIGITAL' }).first().click()
    const again = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'JSON' }).click()
    const kept = JSON.parse(readFileSync(await (await again).path(), 'utf8'))
    expect(kept).toMatchObject({ storedFiles: 13 })
    expect(scene.window.problems.filter((problem) => !/status of 400/.test(problem))).toEqual([])
  })
})
