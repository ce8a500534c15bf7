/** HEIC photos for tests; the files come from make-fixtures.ts. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The bytes of one of the files beside this one. */
export function heic(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`./${name}.heic`, import.meta.url)))
}

/** Writes a file for a test. @returns its absolute path */
export function writeHeic(folder: string, name: string, bytes: Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}
