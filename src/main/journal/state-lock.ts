/** Keeps a second PhotoFerry out of a state folder; the kernel lets go of the lock when the process dies, however it dies. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { UploadError } from '../../shared/errors.ts'

/** SQLITE_BUSY: another process has it. */
const sqliteBusy = 5

/**
 * Takes the folder for this process. SQLite's exclusive lock serves, since Node itself offers no file locks and a file
 * with a process id in it goes stale after a SIGKILL.
 * @param stateDir absolute path; made if it is not there
 * @returns lets go of it
 * @throws UploadError `state-in-use`; `bad-request` when the folder cannot be made or written to
 */
export function lockState(stateDir: string): () => void {
  let database: DatabaseSync | undefined
  try {
    mkdirSync(stateDir, { recursive: true, mode: 0o700 })
    database = new DatabaseSync(join(stateDir, 'lock.db'), { timeout: 500 })
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    database?.close()
    throw isHeld(cause) ? heldError(stateDir, cause) : unusableError(stateDir, cause)
  }
  const held = database
  return () => held.close()
}

function isHeld(thrown: unknown): boolean {
  return thrown instanceof Error && 'errcode' in thrown && thrown.errcode === sqliteBusy
}

function heldError(stateDir: string, cause: unknown): UploadError {
  const message = `PhotoFerry is already running with the state folder ${stateDir}. Close it first, or choose another folder with --state.`
  return new UploadError('state-in-use', message, { cause })
}

function unusableError(stateDir: string, cause: unknown): UploadError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const message = `The state folder ${stateDir} cannot be used (${reason}). Choose another folder with --state.`
  return new UploadError('bad-request', message, { cause })
}
