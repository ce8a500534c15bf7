/** The app as it is delivered: its fuses, its folder without any program on the path, and the Debian package as a user who is not root. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { fingerprint, seeded, writeRandomFile } from '../crossing/photo-folder.ts'
import { serve } from '../crossing/programs.ts'
import { dropOnto } from '../e2e/scene.ts'
import { slowConnection } from '../e2e/slow-connection.ts'
import { writePhoto } from '../main/images/photos.ts'
import {
  canRun,
  dist,
  give,
  type Home,
  homeOf,
  type PackagedApp,
  type Person,
  startPackaged,
  unpacked,
} from './packaged-app.ts'

const heic = fileURLToPath(new URL('../heic/photo.heic', import.meta.url))

/** Each starts the app twice, which takes long where nothing of it is in memory yet. */
const timeout = { timeout: 240_000 }

/** Uploads a clip through a slow line, kills the app inside it, and starts it again: it goes on where it was. */
async function goesOnInsideAFile(home: Home, start: () => Promise<PackagedApp>): Promise<PackagedApp> {
  const source = join(home.folder, 'Card')
  mkdirSync(source)
  const clip = join(source, 'clip.mov')
  writeRandomFile(clip, 6 << 20, seeded(7))
  give(home)
  const data = join(home.folder, 'far')
  const server = await serve(data, { args: ['--chunk-size', '262144'] })
  const line = await slowConnection(server.port, 1 << 20)
  const app = await start()
  await app.window.setServer(line.url, server.token)
  await dropOnto(app.window.page, [clip])
  const percent = (of: PackagedApp) => of.window.percent(of.window.row('clip.mov'))
  await expect.poll(() => percent(app)).toBeGreaterThan(25)
  await app.kill('SIGKILL')
  const sentBytes = line.sentBytes()
  const again = await start()
  // What the server has is known once it has answered.
  await expect.poll(() => percent(again)).toBeGreaterThan(10)
  line.setPace(Number.POSITIVE_INFINITY)
  await again.window.allStored.waitFor()
  expect(fingerprint(join(data, 'uploads'))).toEqual(fingerprint(source))
  // The whole clip once more would be 6 MiB.
  expect(line.sentBytes() - sentBytes).toBeLessThan(5.5 * (1 << 20))
  return again
}

describe.skipIf(!canRun)('the packaged app', timeout, () => {
  it('runs no other code than its own: fuses that are off and on', async () => {
    const wire = await getCurrentFuseWire(unpacked)
    const stateOf = (option: FuseV1Options) => String.fromCharCode(wire[option] ?? 0)
    expect({
      runAsNode: stateOf(FuseV1Options.RunAsNode),
      nodeOptions: stateOf(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: stateOf(FuseV1Options.EnableNodeCliInspectArguments),
      integrity: stateOf(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyArchive: stateOf(FuseV1Options.OnlyLoadAppFromAsar),
    }).toEqual({ runAsNode: '0', nodeOptions: '0', inspect: '0', integrity: '1', onlyArchive: '1' })
  })

  it('shows thumbnails, converts a HEIC, stores what is dropped, and quits', async () => {
    const home = homeOf(null, { preset: 'web-gallery' })
    const source = join(home.folder, 'Wedding')
    mkdirSync(source)
    cpSync(heic, join(source, 'photo.heic'))
    // Of another name: with the same it would be of one set, in one row.
    await writePhoto(source, 'garden.jpg', { width: 900, height: 600 })
    const app = await startPackaged(home)
    await dropOnto(app.window.page, [source])
    await app.window.allStored.waitFor({ timeout: 60_000 })
    await expect.poll(() => app.window.page.locator('[data-picture] img').count()).toBe(2)
    const stored = [...fingerprint(join(home.library, 'uploads')).keys()].sort()
    expect(stored).toHaveLength(2)
    const [photo] = stored.filter((path) => path.includes('photo'))
    expect(photo).toMatch(/\.jpe?g$/)
    expect([...readFileSync(join(home.library, 'uploads', photo ?? '')).subarray(0, 3)]).toEqual([
      255, 216, 255,
    ])
    console.log(`With no program on the path: the window can be used after ${app.usableAfterMs} ms.`)
    await app.kill('SIGTERM')
    expect(app.child.exitCode).toBe(0)
  })

  it('goes on inside a file after it was killed', async () => {
    const home = homeOf(null)
    await goesOnInsideAFile(home, () => startPackaged(home))
  })
})

const isRoot = process.getuid?.() === 0
const mayInstall = process.platform === 'linux' && canRun && isRoot && !existsSync('/opt/PhotoFerry')

/** Installs the package, and takes it away at the end of the test. */
function install(): string {
  const [deb] = readdirSync(dist).filter((name) => name.endsWith('.deb'))
  if (deb === undefined) throw new Error('There is no Debian package: `npm run dist`.')
  onTestFinished(uninstall)
  execFileSync('dpkg', ['--force-depends', '-i', join(dist, deb)], { stdio: 'pipe' })
  return readlinkSync('/usr/bin/photoferry')
}

function uninstall(): void {
  execFileSync('dpkg', ['--purge', 'photoferry'], { stdio: 'pipe' })
}

/** A user of the system for one test. */
function newPerson(): Person {
  const name = `photoferry-${process.pid}`
  execFileSync('useradd', ['--no-create-home', name])
  onTestFinished(() => vi.waitFor(() => void execFileSync('userdel', [name], { stdio: 'pipe' }), 30_000))
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** How the system confines each of the installed app's pages, as its file `status` says; 2 is a filter of calls. */
function confinementOfPages(): string[] {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return processes.flatMap((name) => {
    const words = readOf(name, 'cmdline')
    if (!words.includes('/opt/PhotoFerry') || !words.includes('--type=renderer')) return []
    return [/^Seccomp:\s+(\d)/m.exec(readOf(name, 'status'))?.[1] ?? '']
  })
}

/** A file about a process; empty when that has ended meanwhile. */
function readOf(process: string, file: string): string {
  try {
    return readFileSync(join('/proc', process, file), 'utf8')
  } catch {
    return ''
  }
}

describe.skipIf(!mayInstall)('the Debian package', timeout, () => {
  it('serves a user who is not root, in Chromium’s sandbox, is killed and goes on, and leaves the queue when it is removed', async () => {
    const program = install()
    expect(statSync('/opt/PhotoFerry/chrome-sandbox').mode & 0o7777).toBe(0o4755)
    const home = homeOf(newPerson())
    const app = await goesOnInsideAFile(home, () => startPackaged(home, program))
    expect(confinementOfPages()).toEqual(['2'])
    await app.kill('SIGTERM')
    uninstall()
    expect(existsSync('/opt/PhotoFerry')).toBe(false)
    expect(existsSync('/usr/bin/photoferry')).toBe(false)
    expect(readdirSync(join(home.userData, 'state'))).toContain('settings.json')
  })
})
