/** A day without a mouse and without a screen: everything is done by keys, and found by what the accessible tree says. */
import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { canRun, farServer, openScene, type Scene } from './scene.ts'
import { ScreenReader } from './screen-reader.ts'

async function connectToStudio(reader: ScreenReader, url: string, token: string): Promise<void> {
  await reader.activate(/^New photos go to this computer.*Change destination$/)
  await reader.activate('Connect to your studio…', 'menuitem', 'ArrowDown')
  await reader.reads('Enter what the studio gave you, or open its invitation file.')
  await reader.find('textbox', 'Server address')
  await reader.type(url)
  await reader.find('textbox', 'Access token')
  await reader.type(token)
  await reader.activate('Connect')
  await reader.reads(/Connected\. New photos go to 127\.0\.0\.1/)
}

async function choosePreset(reader: ScreenReader): Promise<void> {
  await reader.activate('Upload new photos as: Originals')
  await reader.activate('Web gallery', 'menuitemradio', 'ArrowDown')
  await reader.find('button', 'Upload new photos as: Web gallery')
}

/** What a drop is with a mouse. */
async function addFiles(reader: ScreenReader, folder: string): Promise<void> {
  await reader.activate('Add files')
  await reader.reads('Folders on the computer that runs PhotoFerry')
  await reader.find('textbox', 'Folder')
  await reader.press('Control+a')
  await reader.type(folder)
  await reader.press('Enter')
  for (const nth of [1, 2, 3]) {
    await reader.reads(`IMG_${nth}.CR3`)
    await reader.find('button', new RegExp(`^IMG_${nth}\\.CR3`), nth === 1 ? 'Tab' : 'ArrowDown')
    await reader.press('Space')
  }
  await reader.activate('Add 3 files')
}

async function changeServer(reader: ScreenReader): Promise<void> {
  await reader.activate(/New photos go to 127\.0\.0\.1.*Change destination$/)
  await reader.activate('This computer', 'menuitemradio', 'ArrowUp')
  await reader.reads('New photos go to This computer')
  await reader.find('button', /New photos go to this computer/)
}

async function story({ window, source }: Scene, reader: ScreenReader, release: () => void): Promise<void> {
  await addFiles(reader, join(source, 'Day'))
  await reader.reads('Don’t format the card yet: 3 files still to do.')

  await reader.activate('Pause all')
  await reader.find('button', 'Resume all')
  await reader.reads('3 files paused')
  await reader.reads('Resume to continue.')

  renameSync(join(source, 'Day', 'IMG_2.CR3'), join(source, 'away'))
  release()
  await reader.press('Enter')
  await reader.reads('2 of 3 stored · 1 failed')
  await reader.reads('Don’t format the card: 1 file is not stored.')
  await reader.reads(/IMG_2\.CR3, Failed, 0%\. IMG_2\.CR3 is no longer there\. Put it back/)

  renameSync(join(source, 'away'), join(source, 'Day', 'IMG_2.CR3'))
  await reader.activate('Retry all failed')
  await reader.reads('1 file failed')
  await reader.activate('Retry all')
  await reader.reads('All 3 files are stored and verified')
  await reader.reads('Save the receipt before you format the card.')

  const saving = window.page.waitForEvent('download')
  await reader.activate('Save receipt')
  const receipt = readFileSync(await (await saving).path(), 'utf8')
  for (const nth of [1, 2, 3]) expect(receipt).toContain(`IMG_${nth}.CR3`)
}

describe.skipIf(!canRun)('by keyboard alone, from the accessible tree alone', () => {
  it('a studio is connected, a preset chosen, files added, paused, retried, their receipt saved, the server changed', async () => {
    const scene = await openScene({ acceptDownloads: true })
    for (const nth of [1, 2, 3]) {
      writeRandomFile(join(scene.source, 'Day', `IMG_${nth}.CR3`), 600_000, seeded(nth))
    }
    const server = await farServer(scene, Number.POSITIVE_INFINITY)
    const reader = await ScreenReader.of(scene.window.page)
    await reader.reads('Drop photos or folders here')
    await reader.reads('Right now they go to this computer')
    await connectToStudio(reader, server.connection.url, server.token)
    await choosePreset(reader)
    server.connection.setPace(0)
    await story(scene, reader, () => server.connection.setPace(Number.POSITIVE_INFINITY))
    expect([...server.stored().keys()].map((path) => path.split('/').at(-1)).sort()).toEqual(
      [1, 2, 3].map((nth) => `IMG_${nth}.CR3`),
    )
    await changeServer(reader)
  }, 120_000)
})
