/** Default folders of PhotoFerry when it runs without Electron. */
import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import envPaths from 'env-paths'

const folders = envPaths('photoferry', { suffix: '' })

/** State of the app in browser mode: absolute path. */
export const appStateDir = join(folders.data, 'state')

/** Library of the bundled server: absolute path. */
export const defaultLibraryDir = join(homedir(), 'Pictures', 'PhotoFerry')

/**
 * State of one upload command: the same paths to the same server find it again, other commands do not meet it.
 * @param paths absolute
 */
export function uploadStateDir(serverUrl: string, paths: readonly string[]): string {
  const key = JSON.stringify([serverUrl, [...paths].sort()])
  return join(folders.data, 'uploads', createHash('sha256').update(key).digest('hex').slice(0, 16))
}
