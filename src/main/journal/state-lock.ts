/** Keeps a second PhotoFerry out of a state folder; the kernel lets go of the lock when the process dies, however it dies. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { UploadError } from '../../shared/errors.ts'

/**
 * Takes the folder for this process. SQLite's exclusive lock serves, since Node itself offers no file locks and a file
 * with a process id in it goes stale after a SIGKILL.
 * @param stateDir absolute path; made if it is not there
 * @returns lets go of it
 * @throws UploadError `state-in-use`
 */
export function lockState(stateDir: string): () => void {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  const database = new DatabaseSync(join(stateDir, 'lock.db'), { timeout: 500 })
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    throw new UploadError(
      'state-in-use',
      `PhotoFerry is already running with the state folder ${stateDir}. Close it first, or choose another folder with --state.`,
      { cause },
    )
  }
  return () => database.close()
}
