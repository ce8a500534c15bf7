/** Coded errors, with their sentences, for a disk that refuses or damages PhotoFerry's own files. */
import { UploadError } from '../../shared/protocol/errors.ts'

/** The errors of one kind of stored file: the queue's or the history's. */
export interface DiskWords {
  /**
   * @param aside absolute path that the damaged file was moved to
   * @param restored whether an earlier generation of it was found
   */
  damaged(aside: string, restored: boolean): UploadError
  /** @param cause the disk's own error */
  unwritten(cause: unknown): UploadError
}

export const queueOnDisk: DiskWords = {
  damaged: (aside, restored) => {
    const rest = restored ? 'An earlier version was restored' : 'Add its files again'
    const message = `Part of the queue was unreadable and was moved to ${aside}. ${rest}. Uploaded files are not affected.`
    const facts = { kind: restored ? 'queue-restored' : 'queue-aside', path: aside } as const
    return new UploadError('journal-damaged', message, { facts })
  },
  unwritten: (cause) => {
    const reason = reasonOf(cause)
    const message = `Can't save the queue (${reason}). Free up disk space: until then, a restart forgets what happens now.`
    return new UploadError('disk-full', message, { cause, facts: { kind: 'queue-unwritten', reason } })
  },
}

/** Of the batches whose end a server does not know yet. */
export const untoldOnDisk: DiskWords = {
  damaged: (aside, restored) => {
    const rest = restored
      ? 'An earlier version was restored.'
      : 'The server may go on to call finished batches open. Uploaded files are not affected.'
    const message = `What the server was still to be told of batches was unreadable and was moved to ${aside}. ${rest}`
    return new UploadError('journal-damaged', message)
  },
  unwritten: queueOnDisk.unwritten,
}

export const historyOnDisk: DiskWords = {
  damaged: (aside, restored) => {
    const rest = restored
      ? 'An earlier version was restored.'
      : 'It starts empty. Uploaded files are not affected.'
    return new UploadError('journal-damaged', `The history was unreadable and was moved to ${aside}. ${rest}`)
  },
  unwritten: (cause) =>
    new UploadError(
      'disk-full',
      `Can't save the history (${reasonOf(cause)}). Free up disk space, then try again.`,
      {
        cause,
      },
    ),
}

export function settingsUnwritten(cause: unknown): UploadError {
  const message = `Can't save the settings (${reasonOf(cause)}); the old ones still apply. Free up disk space, then save again.`
  return new UploadError('disk-full', message, { cause })
}

/**
 * The coded error for a state folder that can't be opened. Anything that is no file system error passes unchanged.
 * @param stateDir absolute path
 */
export function stateError(stateDir: string, thrown: unknown): unknown {
  if (thrown instanceof UploadError || !(thrown instanceof Error) || !('code' in thrown)) return thrown
  const message = `Can't use the state folder ${stateDir} (${reasonOf(thrown)}). Make sure it is a writable folder on a disk with free space, or choose another with --state.`
  return new UploadError('bad-request', message, { cause: thrown })
}

/**
 * Entries of the queue were not used as they are.
 * @param count at least 1
 * @param aside absolute path that the file was copied to
 */
export function entriesRefused(count: number, aside: string): UploadError {
  const what = count === 1 ? 'One entry' : `${count} entries`
  const message = `${what} of the queue could not be used: damaged, or with ids or paths that are not PhotoFerry's. The file as it was is kept as ${aside}. Add the files again; nothing was deleted.`
  return new UploadError('journal-damaged', message, { facts: { kind: 'queue-refused', count, path: aside } })
}

/** @param paths absolute paths of links, at least one, where they are now */
export function linksAside(paths: readonly string[]): UploadError {
  const [path = ''] = paths
  const count = paths.length
  const what = count === 1 ? 'a link' : `${count} links`
  const message = `PhotoFerry's own folder held ${what} to another place. PhotoFerry does not follow it: it was renamed to ${path}${count === 1 ? '' : ', and so on'}. What it leads to is untouched.`
  return new UploadError('journal-damaged', message, { facts: { kind: 'links-aside', count, path } })
}

/** `ENOSPC: no space left on device`, without the system call and the path. */
function reasonOf(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  return /^E[A-Z]+: [^,]+/.exec(text)?.[0] ?? text
}
