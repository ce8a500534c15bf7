/** Digests of files that came in one chunk, computed on the way in, so that completing them reads nothing back. */
import type { FileDigests } from '../digests.ts'

/** Digests are kept until the file is completed; when there are more than this, all are dropped and computed again. */
const maxKnown = 10_000

export class KnownDigests {
  readonly #known = new Map<string, FileDigests>()

  /** The file's only chunk is in the ledger with its SHA-256; the digests hold only while this very row is there. */
  remember(taskId: string, digests: FileDigests): void {
    if (this.#known.size >= maxKnown) this.#known.clear()
    this.#known.set(taskId, digests)
  }

  /** Returns what is known of the task and forgets it. */
  take(taskId: string): FileDigests | undefined {
    const known = this.#known.get(taskId)
    this.#known.delete(taskId)
    return known
  }

  forget(taskId: string): void {
    this.#known.delete(taskId)
  }
}
