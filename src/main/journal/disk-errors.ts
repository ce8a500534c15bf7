/** Says in one sentence what the disk would not do with PhotoFerry's own files; turned into codes here, where it is met. */
import { UploadError } from '../../shared/protocol/errors.ts'

/** What a shard of the journal is part of, in words for when its file fails. */
export interface DiskWords {
  /** @param aside where the damaged file lies now; absolute @param restored whether an earlier state of it was found */
  damaged(aside: string, restored: boolean): UploadError
  /** @param cause what the disk threw */
  unwritten(cause: unknown): UploadError
}

export const queueOnDisk: DiskWords = {
  damaged: (aside, restored) => {
    const rest = restored ? 'An earlier state of it was restored' : 'Its files must be added again'
    const message = `Part of the queue could not be read and was set aside as ${aside}. ${rest}; nothing that was uploaded is lost.`
    const facts = { kind: restored ? 'queue-restored' : 'queue-aside', path: aside } as const
    return new UploadError('journal-damaged', message, { facts })
  },
  unwritten: (cause) => {
    const reason = reasonOf(cause)
    const message = `The queue could not be written to disk (${reason}). Make room: what happens now would be forgotten at a restart.`
    return new UploadError('disk-full', message, { cause, facts: { kind: 'queue-unwritten', reason } })
  },
}

export const historyOnDisk: DiskWords = {
  damaged: (aside, restored) => {
    const rest = restored
      ? 'An earlier state of it was restored.'
      : 'It begins anew; nothing that was uploaded is lost.'
    const message = `The history of finished batches could not be read and was set aside as ${aside}. ${rest}`
    return new UploadError('journal-damaged', message)
  },
  unwritten: (cause) =>
    new UploadError(
      'disk-full',
      `The history could not be written to disk (${reasonOf(cause)}). Make room, then try again.`,
      { cause },
    ),
}

export function settingsUnwritten(cause: unknown): UploadError {
  const message = `The settings could not be written to disk (${reasonOf(cause)}) and stay as they were. Make room, then save them again.`
  return new UploadError('disk-full', message, { cause })
}

/**
 * What keeps a state folder from being opened, as one coded error; a bug stays what it is.
 * @param stateDir absolute path
 */
export function stateError(stateDir: string, thrown: unknown): unknown {
  if (thrown instanceof UploadError || !(thrown instanceof Error) || !('code' in thrown)) return thrown
  const message = `The state folder ${stateDir} cannot be used (${reasonOf(thrown)}). Make sure that it is a folder that can be written to, on a disk with room, or choose another folder with --state.`
  return new UploadError('bad-request', message, { cause: thrown })
}

/** `ENOSPC: no space left on device`, without the call and the file that met it. */
function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  return /^E[A-Z]+: [^,]+/.exec(text)?.[0] ?? text
}
