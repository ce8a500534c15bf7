/** The first moments of the window: what is dropped before it is connected, and where its parts are. */

import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { it } from 'vitest'
import { seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { canRun, dropOnto, openScene } from './scene.ts'

it.skipIf(!canRun)('a drop onto a page that is still connecting arrives', async () => {
  const { source, window } = await openScene()
  const { page } = window
  writeRandomFile(join(source, 'Party', 'IMG_1.jpg'), 1000, seeded(43))
  let letThrough = () => {}
  const opened = new Promise<void>((resolve) => {
    letThrough = resolve
  })
  await page.routeWebSocket(/\/bridge$/, async (socket) => {
    await opened
    socket.connectToServer()
  })
  await page.reload()
  await page.getByText('Connecting to PhotoFerry…').waitFor()
  await dropOnto(page, [join(source, 'Party')])
  await page.getByText(/^Reading folders: 1 file found/).waitFor()
  await wait(200)
  letThrough()
  await window.allStored.waitFor()
  await window.row('IMG_1.jpg', 'Done').waitFor()
})

it.skipIf(!canRun)(
  'the window has its landmarks, and a stored file has a button to download it',
  async () => {
    const { source, window } = await openScene()
    const { page } = window
    await page.getByRole('banner').getByRole('button', { name: 'Add folder' }).waitFor()
    writeRandomFile(join(source, 'Party', 'IMG_1.jpg'), 1000, seeded(47))
    await dropOnto(page, [join(source, 'Party')])
    await page.getByRole('contentinfo').getByText('All files are stored and verified').waitFor()
    await page.getByRole('contentinfo').getByText('Server on this computer').waitFor()

    await window.row('IMG_1.jpg', 'Done').getByRole('button', { name: 'Download' }).waitFor()
  },
)
