/** Syncs large partials while their chunks come in, so that the sync at their end has little left to write. */

import type { FileOperations } from './file-operations.ts'
import { openExisting } from './open-files.ts'
import { syncFile } from './seal-file.ts'
import type { UnsyncedFiles } from './unsynced-files.ts'

/** So many more bytes are worth a sync: smaller files are synced once, at their end. */
const stepBytes = 32 * 1024 * 1024

interface Progress {
  /** Bytes that had arrived when the last sync was begun. */
  syncedTo: number
  running: Promise<void> | undefined
}

export class SyncBehind {
  readonly #files: FileOperations
  readonly #unsynced: UnsyncedFiles
  readonly #progress = new Map<string, Progress>()

  constructor(files: FileOperations, unsynced: UnsyncedFiles) {
    this.#files = files
    this.#unsynced = unsynced
  }

  /** @param end bytes that have arrived @param path absolute path of the task's partial */
  advance(taskId: string, path: string, end: number): void {
    const progress = this.#progress.get(taskId) ?? { syncedTo: 0, running: undefined }
    if (progress.running !== undefined || end - progress.syncedTo < stepBytes) return
    this.#progress.set(taskId, progress)
    progress.syncedTo = end
    progress.running = this.#sync(path).then(() => {
      progress.running = undefined
    })
  }

  /** Fulfils when no sync of the partial is running: whether one has failed is known then. */
  async settled(taskId: string): Promise<void> {
    await this.#progress.get(taskId)?.running
    this.#progress.delete(taskId)
  }

  forget(taskId: string): void {
    this.#progress.delete(taskId)
  }

  /** Never rejects: a failure is noted where the file's end looks for it. */
  async #sync(path: string): Promise<void> {
    const file = await openExisting(this.#files, path).catch(() => undefined)
    if (file === undefined) return
    try {
      await syncFile(file, await file.stat(), this.#unsynced)
    } catch {
      // What cannot be looked at now is looked at, and reported, when the file is sealed.
    } finally {
      await file.close().catch(() => undefined)
    }
  }
}
