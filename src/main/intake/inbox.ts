/** The inbox: copies of files that were dropped onto a page. The queue owns them and deletes each when it is done. */
import { mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

export class Inbox {
  readonly #root: string

  /** @param stateDir absolute path; the copies live in `staging/<batchId>/…` below it */
  constructor(stateDir: string) {
    this.#root = join(stateDir, 'staging')
  }

  /** Makes the folder of one drop and returns its absolute path. */
  open(batchId: string): string {
    const folder = join(this.#root, batchId)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return folder
  }

  /** Deletes an inbox copy and the folders that are empty then; never touches anything outside the inbox. */
  release(path: string): void {
    if (!path.startsWith(this.#root + sep)) return
    rmSync(path, { force: true })
    this.#prune(dirname(path))
  }

  /** Deletes what no item refers to: leftovers of drops that were interrupted. Call it before any drop is open. */
  sweep(referenced: ReadonlySet<string>): void {
    this.#sweepFolder(this.#root, referenced)
  }

  #sweepFolder(folder: string, referenced: ReadonlySet<string>): void {
    for (const entry of readFolder(folder)) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) this.#sweepFolder(path, referenced)
      else if (!referenced.has(path)) rmSync(path, { force: true })
    }
    this.#prune(folder)
  }

  #prune(folder: string): void {
    if (folder === this.#root || !folder.startsWith(this.#root + sep)) return
    try {
      rmdirSync(folder)
    } catch {
      // Not empty, or already gone: either way there is nothing more to prune above it.
      return
    }
    this.#prune(dirname(folder))
  }
}

function readFolder(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
