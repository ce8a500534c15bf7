/**
 * Named locks of the database, which belong to a connection and end with it; and how servers that use one ledger find
 * out about each other by them.
 */
import { createHash } from 'node:crypto'
import type { Connection, RowDataPacket } from 'mysql2/promise'
import type { Value } from '../rows.ts'
import { type DatabaseAddress, describeDatabase } from './database-url.ts'

/** A statement on named locks is answered at once, or the connection is as good as dead. */
const answerTimeoutMs = 8_000
/** One that was just killed may need a moment to let go. */
const deadWaitS = 3
/** So many servers share a ledger at most: each has a lock of its own by which the others know of it. */
const places = 32
const waitForLock = 'GET_LOCK(?, ?)'

/** Named locks are the database server's, whatever the database: 64 characters at most. */
export function lockName({ database }: DatabaseAddress, name: string): string {
  const digest = createHash('sha256').update(`${database}\0${name}`).digest('hex')
  return `photoferry ${digest.slice(0, 48)}`
}

/** @param values the last of them may be the time that the database is to wait, s @throws mysql2's errors */
export async function ask(
  connection: Connection,
  expression: string,
  ...values: readonly Value[]
): Promise<unknown> {
  const waitMs = 1_000 * Number(expression === waitForLock ? values.at(-1) : 0)
  const options = { sql: `SELECT ${expression} AS answer`, timeout: waitMs + answerTimeoutMs }
  const [rows] = await connection.query<RowDataPacket[]>(options, [...values])
  return rows[0]?.answer
}

/** Does the work while no other server does it. @throws Error when others are at it for longer than `waitS` */
export async function whileLocked(
  connection: Connection,
  lock: string,
  waitS: number,
  work: () => Promise<void>,
): Promise<void> {
  if ((await ask(connection, waitForLock, lock, waitS)) !== 1) {
    throw new Error(`another server has kept it busy for ${waitS} s. Try again later.`)
  }
  await work()
  await ask(connection, 'RELEASE_LOCK(?)', lock)
}

/**
 * Takes a place among the servers of the ledger, or the whole ledger; both end with the connection.
 * @throws Error when others are in the way
 */
export async function join(
  connection: Connection,
  address: DatabaseAddress,
  isShared: boolean,
): Promise<void> {
  const where = describeDatabase(address)
  const alone = lockName(address, 'server alone')
  const names = Array.from({ length: places }, (_, place) => lockName(address, `server ${place}`))
  if (!isShared) {
    const isFirst = (await ask(connection, waitForLock, alone, deadWaitS)) === 1
    const others = `coalesce(${names.map(() => 'IS_USED_LOCK(?)').join(', ')})`
    if (isFirst && (await ask(connection, others, ...names)) === null) return
    throw new Error(
      `another PhotoFerry server is using ${where}. Stop it first; only with an S3 store can several share a database.`,
    )
  }
  if ((await ask(connection, 'IS_USED_LOCK(?)', alone)) !== null) {
    throw new Error(
      `a PhotoFerry server that keeps its files on its own disk is using ${where}. Stop it first.`,
    )
  }
  for (const name of names) if ((await ask(connection, 'GET_LOCK(?, 0)', name)) === 1) return
  throw new Error(`${places} PhotoFerry servers share ${where} already, as many as can.`)
}
