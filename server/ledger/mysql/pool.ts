/**
 * Connections to the database, and what runs on them: single statements, and transactions that are repeated when they
 * collide. Knows no tables.
 */
import { setTimeout as pause } from 'node:timers/promises'
import mysql, {
  type Connection,
  type ConnectionOptions,
  type Pool,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise'
import type { Row, Value } from '../rows.ts'
import type { DatabaseAddress } from './database-url.ts'
import { databaseError, isCollision, isLost } from './errors.ts'

const connectTimeoutMs = 5_000
/** A database that does not answer for so long is treated as away; its connection is closed, ms. */
const statementTimeoutMs = 30_000
const attempts = 8
const longestPauseMs = 200

/** Settings of every connection before anything else runs on it: nothing is truncated or repaired silently. */
const setUp = [
  `SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO',
    time_zone = '+00:00', innodb_lock_wait_timeout = 10`,
  // Rows that are read and then written are protected by locks or keys, so gap locks are not needed.
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
]

interface Written {
  /** Count of matched rows, changed or not. */
  readonly changes: number
  readonly insertId: number
}

/** Runs statements one after the other. @throws mysql2's errors */
export interface Statements {
  all(sql: string, values: readonly Value[]): Promise<readonly Row[]>
  run(sql: string, values: readonly Value[]): Promise<Written>
}

/** @throws mysql2's errors */
export async function connect(address: DatabaseAddress): Promise<Connection> {
  const connection = await mysql.createConnection(optionsFor(address))
  for (const statement of setUp) await connection.query(statement)
  return connection
}

function optionsFor({ host, port, user, password, database, tls }: DatabaseAddress): ConnectionOptions {
  return {
    host,
    port,
    user,
    password,
    database,
    ...(tls && { ssl: {} }),
    charset: 'utf8mb4_bin',
    connectTimeout: connectTimeoutMs,
    // Numbers beyond 2^53 arrive as text, exactly.
    supportBigNumbers: true,
  }
}

export class MysqlPool {
  readonly #pool: Pool

  constructor(address: DatabaseAddress) {
    this.#pool = mysql.createPool({ ...optionsFor(address), connectionLimit: address.connections })
    // Queued before the statement for which the connection was opened; after a failure the connection is destroyed.
    this.#pool.pool.on('connection', (connection) => {
      for (const statement of setUp) connection.query(statement, (error) => error && connection.destroy())
    })
  }

  /** Reads on any connection; repeats once when that connection turns out to be dead. @throws UploadError */
  async all(sql: string, values: readonly Value[]): Promise<readonly Row[]> {
    try {
      return await this.#once((statements) => statements.all(sql, values))
    } catch (thrown) {
      if (!isLost(thrown)) throw databaseError(thrown)
    }
    return this.#coded(() => this.#once((statements) => statements.all(sql, values)))
  }

  /** One statement, a transaction of its own. @throws UploadError */
  run(sql: string, values: readonly Value[]): Promise<Written> {
    return this.#coded(() => untilNoCollision(() => this.#once((statements) => statements.run(sql, values))))
  }

  /**
   * All or nothing. After a collision with another transaction the work is repeated from its beginning.
   * @throws UploadError; after `server-unreachable` it is unknown whether the transaction was committed
   */
  transaction<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result> {
    return this.#coded(() =>
      untilNoCollision(() =>
        this.#once(async (statements, connection) => {
          await control(connection, 'START TRANSACTION')
          try {
            const result = await work(statements)
            await control(connection, 'COMMIT')
            return result
          } catch (thrown) {
            await control(connection, 'ROLLBACK').catch(() => connection.destroy())
            throw thrown
          }
        }),
      ),
    )
  }

  async close(): Promise<void> {
    await this.#pool.end().catch(() => undefined)
  }

  async #once<Result>(
    work: (statements: Statements, connection: Connection) => Promise<Result>,
  ): Promise<Result> {
    const connection = await this.#pool.getConnection()
    try {
      return await work(statementsOn(connection), connection)
    } catch (thrown) {
      // A statement that timed out may still be running there.
      if (isLost(thrown)) connection.destroy()
      throw thrown
    } finally {
      connection.release()
    }
  }

  async #coded<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (thrown) {
      throw databaseError(thrown)
    }
  }
}

/** Runs a statement that cannot be prepared. @throws mysql2's errors */
async function control(connection: Connection, sql: string): Promise<void> {
  await connection.query({ sql, timeout: statementTimeoutMs })
}

/** @throws mysql2's errors */
function statementsOn(connection: Connection): Statements {
  return {
    async all(sql, values) {
      const options = { sql, timeout: statementTimeoutMs }
      const [rows] = await connection.execute<RowDataPacket[]>(options, [...values])
      return rows
    },
    async run(sql, values) {
      const options = { sql, timeout: statementTimeoutMs }
      const [header] = await connection.execute<ResultSetHeader>(options, [...values])
      return { changes: header.affectedRows, insertId: header.insertId }
    },
  }
}

async function untilNoCollision<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (thrown) {
      if (!isCollision(thrown) || attempt === attempts) throw thrown
      // Random, so that the two that collided do not collide again.
      const pauseMs = Math.random() * Math.min(longestPauseMs, 5 * 2 ** attempt)
      await pause(pauseMs)
    }
  }
}
