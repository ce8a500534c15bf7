/** Looks at a source file as it is now; turns what the operating system says into coded errors. */
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { basename } from 'node:path/posix'
import { type ErrorCode, UploadError } from '../../shared/protocol/errors.ts'

/** Which file is meant: where it lies, and the name a person knows it by (a staged copy lies under another). */
export interface SourceRef {
  /** Absolute. */
  readonly sourcePath: string
  /** Parts joined by `/`. */
  readonly relativePath: string
}

/** What tells two versions of a file apart. */
export interface SourceStamp {
  /** Bytes. */
  readonly size: number
  /** Modification time, ms since 1970. */
  readonly mtimeMs: number
}

/**
 * Size and time of the file as it is now.
 * @throws UploadError `source-missing`, `source-unreadable` or `source-not-a-file`
 */
export async function stampSource(source: SourceRef): Promise<SourceStamp> {
  const stats = await lstat(source.sourcePath).catch((error: NodeJS.ErrnoException) => {
    throw fileAccessError(source, error.code ?? '', error)
  })
  if (!stats.isFile()) throw notAFile(source)
  return { size: stats.size, mtimeMs: stats.mtimeMs }
}

/**
 * Opens the source for reading.
 * @throws UploadError as `stampSource`
 */
export async function openSource(source: SourceRef): Promise<FileHandle> {
  return open(source.sourcePath, 'r').catch((error: NodeJS.ErrnoException) => {
    throw fileAccessError(source, error.code ?? '', error)
  })
}

/**
 * Refuses a source that is no longer the version that was hashed (promise R7).
 * @throws UploadError `source-changed`
 */
export function assertSameVersion(expected: SourceRef & SourceStamp, found: SourceStamp): void {
  if (found.size === expected.size && found.mtimeMs === expected.mtimeMs) return
  throw new UploadError(
    'source-changed',
    `${basename(expected.relativePath)} was changed while it was being sent; it will be sent anew from the start.`,
  )
}

/** The coded error for an operating system error met at a source file. */
export function fileAccessError(source: SourceRef, errno: string, cause: unknown): UploadError {
  const name = basename(source.relativePath)
  const known = accessErrors(name)[errno]
  if (known !== undefined) {
    const [code, message, kind] = known
    return new UploadError(code, message, kind === undefined ? { cause } : { cause, facts: { kind, name } })
  }
  const reason = errno || 'unknown error'
  const message = `${name} cannot be read (${reason}). Check the disk or card, then retry.`
  return new UploadError('source-unreadable', message, {
    cause,
    facts: { kind: 'disk-trouble', name, reason },
  })
}

/** The coded error for a folder, link, pipe or device where a file was expected. */
export function notAFile(source: SourceRef): UploadError {
  return new UploadError(
    'source-not-a-file',
    `${basename(source.relativePath)} is not a regular file (a link, pipe or device). Add the file itself instead.`,
  )
}

type AccessError = readonly [ErrorCode, message: string, kind?: 'file-missing' | 'permission-denied']

function accessErrors(name: string): Readonly<Record<string, AccessError>> {
  const missing = `${name} is no longer there. Put it back or reconnect its disk, then retry.`
  const denied = `${name} cannot be opened: permission denied. Change its permissions, then retry.`
  const tooMany: AccessError = [
    'internal',
    `${name} could not be opened because too many files are open; it will be tried again.`,
  ]
  return {
    ENOENT: ['source-missing', missing, 'file-missing'],
    ENOTDIR: ['source-missing', missing, 'file-missing'],
    EACCES: ['source-unreadable', denied, 'permission-denied'],
    EPERM: ['source-unreadable', denied, 'permission-denied'],
    EISDIR: ['source-not-a-file', `${name} is a folder where a file was expected.`],
    EMFILE: tooMany,
    ENFILE: tooMany,
  }
}
