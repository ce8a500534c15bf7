/** Creates the library's folders and makes their entries durable. Knows paths only. */
import { dirname } from 'node:path'
import { orErrno } from './errors.ts'
import type { FileOperations } from './file-operations.ts'

/** When more folders are known to be durable, all are forgotten and synced once more: that costs time, never safety. */
const maxKnownFolders = 10_000

export class DiskFolders {
  readonly #files: FileOperations
  readonly #root: string
  /** Folders whose own entry in their parent is known to be durable. */
  readonly #durable = new Set<string>()
  readonly #syncs = new Map<string, FolderSync>()

  /** @param root absolute path of a folder that exists and is durable */
  constructor(files: FileOperations, root: string) {
    this.#files = files
    this.#root = root
  }

  /**
   * Creates a folder below the root with all its parents, for the owner only.
   * @returns the topmost folder that was created; undefined when all were there
   */
  async create(folder: string): Promise<string | undefined> {
    // A folder that is missing again was deleted by a person: what was known about durability no longer holds.
    this.#durable.clear()
    const made = await orErrno(this.#files.mkdir(folder, { recursive: true, mode: 0o700 }), 'EEXIST')
    if (made.errno === 'EEXIST') throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
    return made.result
  }

  /** Removes created folders that are still empty, so that another attempt writes their entries once more. */
  async removeEmpty(folder: string, topmost: string): Promise<void> {
    for (let at = folder; at.length >= topmost.length; at = dirname(at)) {
      const gone = await orErrno(this.#files.rmdir(at), 'ENOTEMPTY', 'EEXIST')
      if (gone.errno !== undefined) return
    }
  }

  /** Makes the entries of this folder durable, and those of its parents up to the root. */
  async makeDurable(folder: string): Promise<void> {
    await this.#sync(folder)
    for (let at = folder; at !== this.#root && !this.#durable.has(at); at = dirname(at)) {
      await this.#sync(dirname(at))
      if (this.#durable.size >= maxKnownFolders) this.#durable.clear()
      this.#durable.add(at)
    }
  }

  /** Files that finish at the same time in the same folder share one sync: the next, which starts after all got their names. */
  #sync(folder: string): Promise<void> {
    const running = this.#syncs.get(folder)
    if (running !== undefined) {
      running.next ??= running.current.catch(() => undefined).then(() => this.#begin(folder))
      return running.next
    }
    return this.#begin(folder)
  }

  #begin(folder: string): Promise<void> {
    const sync: FolderSync = { current: this.#fsync(folder), next: undefined }
    this.#syncs.set(folder, sync)
    const forget = () => {
      if (sync.next === undefined) this.#syncs.delete(folder)
    }
    sync.current.then(forget, forget)
    return sync.current
  }

  async #fsync(folder: string): Promise<void> {
    // Windows cannot open folders for syncing; NTFS journals their entries itself.
    if (process.platform === 'win32') return
    const handle = await this.#files.open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
}

interface FolderSync {
  readonly current: Promise<void>
  next: Promise<void> | undefined
}
