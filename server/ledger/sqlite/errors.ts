/** Turns SQLite's errors into coded ones, where the SQLite ledger meets them. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'

/** SQLite's primary result codes: the low byte of a result code. */
const busy = 5
const full = 13
/** Extended result codes: a file, or a folder, failed to sync. */
const failedSyncs: readonly unknown[] = [10 | (4 << 8), 10 | (5 << 8)]

/** Why a ledger could not be opened, in one sentence for a person. @param path absolute path of its file */
export function openError(path: string, thrown: unknown): UploadError {
  const message =
    resultCodeOf(thrown) === busy
      ? 'Another PhotoFerry server is using this data folder. Stop it first.'
      : `The ledger ${path} cannot be used: ${thrown instanceof Error ? thrown.message : String(thrown)}`
  return new UploadError('storage-failed', message, { cause: thrown })
}

/** Why the ledger could not be read or written. */
export function ledgerError(thrown: unknown): UploadError {
  if (isFull(thrown)) {
    const message = 'The server has no room left for its ledger. Free some space there.'
    return new UploadError('storage-full', message, { cause: thrown })
  }
  const message = 'The server could not use its ledger. See its log.'
  return new UploadError('storage-failed', message, { cause: thrown })
}

/** Whether the disk had no room left. */
export function isFull(thrown: unknown): boolean {
  return resultCodeOf(thrown) === full
}

/** Whether something that was written may be lost although it can be read. */
export function isFailedSync(thrown: unknown): boolean {
  return thrown instanceof Error && 'errcode' in thrown && failedSyncs.includes(thrown.errcode)
}

function resultCodeOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('errcode' in thrown)) return undefined
  return typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : undefined
}
