/** Folders of files as the benches send them, from a seed: the same in every run. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seeded, writeRandomFile } from '../../crossing/photo-folder.ts'
import { mebibyte } from '../../process-memory.ts'
import type { Cargo } from './crossing.ts'

/** Bytes of one file. */
type SizeOf = (random: () => number) => number

export const sizes = {
  small: (random) => 20_000 + Math.floor(random() * 80_000),
  raw: (random) => 2_000_000 + Math.floor(random() * 6_000_000),
  /** Of ten files six JPEGs of some 300 kB, three RAWs, and now and then a clip. */
  mixed: (random) => {
    const kind = random()
    if (kind < 0.69) return 100_000 + Math.floor(random() * 400_000)
    return kind < 0.99 ? 2_000_000 + Math.floor(random() * 4_000_000) : 40 * mebibyte
  },
} satisfies Record<string, SizeOf>

/** @param folder an empty folder @returns the files, and the bytes of all of them */
export function loadCargo(folder: string, count: number, sizeOf: SizeOf): Cargo & { readonly bytes: number } {
  const source = join(folder, 'source')
  mkdirSync(source, { recursive: true })
  const random = seeded(1)
  const paths = Array.from({ length: count }, (_, index) => {
    const path = join(source, `IMG_${String(index).padStart(5, '0')}.CR3`)
    const size = sizeOf(random)
    writeRandomFile(path, size, random)
    return { path, size }
  })
  const list = join(folder, 'list')
  writeFileSync(list, paths.map(({ path }) => `${path}\n`).join(''))
  return { source, list, bytes: paths.reduce((sum, { size }) => sum + size, 0) }
}

/** The middle of several figures. */
export function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[figures.length >> 1] ?? Number.NaN
}
