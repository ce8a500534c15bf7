/** The built desktop app in a real Electron, where its program and a display are at hand (`npm run test:electron`). */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../temporary-folder.ts'
import { WindowPage } from '../window-page.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const found = findElectron()
if ('reason' in found) console.log(`The desktop app is not tried in a real Electron here: ${found.reason}.`)

/** Whether the tests of the desktop app can run here. */
export const canRun = 'executable' in found

function findElectron(): { executable: string } | { reason: string } {
  const name = process.platform === 'win32' ? 'electron.exe' : 'electron'
  const installed = join(dirname(createRequire(import.meta.url).resolve('electron/package.json')), 'dist')
  const mac = join('Electron.app', 'Contents', 'MacOS', 'Electron')
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? installed
  const executable = join(folder, process.platform === 'darwin' ? mac : name)
  if (!existsSync(executable)) return { reason: "Electron's program has not been fetched" }
  const hasDisplay = process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined
  if (process.platform === 'linux' && !hasDisplay) return { reason: 'there is no display' }
  return existsSync(join(root, 'out', 'main', 'index.js'))
    ? { executable }
    : { reason: 'nothing has been built' }
}

/** The folders of one person: the queue, the library and the window's memory are the test's own. */
export interface DesktopFolders {
  readonly userData: string
  readonly library: string
  /** The photographer's own files. */
  readonly source: string
  /** What is added to the app's environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** @param env added to the app's environment */
export function desktopFolders(env: Readonly<Record<string, string>> = {}): DesktopFolders {
  const folder = temporaryFolder()
  const folders = {
    userData: join(folder, 'user-data'),
    library: join(folder, 'library'),
    source: join(folder, 'home'),
    env,
  }
  mkdirSync(folders.source)
  return folders
}

export interface DesktopApp {
  readonly electron: ElectronApplication
  readonly window: WindowPage
  readonly pid: number
  /** Fulfils with the exit code when the app has ended by itself; null when a signal ended it. */
  readonly ended: Promise<number | null>
  kill(signal: NodeJS.Signals): Promise<void>
}

/** @param flags for the app's entry, such as `--lang=zh-CN` */
export async function startDesktop(
  folders: DesktopFolders,
  flags: readonly string[] = [],
): Promise<DesktopApp> {
  for (let tries = 1; ; tries++) {
    const running = await launch(folders, flags)
    const page = await pageOf(running.electron).catch(() => null)
    if (page !== null) {
      const window = new WindowPage(page)
      onTestFinished(() => expect(window.problems).toEqual([]))
      return { ...running, window }
    }
    if (tries === 3) throw new Error('The window did not come, three times.')
    await running.kill('SIGKILL')
  }
}

async function launch(
  folders: DesktopFolders,
  flags: readonly string[],
): Promise<Omit<DesktopApp, 'window'>> {
  const electron = await _electron.launch({
    executablePath: executable(),
    args: argsFor(folders, flags),
    cwd: root,
    env: { ...process.env, ...folders.env } as Record<string, string>,
  })
  const child = electron.process()
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    await ended
  }
  onTestFinished(() => (child.exitCode === null && child.signalCode === null ? kill('SIGKILL') : undefined))
  return { electron, pid: child.pid ?? Number.NaN, ended, kill }
}

/** Of each window. */
export function isVisible({ electron }: Pick<DesktopApp, 'electron'>): Promise<boolean[]> {
  return electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => window.isVisible()),
  )
}

/** Starts the app once more while it runs, as a person or the system does. @returns the exit code of the second one */
export async function startAgain(
  folders: DesktopFolders,
  flags: readonly string[] = [],
): Promise<number | null> {
  const child = spawn(executable(), argsFor(folders, flags), { cwd: root, stdio: 'ignore' })
  const [code] = await once(child, 'exit')
  return code
}

/**
 * On a busy machine Playwright leaves a page of Electron paused in one of some twenty starts, as it attaches to it: the page has its
 * address, and runs nothing. Without Playwright it never happened.
 * @throws TimeoutError
 */
async function pageOf(electron: ElectronApplication): Promise<Page> {
  const page = await electron.firstWindow()
  page.setDefaultTimeout(40_000)
  await page.getByRole('button', { name: /^(Settings|设置)$/ }).waitFor({ timeout: 20_000 })
  return page
}

/** @throws Error where there is no Electron */
export function executable(): string {
  if ('reason' in found) throw new Error(found.reason)
  return found.executable
}

/** @param flags for the app's entry */
export function argsFor({ userData, library }: DesktopFolders, flags: readonly string[]): string[] {
  // Chromium refuses its sandbox to root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  // Where tests run there is no graphics processor, and Chromium, which tries it, halts pages now and then.
  const own = ['--disable-gpu', `--user-data-dir=${userData}`, `--library=${library}`, '--still=0']
  return [root, ...sandbox, ...own, ...flags]
}
