/** The ledger in one SQLite file, which one server uses at a time. */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { FileRow, Ledger, NewChunk, NewFile, Reservation, TaskPlan, TaskRow } from '../ledger.ts'
import { fileValues, type Row, taskRow, taskValues, type Value } from '../rows.ts'
import { SqlLedger, type Survives } from '../sql-ledger.ts'
import { type StatementName, statementsIn } from '../statements.ts'
import { ledgerError, openError } from './errors.ts'
import { GroupCommit } from './group-commit.ts'
import { migrate } from './schema.ts'

const sql = statementsIn({
  is: (column) => `${column} = ?`,
  bytes: (column) => column,
  replace: 'INSERT OR REPLACE',
})
/** A server that was just killed may hold the lock of its ledger for so long, ms. */
const lockWaitMs = 1_000

/**
 * Opens the ledger and locks it for this process; the system releases the lock when the process dies.
 * @throws UploadError `storage-failed` when another server uses it, or it cannot be read
 */
export function openSqliteLedger(path: string): Ledger {
  try {
    const database = openLocked(path)
    // Many small files rewrite the same few pages: fewer checkpoints are worth 16 MiB of disk.
    database.exec('PRAGMA wal_autocheckpoint = 4000')
    migrate(database)
    return new SqliteLedger(database)
  } catch (thrown) {
    throw openError(path, thrown)
  }
}

/**
 * Locks the file's folder for this process when the ledger itself is elsewhere, so that no other server uses the same files.
 * @throws UploadError `storage-failed` when another server uses the folder
 */
export function lockFolder(path: string): { close(): void } {
  try {
    const database = openLocked(path)
    return { close: () => database.isOpen && database.close() }
  } catch (thrown) {
    throw openError(path, thrown)
  }
}

function openLocked(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: lockWaitMs })
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  // Only a write acquires the lock.
  database.exec('BEGIN IMMEDIATE; COMMIT')
  return database
}

class SqliteLedger extends SqlLedger {
  override readonly claims = undefined
  readonly #database: DatabaseSync
  readonly #commits: GroupCommit
  readonly #statements: Readonly<Record<StatementName, StatementSync>>

  constructor(database: DatabaseSync) {
    super()
    this.#database = database
    this.#commits = new GroupCommit(database)
    const prepared = Object.entries(sql).map(([name, text]) => [name, database.prepare(text)])
    this.#statements = Object.fromEntries(prepared) as Record<StatementName, StatementSync>
  }

  override addAnnounced(task: TaskRow): Promise<TaskRow> {
    return this.#write('crash', () => {
      const open = this.#statements.announcedTask.get(task.relativePath, task.md5, task.announcedChunks)
      if (open !== undefined) return taskRow(open)
      this.#statements.addTask.run(...taskValues(task))
      return task
    })
  }

  override reservePath(taskId: string, storedPath: string): Promise<Reservation> {
    return this.#write('crash', () => {
      const reserver = this.#statements.reserver.get(storedPath)
      if (reserver !== undefined) return reserver.task_id === taskId ? 'reserved' : 'taken'
      return this.#statements.reservePath.run(storedPath, taskId).changes === 0 ? 'gone' : 'reserved'
    })
  }

  override addChunk(
    taskId: string,
    chunk: NewChunk,
    nowMs: number,
    plan?: TaskPlan,
  ): Promise<number | undefined> {
    return this.#write('crash', () => {
      if (plan) this.#statements.setPlan.run(plan.size, plan.chunkSize, plan.unplacedPartial, taskId)
      if (this.#statements.touchTask.run(nowMs, taskId).changes === 0) return undefined
      this.#statements.addChunk.run(taskId, chunk.chunkIndex, chunk.digest)
      return Number(this.#statements.countChunks.get(taskId)?.count)
    })
  }

  override removeChunks(taskId: string, chunkIndexes: readonly number[]): Promise<void> {
    return this.#write('crash', () => {
      for (const index of chunkIndexes) this.#statements.removeChunk.run(taskId, index)
    })
  }

  override commitFile(file: NewFile): Promise<FileRow> {
    return this.#write('power-cut', () => {
      // The name was free a moment ago, so a row at this path belongs to a file that a person has removed.
      this.#statements.forgetFileAt.run(file.storedPath)
      const { lastInsertRowid } = this.#statements.addFile.run(...fileValues(file))
      this.#statements.removeTask.run(file.taskId)
      return { ...file, fileId: Number(lastInsertRowid), damagedAtMs: null, damage: null }
    })
  }

  override commitDuplicate(
    taskId: string,
    fileId: number,
    nowMs: number,
    announcedChunks: number | null,
  ): Promise<void> {
    return this.#write('power-cut', () => {
      this.#statements.addDuplicate.run(taskId, fileId, nowMs, announcedChunks)
      this.#statements.removeTask.run(taskId)
    })
  }

  override async close(): Promise<void> {
    this.#commits.flush()
    if (this.#database.isOpen) this.#database.close()
  }

  protected override async all(name: StatementName, ...values: readonly Value[]): Promise<readonly Row[]> {
    try {
      return this.#statements[name].all(...values)
    } catch (thrown) {
      throw ledgerError(thrown)
    }
  }

  protected override run(
    survives: Survives,
    name: StatementName,
    ...values: readonly Value[]
  ): Promise<void> {
    return this.#write(survives, () => void this.#statements[name].run(...values))
  }

  async #write<Result>(survives: Survives, statements: () => Result): Promise<Result> {
    try {
      return await this.#commits.write(survives, statements)
    } catch (thrown) {
      throw ledgerError(thrown)
    }
  }
}
