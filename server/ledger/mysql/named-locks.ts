/**
 * Named locks of the database, which belong to a connection and end with it, and how the servers of one ledger find out
 * about each other through them.
 */
import { createHash } from 'node:crypto'
import type { Connection, RowDataPacket } from 'mysql2/promise'
import type { Value } from '../rows.ts'
import { type DatabaseAddress, describeDatabase } from './database-url.ts'

/** A statement on named locks is answered at once; a connection without an answer is treated as dead, ms. */
const answerTimeoutMs = 8_000
/** The lock of a server that was just killed may take a moment to be released, s. */
const deadWaitS = 3
/** How many servers can share a ledger: each has a numbered lock by which the others know of it. */
const places = 32
const waitForLock = 'GET_LOCK(?, ?)'

/** Named locks are global to the database server, not to one database, and have 64 characters at most. */
export function lockName({ database }: DatabaseAddress, name: string): string {
  const digest = createHash('sha256').update(`${database}\0${name}`).digest('hex')
  return `photoferry ${digest.slice(0, 48)}`
}

/** @param values for GET_LOCK with two parameters the last is the time to wait, s @throws mysql2's errors */
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

/** Does the work while no other server does it. @throws Error when others have the lock for longer than `waitS` */
export async function whileLocked(
  connection: Connection,
  lock: string,
  waitS: number,
  work: () => Promise<void>,
): Promise<void> {
  if ((await ask(connection, waitForLock, lock, waitS)) !== 1) {
    throw new Error(`another server has been using it for ${waitS} s. Try again later.`)
  }
  await work()
  await ask(connection, 'RELEASE_LOCK(?)', lock)
}

/**
 * Registers this server among those of the ledger, or as the only one; both end with the connection.
 * @throws Error when other servers use the ledger and this one cannot join them
 */
export async function register(
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
      `another PhotoFerry server is using ${where}. Stop it first; servers can share a database only with an S3 store.`,
    )
  }
  if ((await ask(connection, 'IS_USED_LOCK(?)', alone)) !== null) {
    throw new Error(
      `a PhotoFerry server that keeps its files on its own disk is using ${where}. Stop it first.`,
    )
  }
  for (const name of names) if ((await ask(connection, 'GET_LOCK(?, 0)', name)) === 1) return
  throw new Error(`${places} PhotoFerry servers, the maximum, share ${where} already.`)
}
