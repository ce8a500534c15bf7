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
import { onTestFinished } from 'vitest'
import type { Settings } from '../../src/shared/settings.ts'
import { end } from '../crossing/programs.ts'
import { WindowPage } from '../e2e/window-page.ts'
import { temporaryFolder } from '../temporary-folder.ts'

/** Absolute path of the folder that `npm run dist` fills on Linux. */
export const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
/** Absolute path of the packaged program. */
export const unpacked = join(dist, 'linux-unpacked', 'photoferry')

/** Whether the packaged app can run here. */
export const canRun =
  process.platform === 'linux' && process.env.DISPLAY !== undefined && existsSync(unpacked)
if (!canRun) console.log('The packaged app is not tried here: `npm run test:package` makes it, on Linux.')

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
  /** Milliseconds from the start of the process until the window's page said that it has painted something. */
  readonly firstPaintMs: number
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
  const own = [`--user-data-dir=${userData}`, `--library=${library}`, '--remote-debugging-port=0']
  const startedMs = Date.now()
  const child = spawn(program, [...sandbox, ...own, ...flags], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { HOME: folder, DISPLAY: process.env.DISPLAY, PATH: '/nonexistent', LANG: 'en_GB.UTF-8' },
    ...(person ?? {}),
  })
  onTestFinished(() => end(child, 'SIGKILL'))
  const browser = await chromium.connectOverCDP(await debuggingAddress(child))
  const [context] = browser.contexts()
  if (context === undefined) throw new Error('The packaged app has no window.')
  // Its window may come before or after the port.
  const page = context.pages()[0] ?? (await context.waitForEvent('page'))
  page.setDefaultTimeout(20_000)
  await page.getByRole('button', { name: 'Settings' }).waitFor()
  const paintedAtMs = await page.evaluate(() => {
    const [first] = performance.getEntriesByType('paint')
    return performance.timeOrigin + (first?.startTime ?? Number.NaN)
  })
  return {
    window: new WindowPage(page),
    child,
    firstPaintMs: Math.round(paintedAtMs - startedMs),
    kill: (signal) => end(child, signal),
  }
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
