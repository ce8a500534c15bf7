/**
 * Files that once failed to sync. The system may have dropped what was written to them and still show it, or show zeros, and
 * their next sync succeeds all the same: none of them is ever read as good (R1, docs/promises.md).
 */
import type { Stats } from 'node:fs'

type Identity = Pick<Stats, 'dev' | 'ino'>

export class UnsyncedFiles {
  readonly #known = new Set<string>()

  get isEmpty(): boolean {
    return this.#known.size === 0
  }

  /** Until it is removed, the file counts as lost. */
  add(file: Identity): void {
    this.#known.add(keyOf(file))
  }

  has(file: Identity): boolean {
    return this.#known.has(keyOf(file))
  }

  /** Its last name is gone: the system may give its number to a new file. */
  remove(file: Identity): void {
    this.#known.delete(keyOf(file))
  }
}

function keyOf({ dev, ino }: Identity): string {
  return `${dev} ${ino}`
}
