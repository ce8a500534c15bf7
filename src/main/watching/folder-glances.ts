/**
 * Finds files that came to a folder that the system tells nothing of, such as one on a network drive: the time of a folder
 * changes when a name comes to it or leaves it, so folders alone are looked at, and only those are listed that changed.
 * What changes inside a file is found when all is read again.
 */
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Folders looked at together: hides the latency of a network without flooding it. */
const atOnce = 16
/** Times on a network drive may be whole seconds: a name that came in the same one is found by listing so many times more. */
const timesMore = 3

interface Known {
  /** ms since 1970; -1 before it was looked at. */
  mtimeMs: number
  listings: number
}

export class FolderGlances {
  readonly #known = new Map<string, Known>()

  /** A folder is there. @param path absolute */
  note(path: string): void {
    if (!this.#known.has(path)) this.#known.set(path, { mtimeMs: -1, listings: 0 })
  }

  /** Forgets all folders. */
  clear(): void {
    this.#known.clear()
  }

  /**
   * Paths of files that came since the last glance.
   * @param isNew whether a path is not known yet
   * @param isLitter whether a file or folder of that path is none of the person's
   */
  async look(isNew: (path: string) => boolean, isLitter: (path: string) => boolean): Promise<string[]> {
    const found: string[] = []
    let folders = [...this.#known.keys()]
    while (folders.length > 0) {
      const some = folders.slice(0, atOnce)
      folders = folders.slice(atOnce)
      for (const entries of await Promise.all(some.map((folder) => this.#changed(folder)))) {
        for (const { path, entry } of entries) {
          if (isLitter(path)) continue
          if (!entry.isDirectory()) {
            if (isNew(path)) found.push(path)
          } else if (!this.#known.has(path)) {
            this.note(path)
            folders.push(path)
          }
        }
      }
    }
    return found
  }

  /** What is in a folder that has changed; nothing where it has not. */
  async #changed(folder: string): Promise<readonly { readonly path: string; readonly entry: Dirent }[]> {
    const known = this.#known.get(folder)
    const stats = await stat(folder).catch(() => null)
    if (known === undefined || stats === null) {
      this.#known.delete(folder)
      return []
    }
    if (stats.mtimeMs !== known.mtimeMs) known.listings = timesMore + 1
    known.mtimeMs = stats.mtimeMs
    if (known.listings === 0) return []
    known.listings--
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    return entries.map((entry) => ({ path: join(folder, entry.name), entry }))
  }
}
