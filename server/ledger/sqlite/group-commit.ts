/** Groups the writes of one turn of the event loop into one transaction, so that many small files share one disk sync. */
import type { DatabaseSync } from 'node:sqlite'
import type { Survives } from '../sql-ledger.ts'

interface PendingWrite {
  readonly survives: Survives

  /** Runs the statements; returns what resolves the caller's promise once the transaction is durable. */
  readonly apply: () => () => void
  readonly fail: (reason: unknown) => void
}

export class GroupCommit {
  readonly #database: DatabaseSync
  #pending: PendingWrite[] = []
  #level: Survives = 'power-cut'

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  /** Runs the statements in the next transaction; resolves once they survive what they should. @throws SQLite's error */
  write<Result>(survives: Survives, statements: () => Result): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const apply = () => {
        const result = statements()
        return () => resolve(result)
      }
      this.#pending.push({ survives, apply, fail: reject })
      if (this.#pending.length === 1) setImmediate(() => this.flush())
    })
  }

  /** Commits all pending writes now. */
  flush(): void {
    const writes = this.#pending
    if (writes.length === 0) return
    this.#pending = []
    const report: Array<() => void> = []
    try {
      this.#setLevel(writes.some((write) => write.survives === 'power-cut') ? 'power-cut' : 'crash')
      this.#database.exec('BEGIN IMMEDIATE')
      for (const write of writes) report.push(this.#applyOne(write))
      this.#database.exec('COMMIT')
    } catch (thrown) {
      this.#undo()
      for (const write of writes) write.fail(thrown)
      return
    }
    for (const reportOne of report) reportOne()
  }

  #undo(): void {
    try {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
    } catch {
      // The database is closed or its disk is gone: nothing was committed, and the next transaction retries the rollback.
    }
  }

  /** In WAL mode, FULL syncs at every commit; NORMAL leaves that to the next FULL commit or to the system. */
  #setLevel(level: Survives): void {
    if (level === this.#level) return
    this.#database.exec(`PRAGMA synchronous = ${level === 'power-cut' ? 'FULL' : 'NORMAL'}`)
    this.#level = level
  }

  /** One caller's failure undoes only its own statements. */
  #applyOne(write: PendingWrite): () => void {
    this.#database.exec('SAVEPOINT one')
    try {
      const resolve = write.apply()
      this.#database.exec('RELEASE one')
      return resolve
    } catch (thrown) {
      // A full disk has already ended the whole transaction: then no write happened.
      if (!this.#database.isTransaction) throw thrown
      this.#database.exec('ROLLBACK TO one; RELEASE one')
      return () => write.fail(thrown)
    }
  }
}
