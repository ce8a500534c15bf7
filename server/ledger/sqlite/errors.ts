/** Turns SQLite's errors into coded ones, at the edge that meets them: the SQLite ledger. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'

/** SQLite's result codes; the low byte says the kind. */
const busy = 5
const full = 13

/** Why a ledger could not be opened. @param path absolute path of its file */
export function openError(path: string, thrown: unknown): UploadError {
  const sentence =
    kindOf(thrown) === busy
      ? 'Another PhotoFerry server is using this data folder. Stop it first.'
      : `The ledger ${path} cannot be used: ${thrown instanceof Error ? thrown.message : String(thrown)}`
  return new UploadError('storage-failed', sentence, { cause: thrown })
}

/** Why something could not be read from or written to the ledger. */
export function ledgerError(thrown: unknown): UploadError {
  if (kindOf(thrown) === full) {
    const sentence = 'The server has no room left for its ledger. Free some space there.'
    return new UploadError('storage-full', sentence, { cause: thrown })
  }
  const sentence = 'The server could not use its ledger. See its log.'
  return new UploadError('storage-failed', sentence, { cause: thrown })
}

function kindOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('errcode' in thrown)) return undefined
  return typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : undefined
}
