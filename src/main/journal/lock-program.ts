/** A program of its own: holds a state folder's lock until its channel to PhotoFerry closes (see lock-holder.ts). */
import * as sqlite from 'node:sqlite'
import { toUploadError } from '../../shared/protocol/errors.ts'
import type { LockReport } from './lock-holder.ts'
import { lockHere } from './state-lock.ts'

const [stateDir = ''] = process.argv.slice(2)
// Ctrl-C in a terminal reaches every process of it; the lock is let go when PhotoFerry has ended.
process.on('SIGINT', () => undefined)
process.on('disconnect', () => process.exit())
process.send?.(lock())

function lock(): LockReport {
  try {
    lockHere(stateDir, sqlite)
    return null
  } catch (thrown) {
    const { code, message } = toUploadError(thrown)
    return { code, message }
  }
}
