/** Finds out whether the desktop window can be had here, and opens it; never imports electron, which would fetch it. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { packageRoot } from '../program-files.ts'

/** Electron's program, or why there is none: half a sentence without a full stop. */
export type Desktop = { readonly executable: string } | { readonly reason: string }

/** The first start fetches Electron's program, about 110 MB; a closed network must not hold the start up for long. */
const fetchTimeoutMs = 40_000
/** A window that ends sooner than this, with an error, never opened. */
const openedAfterMs = 10_000

/** Whether this machine can show windows at all. */
export function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

export async function findDesktop(): Promise<Desktop> {
  if (!hasDisplay())
    return { reason: 'this machine has no display (neither DISPLAY nor WAYLAND_DISPLAY is set)' }
  const folder = electronFolder()
  if (folder === null) return { reason: 'the package electron is not installed' }
  const executable = executableIn(folder)
  if (executable) return { executable }
  console.error('Fetching Electron, once …')
  await fetchElectron(folder)
  const fetched = executableIn(folder)
  return fetched
    ? { executable: fetched }
    : { reason: "Electron's program could not be fetched; check the network and start again" }
}

/**
 * Runs the window until it is closed.
 * @param flags for the desktop's entry, such as `--state=DIR`
 * @returns null when it was open, else why it was not
 */
export async function runDesktop(executable: string, flags: readonly string[]): Promise<string | null> {
  const startedAtMs = Date.now()
  const child = spawn(executable, [packageRoot, ...flags], { stdio: 'inherit' })
  const ended = await new Promise<string | null>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(code === 0 ? null : `Electron ended with ${signal ?? code}`))
  })
  return Date.now() - startedAtMs < openedAfterMs ? ended : null
}

function electronFolder(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    return null
  }
}

/** As electron's own index.js finds it: path.txt names the program inside dist. */
function executableIn(folder: string): string | null {
  const pathFile = join(folder, 'path.txt')
  if (!existsSync(pathFile)) return null
  const dist = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist')
  const executable = join(dist, readFileSync(pathFile, 'utf8'))
  return existsSync(executable) ? executable : null
}

async function fetchElectron(folder: string): Promise<void> {
  const child = spawn(process.execPath, [join(folder, 'install.js')], {
    stdio: 'ignore',
    timeout: fetchTimeoutMs,
  })
  await new Promise((resolve) => {
    child.once('error', resolve)
    child.once('exit', resolve)
  })
}
