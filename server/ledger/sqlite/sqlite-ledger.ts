/** The ledger in one SQLite file, owned by one server at a time; stands between the use cases and node:sqlite. */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { ChunkRow, FileRow, Ledger, Reservation, TaskPlan, TaskRow } from '../ledger.ts'
import { fileValues, type Row, taskRow, taskValues, type Value } from '../rows.ts'
import { SqlLedger, type Survives } from '../sql-ledger.ts'
import { type StatementName, statementsIn } from '../statements.ts'
import { ledgerError, openError } from './errors.ts'
import { SqliteWriter } from './group-commit.ts'
import { migrate } from './schema.ts'

const sql = statementsIn({
  is: (column) => `${column} = ?`,
  bytes: (column) => column,
  replace: 'INSERT OR REPLACE',
})
/** A server that was just killed may need this long to let go of its ledger. */
const lockWaitMs = 1_000

/**
 * Opens the ledger and takes it for this process alone; the system lets go of it when the process dies, however.
 * @throws UploadError `storage-failed` when another server has it, or it cannot be read
 */
export function openSqliteLedger(path: string): Ledger {
  try {
    const database = takeFile(path)
    // Many small files write the same few pages again and again: moving them into place less often costs 16 MiB of disk.
    database.exec('PRAGMA wal_autocheckpoint = 4000')
    migrate(database)
    return new SqliteLedger(database)
  } catch (thrown) {
    throw openError(path, thrown)
  }
}

/**
 * Takes the file's folder for this process alone where the ledger itself is elsewhere, so that no other server works on
 * the same files.
 * @throws UploadError `storage-failed` when another server has it
 */
export function takeFolder(path: string): { close(): void } {
  try {
    const database = takeFile(path)
    return { close: () => database.isOpen && database.close() }
  } catch (thrown) {
    throw openError(path, thrown)
  }
}

function takeFile(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: lockWaitMs })
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  // Only a write takes the lock.
  database.exec('BEGIN IMMEDIATE; COMMIT')
  return database
}

class SqliteLedger extends SqlLedger {
  override readonly claims = undefined
  readonly #database: DatabaseSync
  readonly #writer: SqliteWriter
  readonly #statements: Readonly<Record<StatementName, StatementSync>>

  constructor(database: DatabaseSync) {
    super()
    this.#database = database
    this.#writer = new SqliteWriter(database)
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
    chunk: Omit<ChunkRow, 'isDoubted'>,
    nowMs: number,
    plan?: TaskPlan,
  ): Promise<number | undefined> {
    return this.#write('crash', () => {
      if (plan) this.#statements.setPlan.run(plan.size, plan.chunkSize, plan.heldAs, taskId)
      if (this.#statements.touchTask.run(nowMs, taskId).changes === 0) return undefined
      this.#statements.addChunk.run(taskId, chunk.chunkIndex, chunk.sha256)
      return Number(this.#statements.countChunks.get(taskId)?.count)
    })
  }

  override removeChunks(taskId: string, chunkIndexes: readonly number[]): Promise<void> {
    return this.#write('crash', () => {
      for (const index of chunkIndexes) this.#statements.removeChunk.run(taskId, index)
    })
  }

  override commitFile(file: Omit<FileRow, 'fileId'>): Promise<FileRow> {
    return this.#write('power-cut', () => {
      // A row at this path can only be that of a file which a person has removed: the name was free a moment ago.
      this.#statements.forgetFileAt.run(file.storedPath)
      const { lastInsertRowid } = this.#statements.addFile.run(...fileValues(file))
      this.#statements.removeTask.run(file.taskId)
      return { ...file, fileId: Number(lastInsertRowid) }
    })
  }

  override commitDuplicate(taskId: string, fileId: number, nowMs: number): Promise<void> {
    return this.#write('power-cut', () => {
      this.#statements.addDuplicate.run(taskId, fileId, nowMs)
      this.#statements.removeTask.run(taskId)
    })
  }

  override async close(): Promise<void> {
    this.#writer.flush()
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
      return await this.#writer.write(survives, statements)
    } catch (thrown) {
      throw ledgerError(thrown)
    }
  }
}
