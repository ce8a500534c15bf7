/** Gives a file its name without ever replacing another file. */
import { orErrno } from './errors.ts'
import type { FileOperations } from './file-operations.ts'

/** What `link` fails with on file systems without hard links. */
const noLinks = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'] as const

export class FileNamer {
  readonly #files: FileOperations
  #lastRename: Promise<unknown> = Promise.resolve()

  constructor(files: FileOperations) {
    this.#files = files
  }

  /**
   * `link` fails when the name is taken, whatever happens at the same time; `rename` would replace the other file.
   * @param from absolute path; still exists afterwards, unless the file system has no hard links
   * @param to absolute path
   */
  async name(from: string, to: string): Promise<'named' | 'taken' | 'no-folder'> {
    const linked = await orErrno(this.#files.link(from, to), 'EEXIST', 'ENOENT', ...noLinks)
    if (linked.errno === undefined) return 'named'
    if (linked.errno === 'EEXIST') return 'taken'
    if (linked.errno === 'ENOENT') return 'no-folder'
    // One at a time: between the check and the rename no other upload may get the name.
    const renamed = this.#lastRename.then(() => this.#rename(from, to))
    this.#lastRename = renamed.catch(() => undefined)
    return renamed
  }

  /** Undoes `name`: the file has its former name alone. */
  async unname(from: string, to: string): Promise<void> {
    const former = await orErrno(this.#files.lstat(from), 'ENOENT')
    if (former.errno === undefined) await this.#files.unlink(to)
    else await this.#files.rename(to, from)
  }

  async #rename(from: string, to: string): Promise<'named' | 'taken'> {
    const existing = await orErrno(this.#files.lstat(to), 'ENOENT')
    if (existing.errno === undefined) return 'taken'
    await this.#files.rename(from, to)
    return 'named'
  }
}
