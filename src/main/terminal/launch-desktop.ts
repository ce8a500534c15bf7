/** Finds Electron's program and runs the desktop window with it. Never imports electron, which would download it. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { packageRoot } from '../program-files.ts'
import { downloadElectron } from './download-electron.ts'

/** Absolute path of Electron's program, or why there is none: half a sentence without a full stop. */
export type Desktop = { readonly executable: string } | { readonly reason: string }

/** A program that ends with an error sooner than this never opened its window. */
const openedAfterMs = 10_000

/** Whether this machine can show windows at all. */
export function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

/** Downloads Electron's program when it is not there yet. */
export async function findDesktop(): Promise<Desktop> {
  if (!hasDisplay())
    return { reason: 'this machine has no display (DISPLAY and WAYLAND_DISPLAY are not set)' }
  const folder = electronFolder()
  if (folder === null) return { reason: 'the electron package is not installed' }
  const executable = executableIn(folder)
  if (executable) return { executable }
  console.error(
    'Downloading Electron (about 110 MB, once). Press Ctrl-C and run `npm start -- --browser` to go on without it.',
  )
  await downloadElectron({
    program: join(folder, 'install.js'),
    onProgress: (text) => console.error(`Downloading Electron: ${text}`),
    lookMs: 5_000,
  })
  const downloaded = executableIn(folder)
  return downloaded
    ? { executable: downloaded }
    : { reason: "Electron can't be downloaded (check the network, then start again)" }
}

/**
 * Runs the window until it is closed.
 * @param executable absolute path of Electron's program
 * @param flags for the desktop's entry, such as `--state=DIR`
 * @returns null when the window opened, else why it did not
 */
export async function runDesktop(executable: string, flags: readonly string[]): Promise<string | null> {
  const startedAtMs = Date.now()
  const child = spawn(executable, [packageRoot, ...flags], { stdio: 'inherit' })
  const failure = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(code === 0 ? null : `Electron ended with ${signal ?? code}`))
  })
  return Date.now() - startedAtMs < openedAfterMs ? failure : null
}

function electronFolder(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    return null
  }
}

/** Looks where electron's own index.js looks: path.txt names the program inside dist. */
function executableIn(folder: string): string | null {
  const pathFile = join(folder, 'path.txt')
  if (!existsSync(pathFile)) return null
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist')
  const executable = join(dist, readFileSync(pathFile, 'utf8'))
  return existsSync(executable) ? executable : null
}
