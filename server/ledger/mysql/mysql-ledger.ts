/** The ledger in a MySQL or MariaDB database, for one server or several. */
import { endValues, messageValues, newBatchValues, openAgainValues } from '../batch-rows.ts'
import type { BatchEnd, NewBatch, OutboxRow } from '../batches.ts'
import type {
  Claims,
  EndedTask,
  FileRow,
  Ledger,
  NewChunk,
  NewFile,
  Reservation,
  TaskPlan,
  TaskRow,
} from '../ledger.ts'
import { addedFile, fileRow, fileValues, type Row, taskRow, taskValues, type Value } from '../rows.ts'
import type { Survives } from '../sql-batches.ts'
import { SqlLedger } from '../sql-ledger.ts'
import { type StatementName, statementsIn } from '../statements.ts'
import type { DatabaseAddress } from './database-url.ts'
import { isDuplicate, openError } from './errors.ts'
import { MysqlPool, type Statements } from './pool.ts'
import { MysqlPresence } from './presence.ts'

const sql = statementsIn({
  is: (column) => `${column}_key = UNHEX(SHA2(?, 256))`,
  bytes: (column) => `CAST(${column} AS BINARY)`,
  pathInOrder: 'stored_path_bytes',
  replace: 'REPLACE',
})

export interface MysqlLedgerOptions {
  readonly address: DatabaseAddress
  /** Whether other servers may use the same ledger at the same time. */
  readonly isShared: boolean
  /** The lock of the data folder, released together with the ledger. */
  readonly folder?: { close(): void } | undefined
  /** Called with a sentence when the database is lost and when it is back. */
  report(sentence: string): void
}

/** Opens the ledger and brings its tables up to date. @throws UploadError `storage-failed` with what to do about it */
export async function openMysqlLedger(options: MysqlLedgerOptions): Promise<Ledger> {
  try {
    return new MysqlLedger(await MysqlPresence.open(options), options)
  } catch (thrown) {
    options.folder?.close()
    throw openError(options.address, thrown)
  }
}

class MysqlLedger extends SqlLedger {
  override readonly claims: Claims | undefined
  readonly #presence: MysqlPresence
  readonly #pool: MysqlPool
  readonly #folder: MysqlLedgerOptions['folder']

  constructor(presence: MysqlPresence, { address, isShared, folder }: MysqlLedgerOptions) {
    super()
    this.claims = isShared ? presence : undefined
    this.#presence = presence
    this.#pool = new MysqlPool(address)
    this.#folder = folder
  }

  override addAnnounced(task: TaskRow): Promise<TaskRow> {
    return this.#addOrFind(task, () =>
      this.all('announcedTask', task.relativePath, task.md5, task.announcedChunks),
    )
  }

  override addOfSender(task: TaskRow): Promise<TaskRow> {
    return this.#addOrFind(task, () => this.all('taskOfSender', task.sender))
  }

  /** Adds the task unless one with its unique key is there. @returns the one that is there then */
  async #addOrFind(task: TaskRow, find: () => Promise<readonly Row[]>): Promise<TaskRow> {
    const [open] = await find()
    if (open !== undefined) return taskRow(open)
    // The unique key admits only one of several at the same time.
    const isAdded = await this.#write(({ run }) => unlessDuplicate(run(sql.addTask, taskValues(task))))
    if (isAdded !== undefined) return task
    const [other] = await find()
    return other === undefined ? this.#addOrFind(task, find) : taskRow(other)
  }

  override reservePath(taskId: string, storedPath: string): Promise<Reservation> {
    return this.#write(async ({ all, run }) => {
      const [reserver] = await all(sql.reserver, [storedPath])
      if (reserver !== undefined) return reserver.task_id === taskId ? 'reserved' : 'taken'
      const reserved = await unlessDuplicate(run(sql.reservePath, [storedPath, taskId]))
      if (reserved === undefined) return 'taken'
      return reserved.changes === 0 ? 'gone' : 'reserved'
    })
  }

  override addChunk(
    taskId: string,
    chunk: NewChunk,
    nowMs: number,
    plan?: TaskPlan,
  ): Promise<number | undefined> {
    return this.#write(async ({ all, run }) => {
      if (plan) await run(sql.setPlan, [plan.size, plan.chunkSize, plan.unplacedPartial, taskId])
      if ((await run(sql.touchTask, [nowMs, taskId])).changes === 0) return undefined
      await run(sql.addChunk, [taskId, chunk.chunkIndex, chunk.digest])
      return Number((await all(sql.countChunks, [taskId]))[0]?.count)
    })
  }

  override removeChunks(taskId: string, chunkIndexes: readonly number[]): Promise<void> {
    return this.#write(async ({ run }) => {
      for (const index of chunkIndexes) await run(sql.removeChunk, [taskId, index])
    })
  }

  override forgetReceived(taskId: string): Promise<void> {
    return this.#write(async ({ run }) => {
      await run(sql.forgetChunks, [taskId])
      await run(sql.forgetVerified, [taskId])
    })
  }

  override commitFile(file: NewFile): Promise<FileRow> {
    return this.#write(async ({ all, run }) => {
      // The server that ends the task stores the file; one that took over the work may have done so already.
      const isEnded = (await run(sql.removeTask, [file.taskId])).changes === 0
      const [stored] = isEnded ? await all(sql.fileOfTask, [file.taskId, file.taskId]) : []
      if (stored !== undefined) return fileRow(stored)
      // The name was free a moment ago, so a row at this path belongs to a file that a person has removed.
      await run(sql.forgetFileAt, [file.storedPath])
      const { insertId } = await run(sql.addFile, fileValues(file))
      return addedFile(file, insertId)
    })
  }

  override commitDuplicate(task: EndedTask, fileId: number, nowMs: number): Promise<void> {
    const { taskId, announcedChunks, metadata } = task
    return this.#write(async ({ run }) => {
      await run(sql.addDuplicate, [taskId, fileId, nowMs, announcedChunks, metadata])
      await run(sql.removeTask, [taskId])
    })
  }

  override beginBatch(batch: NewBatch): Promise<void> {
    return this.#write(async ({ run }) => {
      const known = await run(sql.openBatchAgain, openAgainValues(batch))
      if (known.changes === 0) await run(sql.addBatch, newBatchValues(batch))
    })
  }

  override endBatch(end: BatchEnd, message: OutboxRow | null): Promise<void> {
    return this.#write(async ({ run }) => {
      await run(sql.endBatch, endValues(end))
      if (message !== null) await run(sql.addMessage, messageValues(message))
    })
  }

  override async close(): Promise<void> {
    await this.#pool.close()
    await this.#presence.close()
    this.#folder?.close()
  }

  protected override all(name: StatementName, ...values: readonly Value[]): Promise<readonly Row[]> {
    return this.#pool.all(sql[name], values)
  }

  /** The database makes every write durable. */
  protected override async run(_: Survives, name: StatementName, ...values: readonly Value[]): Promise<void> {
    this.#presence.refuseWhileAway()
    await this.#pool.run(sql[name], values)
  }

  async #write<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result> {
    this.#presence.refuseWhileAway()
    return this.#pool.transaction(work)
  }
}

/** @returns undefined when there is a row with the same key already; the transaction continues */
async function unlessDuplicate<Result>(running: Promise<Result>): Promise<Result | undefined> {
  try {
    return await running
  } catch (thrown) {
    if (isDuplicate(thrown)) return undefined
    throw thrown
  }
}
