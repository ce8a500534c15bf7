/**
 * Packages the built app for the system it runs on: `npm run dist`, with electron-builder.yml. On Linux a Debian package; what
 * else is named on the command line, such as `AppImage rpm`, is left to electron-builder, which fetches its tools from GitHub.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canMakeDeb, makeDeb } from './make-deb.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const builder = createRequire(import.meta.url).resolve('electron-builder/cli.js')
const named = process.argv.slice(2)

/** Runs electron-builder, and fails as it does. */
function run(...words: string[]): void {
  execFileSync(process.execPath, [builder, ...words, ...otherElectron()], { cwd: root, stdio: 'inherit' })
}

/** Another Electron than the one in package.json: the folder with its program, as .ci/electron brings it. */
function otherElectron(): string[] {
  const folder = process.env.PHOTOFERRY_ELECTRON
  if (folder === undefined) return []
  const version = readFileSync(join(folder, 'version'), 'utf8').trim()
  return [`-c.electronDist=${folder}`, `-c.electronVersion=${version}`]
}

if (process.platform === 'linux') {
  run('--linux', 'dir')
  const suffix = process.arch === 'x64' ? '' : `-${process.arch}`
  const unpacked = join(root, 'dist', `linux${suffix}-unpacked`)
  if (canMakeDeb()) console.log(await makeDeb(unpacked, join(root, 'dist')))
  else console.log('No Debian package was made: dpkg-deb is not installed here.')
  if (named.length > 0) run('--linux', ...named, '--prepackaged', unpacked)
} else run(...named)
