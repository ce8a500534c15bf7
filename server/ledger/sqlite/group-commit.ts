/** Groups the writes of one turn of the event loop into one transaction, so that many small files share one disk sync. */
import type { DatabaseSync } from 'node:sqlite'
import type { Survives } from '../sql-batches.ts'
import { isFailedSync, isFull } from './errors.ts'

interface WriteOptions {
  readonly survives: Survives
  /** It gives room back: tried once more where the disk is full. */
  readonly freesRoom?: boolean
}

interface PendingWrite extends WriteOptions {
  /** Runs the statements; returns what resolves the caller's promise once the transaction is durable. */
  readonly apply: () => () => void
  readonly fail: (reason: unknown) => void
}

interface Surroundings {
  /** Makes some room on a full disk. */
  makeRoom(): void
  /** A transaction failed to sync: the database must be written anew before anything else is written to it. */
  onFailedSync(): void
  /** A transaction was committed. */
  onCommit(): void
}

export class GroupCommit {
  readonly #surroundings: Surroundings
  #database: DatabaseSync
  #pending: PendingWrite[] = []
  #level: Survives = 'power-cut'

  /** @param database with `synchronous = FULL` */
  constructor(database: DatabaseSync, surroundings: Surroundings) {
    this.#database = database
    this.#surroundings = surroundings
  }

  /** From now on writes go to this database. @param database with `synchronous = FULL` */
  use(database: DatabaseSync): void {
    this.#database = database
    this.#level = 'power-cut'
  }

  /** Runs the statements in the next transaction; resolves once they survive what they should. @throws SQLite's error */
  write<Result>(options: WriteOptions, statements: () => Result): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const apply = () => {
        const result = statements()
        return () => resolve(result)
      }
      this.#pending.push({ ...options, apply, fail: reject })
      if (this.#pending.length === 1) setImmediate(() => this.flush())
    })
  }

  /** Commits all pending writes now. */
  flush(): void {
    const writes = this.#pending
    if (writes.length === 0) return
    this.#pending = []
    const failure = this.#commit(writes)
    if (failure === undefined) return
    const again = isFull(failure.reason) ? writes.filter((write) => write.freesRoom === true) : []
    for (const write of writes) if (!again.includes(write)) write.fail(failure.reason)
    if (again.length === 0) return
    this.#surroundings.makeRoom()
    const second = this.#commit(again)
    if (second !== undefined) for (const write of again) write.fail(second.reason)
  }

  /** @returns why nothing was committed; undefined when it was */
  #commit(writes: readonly PendingWrite[]): { readonly reason: unknown } | undefined {
    const report: Array<() => void> = []
    try {
      this.#setLevel(writes.some((write) => write.survives === 'power-cut') ? 'power-cut' : 'crash')
      this.#database.exec('BEGIN IMMEDIATE')
      for (const write of writes) report.push(this.#applyOne(write))
      this.#database.exec('COMMIT')
    } catch (reason) {
      this.#undo()
      if (isFailedSync(reason)) this.#surroundings.onFailedSync()
      return { reason }
    }
    for (const reportOne of report) reportOne()
    this.#surroundings.onCommit()
    return undefined
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
