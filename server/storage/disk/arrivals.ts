/** Digests and syncs partials while their chunks come in. */
import type { FileDigests } from '../../digests.ts'
import type { Arrivals, OnBytes } from '../store.ts'
import type { FileOperations } from './file-operations.ts'
import { ReadBehind } from './read-behind.ts'
import { SyncBehind } from './sync-behind.ts'
import type { UnsyncedFiles } from './unsynced-files.ts'

export class DiskArrivals implements Arrivals {
  readonly #pathOf: (taskId: string) => string
  readonly #reads: ReadBehind
  readonly #syncs: SyncBehind

  /** @param pathOf absolute path of a task's partial */
  constructor(files: FileOperations, unsynced: UnsyncedFiles, pathOf: (taskId: string) => string) {
    this.#pathOf = pathOf
    this.#reads = new ReadBehind(pathOf)
    this.#syncs = new SyncBehind(files, unsynced)
  }

  advance(taskId: string, end: number): void {
    this.#reads.advance(taskId, end)
    this.#syncs.advance(taskId, this.#pathOf(taskId), end)
  }

  digests(taskId: string, size: number, onBytes: OnBytes): Promise<FileDigests | undefined> {
    return this.#reads.digests(taskId, size, onBytes)
  }

  forget(taskId: string): void {
    this.#reads.forget(taskId)
    this.#syncs.forget(taskId)
  }

  /** Fulfils when the partial is not being synced: whether a sync of it has failed is known then. */
  synced(taskId: string): Promise<void> {
    return this.#syncs.settled(taskId)
  }

  close(): Promise<void> {
    return this.#reads.close()
  }
}
