/** Builds folders as photographers have them, from a seed, and compares them with what arrived. */
import { createHash } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** A small seeded generator (mulberry32): the same seed gives the same folder, so that a failure can be replayed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A seed for this run, or the one in PHOTOFERRY_SEED; printed, so that the run can be repeated. */
export function announceSeed(what: string): number {
  const seed = Number(process.env.PHOTOFERRY_SEED ?? Math.floor(Math.random() * 2 ** 31))
  console.log(`${what}: PHOTOFERRY_SEED=${seed}`)
  return seed
}

const names = [
  (index: number) => `IMG_${String(index).padStart(4, '0')}.JPG`,
  (index: number) => `新娘和新郎 ${index}.jpg`,
  (index: number) => `first dance ${index} (final, really).cr3`,
  (index: number) => `🎉💍 ${index}.heic`,
  (index: number) => `soirée ${index}.jpg`.normalize('NFC'),
  (index: number) => `soirée ${index}.jpg`.normalize('NFD'),
  (index: number) => `100% #${index}?.nef`,
  (index: number) => `.hidden ${index}.xmp`,
]
const folders = ['', 'card 1', 'card 1/DCIM/100CANON', '仪式', 'soirée/très tard', 'a/b/c/d/e/f/g/h']

/**
 * Writes `count` files below `root`; sizes from 0 bytes to `largest`, most of them small.
 * @returns bytes written
 */
export function makePhotoFolder(root: string, count: number, largest: number, random: () => number): number {
  let total = 0
  for (let index = 0; index < count; index++) {
    const name = names[index % names.length]?.(index) ?? String(index)
    const folder = folders[Math.floor(random() * folders.length)] ?? ''
    const size = index === 0 ? 0 : index === 1 ? largest : 16 + Math.floor(largest * 0.2 * random() ** 6)
    writeRandomFile(join(root, folder, name), size, random)
    total += size
  }
  return total
}

/** Writes a file of pseudo-random bytes, with a time in the past as a camera would have set it. */
export function writeRandomFile(path: string, size: number, random: () => number): void {
  mkdirSync(dirname(path), { recursive: true })
  const file = openSync(path, 'w')
  const block = Buffer.from(
    Uint32Array.from({ length: Math.min(1 << 18, Math.ceil(size / 4) + 2) }, () => random() * 2 ** 32).buffer,
  )
  for (let written = 0; written < size; ) {
    // No two blocks alike: a chunk in the wrong place must show.
    block.writeUInt32LE(Math.floor(random() * 2 ** 32), 0)
    block.writeUInt32LE(written, 4)
    written += writeSync(file, block, 0, Math.min(block.length, size - written))
  }
  closeSync(file)
  const takenAt = 1_700_000_000 + Math.floor(random() * 1e7)
  utimesSync(path, takenAt, takenAt)
}

/** Every file below `root`: relative path -> digest, size and time. */
export function fingerprint(root: string): Map<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path): [string, string] => [relative(root, path), describeFile(path)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

function describeFile(path: string): string {
  const { size, mtimeMs } = statSync(path)
  return `${createHash('sha256').update(readFileSync(path)).digest('hex')} ${size} ${Math.round(mtimeMs)}`
}
