/**
 * What the libraries with a quota hold, without summing up their files for every offer: the last exact sum, and on top of it
 * all that was admitted since. That is never less than what they hold, so it may admit, but not refuse.
 */

/** Then it is summed up anew: what was deleted makes room, and nothing that went wrong here lasts. 100,000 files take up to 0.4 s. */
const freshMs = 60_000

interface Sum {
  /** Bytes, as summed up. */
  readonly used: number
  /** What was admitted before, but may not be in that sum; less what was admitted until then. */
  readonly since: number
  /** ms since 1970. */
  readonly atMs: number
}

export class QuotaSums {
  /** Library -> bytes that were ever admitted to it; of the whole library, to any. */
  readonly #admitted = new Map<string, number>()
  readonly #sums = new Map<string, Sum>()

  /** Bytes are about to be admitted. @param library empty for the whole library, which grows with all others */
  add(library: string, bytes: number): void {
    for (const one of new Set([library, ''])) this.#admitted.set(one, this.#admittedTo(one) + bytes)
  }

  /** Bytes that a library holds at most; undefined where that is not known well enough. @param nowMs ms since 1970 */
  bound(library: string, nowMs: number): number | undefined {
    const sum = this.#sums.get(library)
    if (sum === undefined || Math.abs(nowMs - sum.atMs) > freshMs) return undefined
    return sum.used + sum.since + this.#admittedTo(library)
  }

  /**
   * Call it before the files are summed up.
   * @param opening bytes that were admitted and may not be in the ledger yet
   * @returns keeps the sum, bytes
   */
  begin(library: string, opening: number, nowMs: number): (used: number) => void {
    const since = opening - this.#admittedTo(library)
    return (used) => this.#sums.set(library, { used, since, atMs: nowMs })
  }

  #admittedTo(library: string): number {
    return this.#admitted.get(library) ?? 0
  }
}
