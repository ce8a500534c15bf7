/**
 * Keeps damaged files that were replaced: in a folder beside the library, under the paths that they had there. People decide
 * what becomes of them, because what looks like damage may be the work of a program that kept the file's time.
 */
import { dirname, join } from 'node:path'
import { orErrno } from './errors.ts'
import type { FileNamer } from './file-namer.ts'
import type { FileOperations } from './file-operations.ts'
import { DiskFolders } from './folders.ts'

/** How many damaged files of one path are kept. */
const maxSetAside = 1_000

export class DamagedFiles {
  readonly #files: FileOperations
  readonly #namer: FileNamer
  readonly #library: DiskFolders
  readonly #root: string
  readonly #folders: DiskFolders

  /** @param library the folders of the library, from which files are moved @param dataDir absolute path */
  constructor(files: FileOperations, namer: FileNamer, library: DiskFolders, dataDir: string) {
    this.#files = files
    this.#namer = namer
    this.#library = library
    this.#root = join(dataDir, '.photoferry', 'damaged')
    this.#folders = new DiskFolders(files, join(dataDir, '.photoferry'))
  }

  /**
   * Moves a stored file there. Until its new place is durable it keeps its old one too.
   * @param from absolute path @param parts of its path below the library
   * @returns its new absolute path; undefined when there was no such file
   */
  async move(from: string, parts: readonly string[]): Promise<string | undefined> {
    const found = await orErrno(this.#files.lstat(from), 'ENOENT', 'ENOTDIR')
    if (found.errno !== undefined) return undefined
    const to = await this.#name(from, join(this.#root, ...parts))
    await this.#folders.makeDurable(dirname(to))
    await orErrno(this.#files.unlink(from), 'ENOENT')
    await this.#library.makeDurable(dirname(from))
    return to
  }

  async #name(from: string, path: string): Promise<string> {
    await this.#folders.create(dirname(path))
    for (let number = 1; number <= maxSetAside; number += 1) {
      const to = number === 1 ? path : `${path}.${number}`
      if ((await this.#namer.name(from, to)) === 'named') return to
    }
    throw new Error(`${maxSetAside} damaged files are kept as ${path}; remove some`)
  }
}
