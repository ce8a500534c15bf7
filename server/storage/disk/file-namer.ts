/** Gives a file its name without ever replacing another; the disk store's own. */
import { orErrno } from './errors.ts'
import type { DiskFiles } from './file-operations.ts'

/** What link answers where a file system has no hard links. */
const noLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'] as const

export class DiskNames {
  readonly #files: DiskFiles
  #renaming: Promise<unknown> = Promise.resolve()

  constructor(files: DiskFiles) {
    this.#files = files
  }

  /**
   * link fails when the name is taken, whatever else is going on; rename would replace what is there.
   * @param from absolute path; still there afterwards, unless the file system has no hard links
   * @param to absolute path
   */
  async give(from: string, to: string): Promise<'named' | 'taken' | 'no-folder'> {
    const linked = await orErrno(this.#files.link(from, to), 'EEXIST', 'ENOENT', ...noLinks)
    if (linked.errno === undefined) return 'named'
    if (linked.errno === 'EEXIST') return 'taken'
    if (linked.errno === 'ENOENT') return 'no-folder'
    // One after the other: between the look and the rename no other upload may take the name.
    const renamed = this.#renaming.then(() => this.#rename(from, to))
    this.#renaming = renamed.catch(() => undefined)
    return renamed
  }

  async #rename(from: string, to: string): Promise<'named' | 'taken'> {
    const there = await orErrno(this.#files.lstat(to), 'ENOENT')
    if (there.errno === undefined) return 'taken'
    await this.#files.rename(from, to)
    return 'named'
  }
}
