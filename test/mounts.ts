/** Real drives for tests on Linux: a memory file system or an image in a loop device, mounted, moved and pulled out. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Why nothing can be mounted here; null where it can. */
function mountProblem(): string | null {
  if (process.platform !== 'linux') return 'only Linux mounts without a person'
  const folder = mkdtempSync(join(tmpdir(), 'photoferry-mount-'))
  try {
    run('mount', '-t', 'tmpfs', 'tmpfs', folder)
    run('umount', folder)
    return null
  } catch {
    return 'mounting is not permitted here (it takes root)'
  } finally {
    rmdirSync(folder)
  }
}

/** Room for some photos; as a sparse file it takes no more than they do. */
const imageBytes = 64 << 20

const problem = mountProblem()
export const canMount = problem === null
if (problem !== null) console.warn(`Tests with real drives are skipped: ${problem}.`)

/** Mounts a new, empty memory file system. @param place absolute; made where it is not there */
export function mountMemory(place: string): string {
  return mountAt(place, '-t', 'tmpfs', 'tmpfs')
}

/** A new, empty ext4 image; it can be mounted again after it was pulled out. @param path absolute */
export function makeImage(path: string, label: string): string {
  writeFileSync(path, '')
  truncateSync(path, imageBytes)
  run('mkfs.ext4', '-q', '-L', label, path)
  return path
}

/** Mounts an image through a loop device. @returns the device's path */
export function mountImage(image: string, place: string): string {
  mountAt(place, '-o', 'loop', image)
  return run('findmnt', '-n', '-o', 'SOURCE', place).trim()
}

/** As a person pulls out a card: files may be open. The empty folder goes too, as the desktop does it. */
export function pullOut(place: string): void {
  run('umount', '-l', place)
  rmSync(place, { recursive: true, force: true })
}

/** The same drive, at another path from now on. */
export function moveMount(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  run('mount', '--bind', from, to)
  unmountAtEnd(to)
  pullOut(from)
}

function mountAt(place: string, ...how: readonly string[]): string {
  mkdirSync(place, { recursive: true })
  run('mount', ...how, place)
  unmountAtEnd(place)
  return place
}

function unmountAtEnd(place: string): void {
  onTestFinished(() => {
    try {
      run('umount', '-l', place)
    } catch {
      // The test has pulled it out.
    }
  })
}

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
