/** Turns MySQL's errors into coded ones, where the MySQL ledger meets them. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { type DatabaseAddress, describeDatabase } from './database-url.ts'

/** Error numbers of MySQL and MariaDB. */
const deadlock = 1213
const lockWaitTimeout = 1205
const recordChanged = 1020
const duplicateEntry = 1062
const noRoom: readonly number[] = [1021, 1114]
/** Too many connections; shutting down; aborted; killed; read-only for now, such as during a failover. */
const awayForNow: readonly number[] = [1040, 1053, 1152, 1158, 1159, 1160, 1161, 1290, 1317, 1792, 1836, 1927]
const retryAfterMs = 2_000

/** Whether the transaction collided with another: the database has rolled it back, and it may succeed when repeated. */
export function isCollision(thrown: unknown): boolean {
  const errno = errorNumberOf(thrown)
  return errno === deadlock || errno === lockWaitTimeout || errno === recordChanged
}

/** Whether there is a row with the same unique value already. */
export function isDuplicate(thrown: unknown): boolean {
  return errorNumberOf(thrown) === duplicateEntry
}

/** Whether the connection is lost, with everything that it was doing. */
export function isLost(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  if ('fatal' in thrown && thrown.fatal === true) return true
  // Errors of the system or the driver have a name, those of the database a number.
  const code = 'code' in thrown ? String(thrown.code) : ''
  return /^(E[A-Z]+|EAI_AGAIN|PROTOCOL_[A-Z_]+)$/.test(code) && !code.startsWith('ER_')
}

/** Why the database could not be read or written. */
export function databaseError(thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown
  const errno = errorNumberOf(thrown)
  if (errno !== undefined && noRoom.includes(errno)) {
    const message = 'The database has no room left. Free some space there.'
    return new UploadError('storage-full', message, { cause: thrown })
  }
  if (isLost(thrown) || isCollision(thrown) || (errno !== undefined && awayForNow.includes(errno))) {
    return unreachable(thrown)
  }
  const message = 'The server could not use its database. See its log.'
  return new UploadError('storage-failed', message, { cause: thrown })
}

/** The database is away for now: the client should try again later. */
export function unreachable(cause?: unknown): UploadError {
  const message = 'The server cannot reach its database. It continues as soon as the database is back.'
  return new UploadError('server-unreachable', message, { cause, retryAfterMs })
}

/** Why a ledger could not be opened, in one sentence for a person. */
export function openError(address: DatabaseAddress, thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown
  return new UploadError('storage-failed', openSentence(address, thrown), { cause: thrown })
}

function openSentence(address: DatabaseAddress, thrown: unknown): string {
  const where = describeDatabase(address)
  const reason = reasonOf(thrown)
  const { user, database } = address
  switch (errorNumberOf(thrown)) {
    case 1045:
    case 1698:
      return `The database refuses ${where}: wrong user or password. Correct DATABASE_URL.`
    case 1049:
      return `There is no database ${database} at ${where}. Create it: CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4.`
    case 1044:
    case 1142:
    case 1227:
      return `The user ${user} lacks permissions. Grant it all rights on the database ${database}.`
    case 1040:
      return `The database at ${where} has too many connections. Raise its max_connections.`
  }
  if (isLost(thrown))
    return `The database ${where} cannot be reached (${reason}). Start it, or correct DATABASE_URL.`
  return `The database ${where} cannot be used: ${reason}`
}

/** What was thrown, in a few words. When several addresses refuse the connection, the error has a code but no message. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  return thrown.message || ('code' in thrown ? String(thrown.code) : String(thrown))
}

function errorNumberOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('errno' in thrown)) return undefined
  // The system's own numbers are negative.
  return typeof thrown.errno === 'number' && thrown.errno > 0 ? thrown.errno : undefined
}
