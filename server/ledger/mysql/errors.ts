/** Turns MySQL's errors into coded ones, at the edge that meets them: the MySQL ledger. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { type DatabaseAddress, describeDatabase } from './database-url.ts'

/** Error numbers of MySQL and MariaDB. */
const deadlock = 1213
const lockWaitTimeout = 1205
const recordChanged = 1020
const duplicateEntry = 1062
const noRoom: readonly number[] = [1021, 1114]
/** Too many connections; shutting down; aborted; killed; read-only for now, as while another server takes over. */
const awayForNow: readonly number[] = [1040, 1053, 1152, 1158, 1159, 1160, 1161, 1290, 1317, 1792, 1836, 1927]
const retryAfterMs = 2_000

/** Whether the same transaction may well succeed at the next attempt; the database has undone this one. */
export function isCollision(thrown: unknown): boolean {
  const errno = errnoOf(thrown)
  return errno === deadlock || errno === lockWaitTimeout || errno === recordChanged
}

/** Whether a row with the same unique value is there already. */
export function isDuplicate(thrown: unknown): boolean {
  return errnoOf(thrown) === duplicateEntry
}

/** Whether the connection, and all that it was doing, is lost. */
export function isLost(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false
  if ('fatal' in thrown && thrown.fatal === true) return true
  // What the system or the driver says of a connection has a name and no number of the database's.
  const code = 'code' in thrown ? String(thrown.code) : ''
  return /^(E[A-Z]+|EAI_AGAIN|PROTOCOL_[A-Z_]+)$/.test(code) && !code.startsWith('ER_')
}

/** Why something could not be read from or written to the database. */
export function databaseError(thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown
  const errno = errnoOf(thrown)
  if (errno !== undefined && noRoom.includes(errno)) {
    const sentence = 'The database has no room left. Free some space there.'
    return new UploadError('storage-full', sentence, { cause: thrown })
  }
  if (isLost(thrown) || isCollision(thrown) || (errno !== undefined && awayForNow.includes(errno))) {
    return unreachable(thrown)
  }
  const sentence = 'The server could not use its database. See its log.'
  return new UploadError('storage-failed', sentence, { cause: thrown })
}

/** For now; whoever asks again later will get an answer. */
export function unreachable(cause?: unknown): UploadError {
  const sentence = 'The server cannot reach its database. It goes on as soon as that is back.'
  return new UploadError('server-unreachable', sentence, { cause, retryAfterMs })
}

/** Why a ledger could not be opened, in one sentence that says what to do. */
export function openError(address: DatabaseAddress, thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown
  return new UploadError('storage-failed', sentenceFor(address, thrown), { cause: thrown })
}

function sentenceFor(address: DatabaseAddress, thrown: unknown): string {
  const where = describeDatabase(address)
  const reason = reasonOf(thrown)
  const { user, database } = address
  switch (errnoOf(thrown)) {
    case 1045:
    case 1698:
      return `The database refuses ${where}: wrong user or password. Mend DATABASE_URL.`
    case 1049:
      return `There is no database ${database} at ${where}. Create it: CREATE DATABASE \`${database}\` CHARACTER SET utf8mb4.`
    case 1044:
    case 1142:
    case 1227:
      return `${user} may not use ${where} as PhotoFerry must. Grant it all rights on the database ${database}.`
    case 1040:
      return `The database at ${where} has too many connections. Raise its max_connections.`
  }
  if (isLost(thrown))
    return `The database ${where} cannot be reached (${reason}). Start it, or mend DATABASE_URL.`
  return `The database ${where} cannot be used: ${reason}`
}

/** In a few words: several addresses that all refuse make an error without a message. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  return thrown.message || ('code' in thrown ? String(thrown.code) : String(thrown))
}

function errnoOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('errno' in thrown)) return undefined
  // The system's own numbers are negative.
  return typeof thrown.errno === 'number' && thrown.errno > 0 ? thrown.errno : undefined
}
