/** PhotoFerry's default folders when it runs without Electron. */
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import envPaths from 'env-paths'
import type { Destination } from '../../shared/destination.ts'

const folders = envPaths('photoferry', { suffix: '' })

/** State of the app in browser mode: absolute path. */
export const appStateDir = join(folders.data, 'state')

/** State of the desktop app, in the folder that Electron calls `userData`: absolute path. */
export const desktopStateDir = join(electronFolder(), 'photoferry', 'state')

/** Library of the bundled server: absolute path. */
export const defaultLibraryDir = join(homedir(), 'Pictures', 'PhotoFerry')

function electronFolder(): string {
  const { APPDATA = join(homedir(), 'AppData', 'Roaming'), XDG_CONFIG_HOME = join(homedir(), '.config') } =
    process.env
  if (process.platform === 'win32') return APPDATA
  return process.platform === 'darwin' ? join(homedir(), 'Library', 'Application Support') : XDG_CONFIG_HOME
}

/**
 * State of one upload command: the same paths to the same server find it again, other commands do not.
 * @param paths absolute; their order does not matter
 * @returns absolute path
 */
export function uploadStateDir(
  serverUrl: string,
  paths: readonly string[],
  destination?: Destination,
): string {
  // Commands of before the flag have the folder that they had.
  const { previews, ...before } = destination ?? {}
  const to = destination === undefined ? [] : [previews ? destination : before]
  const key = JSON.stringify([serverUrl, [...paths].sort(), ...to])
  return join(folders.data, 'uploads', createHash('sha256').update(key).digest('hex').slice(0, 16))
}
