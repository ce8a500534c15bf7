/** The built desktop app in a real Electron, where its program and a display are at hand. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { _electron, type ElectronApplication } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const reason = whyNot()
if (reason !== null) console.log(`The desktop app is not tried in a real Electron here: ${reason}.`)

function whyNot(): string | null {
  const electron = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  if (!existsSync(join(electron, 'path.txt')) || !existsSync(join(electron, 'dist'))) {
    return "Electron's program has not been fetched"
  }
  const hasDisplay = process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined
  if (process.platform === 'linux' && !hasDisplay) return 'there is no display'
  return existsSync(join(root, 'out', 'main', 'index.js')) ? null : 'nothing has been built'
}

let dir: string
let electronApp: ElectronApplication
beforeAll(async () => {
  if (reason !== null) return
  dir = await mkdtemp(join(tmpdir(), 'ferry-electron-'))
  await mkdir(join(dir, 'Wedding', 'raw'), { recursive: true })
  for (const name of ['IMG_1.jpg', join('raw', 'IMG_1.CR3')])
    await writeFile(join(dir, 'Wedding', name), name)
  // The queue, the library and the window's memory are this test's own, not the person's.
  const folders = [
    `--user-data-dir=${join(dir, 'user-data')}`,
    `--library=${join(dir, 'library')}`,
    '--still=0',
  ]
  electronApp = await _electron.launch({ args: [root, ...folders] })
})
afterAll(async () => {
  if (reason !== null) return
  await electronApp.close()
  await rm(dir, { recursive: true, force: true })
})

it.skipIf(reason !== null)(
  'adds a folder through the dialog and brings every file to the library',
  async () => {
    const window = await electronApp.firstWindow()
    await window.getByText('Drop photos or folders here').waitFor()
    expect(await window.evaluate(() => typeof Reflect.get(globalThis, 'require'))).toBe('undefined')

    await electronApp.evaluate(
      ({ dialog }, folder) => {
        dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [folder] })
      },
      join(dir, 'Wedding'),
    )
    await window.getByRole('button', { name: 'Choose a folder…' }).click()
    await window.getByText('All files are stored and verified').waitFor()

    const stored = (await readdir(join(dir, 'library'), { recursive: true })).find((path) =>
      path.endsWith('IMG_1.CR3'),
    )
    expect(stored).toMatch(/Wedding.raw.IMG_1\.CR3$/)
    expect(await readFile(join(dir, 'library', stored ?? ''), 'utf8')).toBe(join('raw', 'IMG_1.CR3'))
  },
)
