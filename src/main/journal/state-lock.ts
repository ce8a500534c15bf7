/** Keeps a second PhotoFerry out of a state folder; the kernel releases the lock when the process dies, however it dies. */
import { accessSync, constants, mkdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { UploadError } from '../../shared/protocol/errors.ts'
import { stateError } from './disk-errors.ts'

/** SQLite's own codes (sqlite.org/rescode.html), without the extended part. */
const sqliteCode = { busy: 5, notADatabase: 26 } as const

/**
 * Locks the folder for this process. It uses SQLite's exclusive lock, since Node itself offers no file locks and a file
 * with a process id in it goes stale after a SIGKILL.
 * @param stateDir absolute path; made if it is not there
 * @returns releases it
 * @throws UploadError `state-in-use`; `bad-request` where the folder cannot be made, read or written
 */
export function lockState(stateDir: string): () => void {
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 })
    accessSync(stateDir, constants.R_OK | constants.W_OK)
    return lockFile(join(stateDir, 'lock.db'))
  } catch (cause) {
    if (codeOf(cause) !== sqliteCode.busy) throw stateError(stateDir, cause)
    const message = `PhotoFerry is already running with the state folder ${stateDir}. Close it first, or choose another folder with --state.`
    throw new UploadError('state-in-use', message, { cause })
  }
}

function lockFile(path: string): () => void {
  try {
    return exclusively(path)
  } catch (thrown) {
    if (codeOf(thrown) !== sqliteCode.notADatabase) throw thrown
    // It never holds any data. Emptied in place, so that any other process that opens it now meets the same lock.
    truncateSync(path)
    return exclusively(path)
  }
}

function exclusively(path: string): () => void {
  const database = new DatabaseSync(path, { timeout: 500 })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    return () => database.close()
  } catch (thrown) {
    database.close()
    throw thrown
  }
}

function codeOf(thrown: unknown): number | null {
  const isSqlite = thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number'
  return isSqlite ? (thrown.errcode as number) & 0xff : null
}
