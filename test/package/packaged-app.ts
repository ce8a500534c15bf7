/**
 * The packaged app, driven from outside: by the debugging port that Chromium opens when asked, since the inspector by which
 * Playwright steers Electron is off in the package.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { expect, onTestFinished, vi } from 'vitest'
import type { Settings } from '../../src/shared/settings.ts'
import { end } from '../crossing/programs.ts'
import { WindowPage } from '../e2e/window-page.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** Absolute path of the folder that `npm run dist` fills on Linux. */
export const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
/** Absolute path of the packaged program. */
export const unpacked = programIn(process.platform)

/** Where electron-builder leaves the program that it packs; folders are named after other processors than x64. */
function programIn(platform: NodeJS.Platform): string {
  const suffix = process.arch === 'x64' ? '' : `-${process.arch}`
  if (platform === 'darwin')
    return join(dist, `mac${suffix}`, 'PhotoFerry.app', 'Contents', 'MacOS', 'PhotoFerry')
  if (platform === 'win32') return join(dist, `win${suffix}-unpacked`, 'PhotoFerry.exe')
  return join(dist, `linux${suffix}-unpacked`, 'photoferry')
}

const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY !== undefined
/** Whether the packaged app can run here. */
export const canRun = hasDisplay && existsSync(unpacked)
if (!canRun) console.log('The packaged app is not tried here: `npm run test:package` makes it.')

/** A user of the system; without one, whoever runs the tests. */
export interface Person {
  readonly uid: number
  readonly gid: number
}

/** The folders of one person, who owns them. */
export interface Home {
  readonly folder: string
  readonly person: Person | null
  readonly userData: string
  readonly library: string
}

/** @param settings what the person has set before */
export function homeOf(person: Person | null, settings: Partial<Settings> = {}): Home {
  const folder = temporaryFolder()
  const userData = join(folder, 'config')
  const state = join(userData, 'state')
  for (const path of [userData, state]) mkdirSync(path)
  writeFileSync(join(state, 'settings.json'), JSON.stringify({ stillSeconds: 0, ...settings }))
  const home = { folder, person, userData, library: join(folder, 'library') }
  give(home)
  return home
}

/** Makes everything below the home the person's own. */
export function give({ folder, person }: Home): void {
  if (person === null) return
  chownSync(folder, person.uid, person.gid)
  execFileSync('chown', ['-R', `${person.uid}:${person.gid}`, folder])
}

export interface PackagedApp {
  readonly window: WindowPage
  readonly child: ChildProcess
  /** Milliseconds from the start of the process until its window could be used. */
  readonly usableAfterMs: number
  kill(signal: NodeJS.Signals): Promise<void>
}

/** Starts it with no program on the path, and as the person; resolves when its window can be used. */
export async function startPackaged(
  home: Home,
  program = unpacked,
  flags: readonly string[] = [],
): Promise<PackagedApp> {
  const { person, userData, library, folder } = home
  // Chromium refuses its sandbox to root.
  const sandbox = person === null && process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const folders = [`--user-data-dir=${userData}`, `--library=${library}`]
  // Where tests run there is no graphics processor, and Chromium, which tries it, halts pages now and then.
  const own = [...folders, '--remote-debugging-port=0', '--disable-gpu']
  const startedMs = Date.now()
  const child = spawn(program, [...sandbox, ...own, ...flags], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: environmentOf(folder),
    ...(person ?? {}),
  })
  onTestFinished(() => end(child, 'SIGKILL'))
  const address = await debuggingAddress(child)
  await loadedPage(new URL(address))
  const browser = await chromium.connectOverCDP(address)
  const page = browser.contexts()[0]?.pages()[0]
  if (page === undefined) throw new Error('The packaged app has no window.')
  page.setDefaultTimeout(40_000)
  await page.getByRole('button', { name: 'Settings' }).waitFor()
  return {
    window: new WindowPage(page),
    child,
    usableAfterMs: Date.now() - startedMs,
    kill: (signal) => end(child, signal),
  }
}

/** A page to which somebody attaches before it has loaded can stay halted for ever: it has its title when it has been read. */
function loadedPage({ host }: URL): Promise<void> {
  const isLoaded = async () => {
    const pages: readonly { title: string }[] = await (await fetch(`http://${host}/json/list`)).json()
    expect(pages.map(({ title }) => title)).toContain('PhotoFerry')
  }
  return vi.waitFor(isLoaded, { timeout: 40_000 })
}

/** No program is on the path, and on Linux nothing else is inherited but the display. */
function environmentOf(home: string): NodeJS.ProcessEnv {
  const own = { HOME: home, PATH: '/nonexistent', LANG: 'en_GB.UTF-8' }
  const { Path: _, PATH: __, ...others } = process.env
  return process.platform === 'linux' ? { ...own, DISPLAY: process.env.DISPLAY } : { ...others, ...own }
}

async function debuggingAddress(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('Its messages are not read.')
  let log = ''
  for await (const line of createInterface({ input: child.stderr })) {
    const [, address] = /DevTools listening on (ws:.*)$/.exec(line) ?? []
    // What comes later is not wanted, and must not fill the pipe.
    if (address !== undefined) {
      child.stderr.resume()
      return address
    }
    log += `${line}\n`
  }
  await once(child, 'exit').catch(() => undefined)
  throw new Error(`The packaged app ended: ${log}`)
}
