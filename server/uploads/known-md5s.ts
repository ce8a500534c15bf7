/** MD5s of files that came in one chunk, computed on the way in, so that completing them reads nothing back. */

interface KnownMd5 {
  readonly md5: string
  /** The chunk's own digest, hex; the MD5 holds only while the ledger has this very chunk. */
  readonly sha256: string
}

/** Digests are kept until the file is completed; when there are more than this, all are dropped and computed again. */
const maxKnown = 10_000

export class KnownMd5s {
  readonly #known = new Map<string, KnownMd5>()

  remember(taskId: string, known: KnownMd5): void {
    if (this.#known.size >= maxKnown) this.#known.clear()
    this.#known.set(taskId, known)
  }

  /** Returns what is known of the task and forgets it. */
  take(taskId: string): KnownMd5 | undefined {
    const known = this.#known.get(taskId)
    this.#known.delete(taskId)
    return known
  }

  forget(taskId: string): void {
    this.#known.delete(taskId)
  }
}
