/** Checks that nothing is missing from a log: replayed as a whole, it must give the recorded folder. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crashState } from './crash-state.ts'
import { DiskModel } from './disk-model.ts'
import { randomFrom } from './random.ts'
import type { Operation } from './read-log.ts'

/** @throws Error that names what differs */
export function assertComplete(operations: readonly Operation[], root: string): void {
  const disk = new DiskModel()
  for (const operation of operations) disk.apply(operation)
  const { files, folders } = crashState(disk, randomFrom(0), 'all')
  const found = readdirSync(root, { recursive: true, withFileTypes: true })
  const paths = found.map((entry) => ({
    entry,
    path: join(entry.parentPath, entry.name).slice(root.length + 1),
  }))
  for (const { entry, path } of paths) {
    if (
      entry.isDirectory()
        ? folders.includes(path)
        : files.get(path)?.bytes.equals(readFileSync(join(root, path)))
    ) {
      continue
    }
    throw new Error(`The log does not lead to ${path} as it is.`)
  }
  if (paths.length !== files.size + folders.length) {
    const there = new Set(paths.map(({ path }) => path))
    const extra = [...files.keys(), ...folders].filter((path) => !there.has(path))
    throw new Error(`The log leads to files that are not there: ${extra.join(', ')}.`)
  }
}
