/** Finds the plain Node that runs the bundled server and the workers. Electron's own program has other fuses and libraries. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { app } from 'electron'

/** @returns absolute path of the Node that came with PhotoFerry; from source without one, `node`, to be found on the path */
export function findPlainNode(): string {
  const program = process.platform === 'win32' ? 'node.exe' : 'node'
  if (app.isPackaged) return join(process.resourcesPath, program)
  try {
    const path = join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', program)
    return existsSync(path) ? path : program
  } catch {
    return program
  }
}
