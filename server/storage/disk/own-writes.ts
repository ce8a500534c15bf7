/**
 * Whether somebody else has written to a partial since this server did. Digests that were computed while its bytes came hold
 * only for what this server wrote; while several chunks are being written at once, nobody can tell who did.
 */
import type { FileHandle } from 'node:fs/promises'
import type { FileOperations } from './file-operations.ts'

interface Partial {
  /** Chunks that are being written. */
  writers: number
  /** When the partial last changed by this server's hand, ns since 1970; undefined before that. */
  changedNs: bigint | undefined
  isTouched: boolean
}

export class OwnWrites {
  readonly #files: FileOperations
  readonly #partials = new Map<string, Partial>()

  constructor(files: FileOperations) {
    this.#files = files
  }

  /** A chunk is about to be written. @param path absolute path of the task's partial */
  async begin(taskId: string, path: string): Promise<void> {
    const partial = this.#partials.get(taskId) ?? { writers: 0, changedNs: undefined, isTouched: false }
    this.#partials.set(taskId, partial)
    partial.writers += 1
    if (partial.writers === 1) await this.#compare(partial, path)
  }

  /** The chunk is written, or was given up. @param handle of the partial, still open; undefined where it could not be opened */
  async end(taskId: string, handle: FileHandle | undefined): Promise<void> {
    const partial = this.#partials.get(taskId)
    const found = await handle?.stat({ bigint: true }).catch(() => undefined)
    if (partial === undefined) return
    partial.writers -= 1
    if (partial.writers === 0) partial.changedNs = found?.ctimeNs ?? partial.changedNs
  }

  /** Whether anybody else has written to the partial, as far as can be seen. @param path absolute path of the partial */
  async isTouched(taskId: string, path: string): Promise<boolean> {
    const partial = this.#partials.get(taskId)
    if (partial === undefined) return false
    if (partial.writers === 0) await this.#compare(partial, path)
    return partial.isTouched
  }

  /** The partial is gone. */
  forget(taskId: string): void {
    this.#partials.delete(taskId)
  }

  async #compare(partial: Partial, path: string): Promise<void> {
    if (partial.changedNs === undefined) return
    // What cannot be looked at now may be anything; reading it back will tell.
    const found = await this.#files.lstat(path, { bigint: true }).catch(() => undefined)
    if (found?.ctimeNs !== partial.changedNs) partial.isTouched = true
  }
}
