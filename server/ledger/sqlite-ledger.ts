/** The ledger in one SQLite file, owned by one server at a time; stands between the use cases and node:sqlite. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { ChunkRow, FileRow, Ledger, LedgerTotals, Reservation, TaskPlan, TaskRow } from './ledger.ts'
import { openError, writeError } from './sqlite-errors.ts'
import { chunkRow, fileRow, fileValues, taskRow, taskValues } from './sqlite-rows.ts'
import { migrate } from './sqlite-schema.ts'
import { sql } from './sqlite-statements.ts'
import { SqliteWriter, type Survives } from './sqlite-writer.ts'

/** A server that was just killed may need this long to let go of its ledger. */
const lockWaitMs = 1_000

/**
 * Opens the ledger and takes it for this process alone; the system lets go of it when the process dies, however.
 * @throws UploadError `storage-failed` when another server has it, or it cannot be read
 */
export function openSqliteLedger(path: string): Ledger {
  try {
    const database = new DatabaseSync(path, { timeout: lockWaitMs })
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    // Many small files write the same few pages again and again: moving them into place less often costs 16 MiB of disk.
    database.exec('PRAGMA wal_autocheckpoint = 4000')
    // Only a write takes the lock.
    database.exec('BEGIN IMMEDIATE; COMMIT')
    migrate(database)
    return new SqliteLedger(database)
  } catch (thrown) {
    throw openError(path, thrown)
  }
}

class SqliteLedger implements Ledger {
  readonly claims = undefined
  readonly #database: DatabaseSync
  readonly #writer: SqliteWriter
  readonly #statements: Readonly<Record<keyof typeof sql, StatementSync>>

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#writer = new SqliteWriter(database)
    const prepared = Object.entries(sql).map(([name, text]) => [name, database.prepare(text)])
    this.#statements = Object.fromEntries(prepared) as Record<keyof typeof sql, StatementSync>
  }

  addTask(task: TaskRow): Promise<void> {
    return this.#run('addTask', ...taskValues(task))
  }

  addAnnounced(task: TaskRow): Promise<TaskRow> {
    return this.#write('crash', () => {
      const open = this.#statements.announcedTask.get(task.relativePath, task.md5, task.announcedChunks)
      if (open !== undefined) return taskRow(open)
      this.#statements.addTask.run(...taskValues(task))
      return task
    })
  }

  async announcedTasks(relativePath: string, md5: string): Promise<readonly TaskRow[]> {
    return this.#statements.announcedTasks.all(relativePath, md5).map(taskRow)
  }

  async isHeld(partial: string): Promise<boolean> {
    return this.#statements.holder.get(partial) !== undefined
  }

  async task(taskId: string): Promise<TaskRow | undefined> {
    const row = this.#statements.task.get(taskId)
    return row && taskRow(row)
  }

  async openTaskOf(relativePath: string, size: number, md5: string): Promise<TaskRow | undefined> {
    const row = this.#statements.openTaskOf.get(relativePath, size, md5)
    return row && taskRow(row)
  }

  async openTasks(): Promise<readonly TaskRow[]> {
    return this.#statements.openTasks.all().map(taskRow)
  }

  async countOpenTasks(): Promise<number> {
    return Number(this.#statements.countOpenTasks.get()?.count)
  }

  touchTask(taskId: string, nowMs: number): Promise<void> {
    return this.#run('touchTask', nowMs, taskId)
  }

  setVerifiedMd5(taskId: string, md5: string): Promise<void> {
    return this.#write('power-cut', () => void this.#statements.setVerifiedMd5.run(md5, taskId))
  }

  clearCopyOf(taskId: string): Promise<void> {
    return this.#run('clearCopyOf', taskId)
  }

  reservePath(taskId: string, storedPath: string): Promise<Reservation> {
    return this.#write('crash', () => {
      const reserver = this.#statements.reserver.get(storedPath)
      if (reserver !== undefined) return reserver.task_id === taskId ? 'reserved' : 'taken'
      return this.#statements.reservePath.run(storedPath, taskId).changes === 0 ? 'gone' : 'reserved'
    })
  }

  removeTask(taskId: string): Promise<void> {
    return this.#run('removeTask', taskId)
  }

  async chunks(taskId: string): Promise<readonly ChunkRow[]> {
    return this.#statements.chunks.all(taskId).map(chunkRow)
  }

  async chunk(taskId: string, chunkIndex: number): Promise<ChunkRow | undefined> {
    const row = this.#statements.chunk.get(taskId, chunkIndex)
    return row && chunkRow(row)
  }

  addChunk(
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

  removeChunks(taskId: string, chunkIndexes: readonly number[]): Promise<void> {
    return this.#write('crash', () => {
      for (const index of chunkIndexes) this.#statements.removeChunk.run(taskId, index)
    })
  }

  doubtChunks(taskId: string): Promise<void> {
    return this.#run('doubtChunks', taskId)
  }

  commitFile(file: Omit<FileRow, 'fileId'>): Promise<FileRow> {
    return this.#write('power-cut', () => {
      // A row at this path can only be that of a file which a person has removed: the name was free a moment ago.
      this.#statements.forgetFileAt.run(file.storedPath)
      const { lastInsertRowid } = this.#statements.addFile.run(...fileValues(file))
      this.#statements.removeTask.run(file.taskId)
      return { ...file, fileId: Number(lastInsertRowid) }
    })
  }

  commitDuplicate(taskId: string, fileId: number, nowMs: number): Promise<void> {
    return this.#write('power-cut', () => {
      this.#statements.addDuplicate.run(taskId, fileId, nowMs)
      this.#statements.removeTask.run(taskId)
    })
  }

  async fileOfTask(taskId: string): Promise<FileRow | undefined> {
    const row = this.#statements.fileOfTask.get(taskId, taskId)
    return row && fileRow(row)
  }

  async fileAt(storedPath: string): Promise<FileRow | undefined> {
    const row = this.#statements.fileAt.get(storedPath)
    return row && fileRow(row)
  }

  async filesWithContent(size: number, md5: string): Promise<readonly FileRow[]> {
    return this.#statements.filesWithContent.all(md5, size).map(fileRow)
  }

  async filesWithMd5(md5: string): Promise<readonly FileRow[]> {
    return this.#statements.filesWithMd5.all(md5).map(fileRow)
  }

  forgetFile(fileId: number): Promise<void> {
    return this.#run('forgetFile', fileId)
  }

  forgetDuplicatesBefore(ms: number): Promise<void> {
    return this.#run('forgetDuplicatesBefore', ms)
  }

  async totals(): Promise<LedgerTotals> {
    const row = this.#statements.totals.get()
    return { openTasks: Number(row?.open_tasks), files: Number(row?.files), bytes: Number(row?.bytes) }
  }

  async close(): Promise<void> {
    this.#writer.flush()
    if (this.#database.isOpen) this.#database.close()
  }

  #run(name: keyof typeof sql, ...values: readonly SQLInputValue[]): Promise<void> {
    return this.#write('crash', () => {
      this.#statements[name].run(...values)
    })
  }

  async #write<Result>(survives: Survives, statements: () => Result): Promise<Result> {
    try {
      return await this.#writer.write(survives, statements)
    } catch (thrown) {
      throw writeError(thrown)
    }
  }
}
