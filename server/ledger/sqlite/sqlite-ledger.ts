/** The ledger in one SQLite file, which one server uses at a time. */
import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { endValues, messageValues, newBatchValues, openAgainValues } from '../batch-rows.ts'
import type { BatchEnd, NewBatch, OutboxRow } from '../batches.ts'
import type {
  EndedTask,
  FileRow,
  Ledger,
  NewChunk,
  NewFile,
  Reservation,
  TaskPlan,
  TaskRow,
} from '../ledger.ts'
import { addedFile, fileValues, type Row, taskRow, taskValues, type Value } from '../rows.ts'
import type { Survives } from '../sql-batches.ts'
import { SqlLedger } from '../sql-ledger.ts'
import { type StatementName, statementsIn } from '../statements.ts'
import { Ballast } from './ballast.ts'
import { logOf, rewriteLog, writeAnew } from './durable-file.ts'
import { isFailedSync, isFull, ledgerError, openError } from './errors.ts'
import { GroupCommit } from './group-commit.ts'
import { migrate } from './schema.ts'

const sql = statementsIn({
  is: (column) => `${column} = ?`,
  bytes: (column) => column,
  pathInOrder: 'stored_path',
  replace: 'INSERT OR REPLACE',
})
/** A server that was just killed may hold the lock of its ledger for so long, ms. */
const lockWaitMs = 1_000
/** Many small files rewrite the same few pages: moving them into the database less often is worth 16 MiB of disk. */
const largeLogBytes = 16 * 1024 * 1024
/** Writes that give room back, or lead to that. */
const freeing: ReadonlySet<StatementName> = new Set([
  'removeTask',
  'forgetFile',
  'forgetDuplicatesBefore',
  'forgetBatchesBefore',
  'removeMessage',
])

/**
 * Opens the ledger and locks it for this process; the system releases the lock when the process dies.
 * @throws UploadError `storage-failed` when another server uses it, or it cannot be read
 */
export function openSqliteLedger(path: string): Ledger {
  try {
    const database = openLocked(path)
    takeOver(database, path)
    migrate(database)
    return new SqliteLedger(database, path)
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
  // SQLite would say nothing of a sync that fails when it moves its log by itself.
  database.exec('PRAGMA wal_autocheckpoint = 0')
  // Only a write acquires the lock.
  database.exec('BEGIN IMMEDIATE; COMMIT')
  return database
}

/** Makes durable what a killed server has left; on a full disk the next start does it. */
function takeOver(database: DatabaseSync, path: string): void {
  try {
    rewriteLog(path)
    moveLog(database)
  } catch (thrown) {
    if (!isFull(thrown) && !(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOSPC'))
      throw thrown
  }
}

/** Moves all that is in the log into the database and empties the log. @throws SQLite's error */
function moveLog(database: DatabaseSync): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
}

class SqliteLedger extends SqlLedger {
  override readonly claims = undefined
  readonly #path: string
  readonly #commits: GroupCommit
  readonly #ballast: Ballast
  #database: DatabaseSync
  #statements: Statements
  /** A sync failed, and the ledger could not be written anew yet. */
  #isSuspect = false

  /** @param path absolute path of the database's file */
  constructor(database: DatabaseSync, path: string) {
    super()
    this.#path = path
    this.#ballast = new Ballast(join(dirname(path), 'ballast'))
    this.#database = database
    this.#statements = prepare(database)
    this.#commits = new GroupCommit(database, {
      makeRoom: () => this.#makeRoom(),
      onFailedSync: () => this.#distrust(),
      onCommit: () => this.#tidy(),
    })
  }

  override addAnnounced(task: TaskRow): Promise<TaskRow> {
    const { relativePath, md5, announcedChunks } = task
    return this.#addOrFind(task, () => this.#statements.announcedTask.get(relativePath, md5, announcedChunks))
  }

  override addOfSender(task: TaskRow): Promise<TaskRow> {
    return this.#addOrFind(task, () => this.#statements.taskOfSender.get(task.sender))
  }

  #addOrFind(task: TaskRow, find: () => Row | undefined): Promise<TaskRow> {
    return this.#write('crash', () => {
      const open = find()
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

  override forgetReceived(taskId: string): Promise<void> {
    return this.#write('crash', () => {
      this.#statements.forgetChunks.run(taskId)
      this.#statements.forgetVerified.run(taskId)
    })
  }

  override commitFile(file: NewFile): Promise<FileRow> {
    return this.#write('power-cut', () => {
      // The name was free a moment ago, so a row at this path belongs to a file that a person has removed.
      this.#statements.forgetFileAt.run(file.storedPath)
      const { lastInsertRowid } = this.#statements.addFile.run(...fileValues(file))
      this.#statements.removeTask.run(file.taskId)
      return addedFile(file, Number(lastInsertRowid))
    })
  }

  override commitDuplicate(task: EndedTask, fileId: number, nowMs: number): Promise<void> {
    const { taskId, announcedChunks, metadata } = task
    return this.#write('power-cut', () => {
      this.#statements.addDuplicate.run(taskId, fileId, nowMs, announcedChunks, metadata)
      this.#statements.removeTask.run(taskId)
    })
  }

  override beginBatch(batch: NewBatch): Promise<void> {
    return this.#write('crash', () => {
      const known = this.#statements.openBatchAgain.run(...openAgainValues(batch))
      if (known.changes === 0) this.#statements.addBatch.run(...newBatchValues(batch))
    })
  }

  override endBatch(end: BatchEnd, message: OutboxRow | null): Promise<void> {
    return this.#write('power-cut', () => {
      this.#statements.endBatch.run(...endValues(end))
      if (message !== null) this.#statements.addMessage.run(...messageValues(message))
    })
  }

  override async close(): Promise<void> {
    this.#commits.flush()
    // Closing moves the log into the database: never one that may have a hole.
    this.#refuseSuspect()
    if (this.#database.isOpen) this.#database.close()
  }

  protected override async all(name: StatementName, ...values: readonly Value[]): Promise<readonly Row[]> {
    try {
      this.#refuseSuspect()
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
    const statement = () => void this.#statements[name].run(...values)
    return this.#write(survives, statement, freeing.has(name))
  }

  async #write<Result>(survives: Survives, statements: () => Result, freesRoom = false): Promise<Result> {
    try {
      this.#refuseSuspect()
      return await this.#commits.write({ survives, freesRoom }, statements)
    } catch (thrown) {
      throw ledgerError(thrown)
    }
  }

  /** After a commit: the log must not grow for ever, and the ballast lies where there is room. */
  #tidy(): void {
    this.#ballast.restore()
    if ((statSync(logOf(this.#path), { throwIfNoEntry: false })?.size ?? 0) < largeLogBytes) return
    try {
      moveLog(this.#database)
    } catch (thrown) {
      if (isFailedSync(thrown)) this.#distrust()
      // Otherwise the next commit tries again; until then all is in the log.
    }
  }

  #makeRoom(): void {
    this.#ballast.release()
    try {
      moveLog(this.#database)
    } catch (thrown) {
      if (isFailedSync(thrown)) this.#distrust()
      // The ballast's room may do.
    }
  }

  /** The log may have a hole now, and everything behind a hole is lost with the next power cut. */
  #distrust(): void {
    this.#isSuspect = true
    try {
      this.#refuseSuspect()
    } catch {
      // The disk is still in trouble: whoever uses the ledger next tries again, and is told.
    }
  }

  /** Writes a ledger anew that cannot be relied upon. @throws the system's or SQLite's error while that is not possible */
  #refuseSuspect(): void {
    if (!this.#isSuspect) return
    writeAnew(this.#path, this.#database)
    this.#database = openLocked(this.#path)
    this.#statements = prepare(this.#database)
    this.#commits.use(this.#database)
    this.#isSuspect = false
  }
}

type Statements = Readonly<Record<StatementName, StatementSync>>

function prepare(database: DatabaseSync): Statements {
  const prepared = Object.entries(sql).map(([name, text]) => [name, database.prepare(text)])
  return Object.fromEntries(prepared) as Statements
}
