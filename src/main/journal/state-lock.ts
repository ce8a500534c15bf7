/** Keeps a second PhotoFerry out of a state folder; the kernel releases the lock when the process dies, however it dies. */
import { accessSync, constants, mkdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { UploadError } from '../../shared/protocol/errors.ts'
import { stateError } from './disk-errors.ts'
import { holdLock, type LockProgram } from './lock-holder.ts'

/** SQLite's own codes (sqlite.org/rescode.html), without the extended part. */
const sqliteCode = { busy: 5, notADatabase: 26 } as const

/** Missing in an Electron whose Node is older than 22.5, so never imported. */
type Sqlite = typeof import('node:sqlite')

/**
 * Locks the folder for this process. It uses SQLite's exclusive lock, since Node itself offers no file locks and a file
 * with a process id in it goes stale after a SIGKILL. Where this process has no SQLite, a plain Node takes the same lock
 * for it, so that desktop and terminal keep each other out everywhere.
 * @param stateDir absolute path; made if it is not there
 * @param program takes the lock where this process can't; left out where it always can
 * @returns releases it
 * @throws UploadError `state-in-use`; `bad-request` where the folder cannot be made, read or written
 */
export async function lockState(stateDir: string, program?: LockProgram): Promise<() => void> {
  const sqlite = process.getBuiltinModule('node:sqlite') as Sqlite | undefined
  if (sqlite !== undefined) return lockHere(stateDir, sqlite)
  if (program === undefined) throw new Error('This Node has no SQLite.')
  return holdLock(program, stateDir)
}

/** As `lockState`, in a process that has SQLite. */
export function lockHere(stateDir: string, sqlite: Sqlite): () => void {
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 })
    accessSync(stateDir, constants.R_OK | constants.W_OK)
    return lockFile(join(stateDir, 'lock.db'), sqlite)
  } catch (cause) {
    if (codeOf(cause) !== sqliteCode.busy) throw stateError(stateDir, cause)
    const message = `PhotoFerry is already running with the state folder ${stateDir}. Close it first, or choose another folder with --state.`
    throw new UploadError('state-in-use', message, { cause })
  }
}

function lockFile(path: string, sqlite: Sqlite): () => void {
  try {
    return exclusively(path, sqlite)
  } catch (thrown) {
    if (codeOf(thrown) !== sqliteCode.notADatabase) throw thrown
    // It never holds any data. Emptied in place, so that any other process that opens it now meets the same lock.
    truncateSync(path)
    return exclusively(path, sqlite)
  }
}

function exclusively(path: string, { DatabaseSync }: Sqlite): () => void {
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
