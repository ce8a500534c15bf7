/** Finds the plain Node that runs the bundled server; Electron's own program would share its fuses and libraries. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Absolute path of the Node that comes with PhotoFerry, or `node` for the one on the path when it did not come. */
export function findPlainNode(): string {
  const program = process.platform === 'win32' ? 'node.exe' : 'node'
  try {
    const path = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', program)
    return existsSync(path) ? path : program
  } catch {
    return program
  }
}
