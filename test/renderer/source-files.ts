/** The window's own source files, for tests that read them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const renderer = fileURLToPath(new URL('../../src/renderer', import.meta.url))

export interface SourceFile {
  /** Below src/renderer. */
  readonly name: string
  readonly text: string
}

export function rendererSources(): SourceFile[] {
  return readdirSync(renderer, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ name: relative(renderer, path), text: readFileSync(path, 'utf8') }))
}
