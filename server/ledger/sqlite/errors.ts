/** Turns SQLite's errors into coded ones, where the SQLite ledger meets them. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'

/** SQLite's primary result codes: the low byte of a result code. */
const busy = 5
const full = 13

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
  if (resultCodeOf(thrown) === full) {
    const message = 'The server has no room left for its ledger. Free some space there.'
    return new UploadError('storage-full', message, { cause: thrown })
  }
  const message = 'The server could not use its ledger. See its log.'
  return new UploadError('storage-failed', message, { cause: thrown })
}

function resultCodeOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('errcode' in thrown)) return undefined
  return typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : undefined
}
