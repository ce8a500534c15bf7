/** One browser for all test files of a process; for each test a folder, the app, pages without problems. */
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { fingerprint } from '../crossing/photo-folder.ts'
import { type ServerProcess, serve } from '../crossing/programs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { type AppFolders, type AppProcess, cli, startApp } from './app-process.ts'
import { launchChromium } from './chromium.ts'
import { type SlowConnection, slowConnection } from './slow-connection.ts'
import { WindowPage } from './window-page.ts'

const found = existsSync(cli) ? await launchChromium() : { reason: 'nothing has been built' }

/** Whether the tests of the window can run here. */
export const canRun = 'browser' in found
if ('reason' in found) console.log(`The window is not tried in a real browser here: ${found.reason}.`)

/** Small enough to show progress, large enough to keep the overhead low. */
export const chunkBytes = 256 * 1024

export interface Scene extends AppFolders {
  /** Where the test puts the photographer's own files: the home folder. */
  readonly source: string
  app: AppProcess
  readonly window: WindowPage
}

/**
 * Starts the app with a state of its own and opens its window.
 * @param shownHome another name for the home folder, for pictures; an absolute path where nothing is yet
 * @param settings as for `openWindow`
 * @param program see `AppFolders.wrap`
 */
export async function openScene(
  options: BrowserContextOptions = {},
  shownHome?: string,
  settings?: string,
  program: { readonly wrap?: readonly string[] } = {},
): Promise<Scene> {
  const folder = temporaryFolder()
  const source = join(folder, 'home')
  mkdirSync(source)
  if (shownHome !== undefined) {
    symlinkSync(source, shownHome)
    onTestFinished(() => rmSync(shownHome))
  }
  const home = shownHome ?? source
  // In pictures photos lie where they do by default.
  const library = shownHome === undefined ? join(folder, 'library') : join(home, 'Pictures', 'PhotoFerry')
  const folders = { state: join(folder, 'state'), library, home }
  const app = await startApp({ ...folders, ...program })
  return { ...folders, source, app, window: await openWindow(app.url, options, settings) }
}

/**
 * Opens one more window in a browser profile of its own; resolves when it is connected.
 * @param settings what the button of the settings is called in the window's language
 */
export async function openWindow(
  url: string,
  options: BrowserContextOptions = {},
  settings = 'Settings',
): Promise<WindowPage> {
  const window = await watchedPage(options)
  await window.page.goto(url)
  await window.button(settings).and(window.page.locator(':enabled')).waitFor()
  return window
}

async function watchedPage(options: BrowserContextOptions): Promise<WindowPage> {
  if (!('browser' in found)) throw new Error(found.reason)
  const context = await found.browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    ...options,
  })
  onTestFinished(() => context.close())
  context.setDefaultTimeout(40_000)
  const window = new WindowPage(await context.newPage())
  await window.watchViolations()
  onTestFinished(() => expect(window.problems).toEqual([]))
  return window
}

export interface FarServer extends ServerProcess {
  readonly connection: SlowConnection
  /** Every stored file: path -> digest, size and time. */
  stored(): Map<string, string>
}

/** Another server behind a slow connection; it must still be set in the app. */
export async function farServer(scene: Scene, bytesPerSecond: number): Promise<FarServer> {
  const data = join(scene.state, '..', 'far')
  const server = await serve(data, { args: ['--chunk-size', String(chunkBytes)] })
  const connection = await slowConnection(server.port, bytesPerSecond)
  return { ...server, connection, stored: () => fingerprint(join(data, 'uploads')) }
}

/** Files and folders as they are dragged out of a file manager. */
export async function dropOnto(page: Page, paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [...paths], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 640, y: 400, data })
  }
  await session.detach()
}
