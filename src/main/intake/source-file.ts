/** Reads a source file's size and time, opens it, and turns the operating system's errors into coded ones. */
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { basename } from 'node:path/posix'
import { type ErrorCode, UploadError } from '../../shared/protocol/errors.ts'

/** Names a file: its path on this machine, and the name a person knows it by. A dropped copy has two different ones. */
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

/** A source as it was last seen. Without a modification time, or with 0, its path has never led to a file. */
type KnownSource = SourceRef & Partial<SourceStamp>

/**
 * Reads the file's present size and time.
 * @throws UploadError `source-missing`, `source-unreadable` or `source-not-a-file`
 */
export async function stampSource(source: KnownSource): Promise<SourceStamp> {
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
export async function openSource(source: KnownSource): Promise<FileHandle> {
  return open(source.sourcePath, 'r').catch((error: NodeJS.ErrnoException) => {
    throw fileAccessError(source, error.code ?? '', error)
  })
}

/**
 * Refuses a source that is no longer the version that was hashed: bytes of two versions never mix (R7, docs/promises.md).
 * @throws UploadError `source-changed`
 */
export function assertSameVersion(expected: SourceRef & SourceStamp, found: SourceStamp): void {
  if (found.size === expected.size && found.mtimeMs === expected.mtimeMs) return
  const name = basename(expected.relativePath)
  throw new UploadError(
    'source-changed',
    `${name} changed during the upload. It will be sent again from the start.`,
  )
}

/**
 * The coded error for an operating system error on a source file.
 * @param errno as Node names it, such as `ENOENT`; empty when unknown
 */
export function fileAccessError(source: KnownSource, errno: string, cause: unknown): UploadError {
  const name = basename(source.relativePath)
  const known = accessErrors(name, (source.mtimeMs ?? 0) > 0)[errno]
  if (known !== undefined) {
    const [code, message, kind] = known
    return new UploadError(code, message, kind === undefined ? { cause } : { cause, facts: { kind, name } })
  }
  const reason = errno || 'unknown error'
  const message = `Can't read ${name} (${reason}). Check the disk or card, then retry.`
  return new UploadError('source-unreadable', message, {
    cause,
    facts: { kind: 'disk-trouble', name, reason },
  })
}

/** The coded error for a folder, link, pipe or device where a file was expected. */
export function notAFile(source: SourceRef): UploadError {
  const name = basename(source.relativePath)
  return new UploadError(
    'source-not-a-file',
    `${name} is a link, pipe or device, not a regular file. Add the file itself instead.`,
  )
}

type AccessError = readonly [ErrorCode, message: string, kind?: 'file-missing' | 'permission-denied']

/** @param wasFound whether the path led to a file before: a mistyped path needs another sentence than an ejected card */
function accessErrors(name: string, wasFound: boolean): Readonly<Record<string, AccessError>> {
  const missing = wasFound
    ? `${name} is no longer there. Put it back or reconnect its disk, then retry.`
    : `No such file or folder: ${name}`
  const denied = `Can't open ${name}: permission denied. Change its permissions, then retry.`
  const tooMany: AccessError = [
    'internal',
    `Can't open ${name}: too many files are open. PhotoFerry will try again.`,
  ]
  return {
    ENOENT: ['source-missing', missing, 'file-missing'],
    ENOTDIR: ['source-missing', missing, 'file-missing'],
    EACCES: ['source-unreadable', denied, 'permission-denied'],
    EPERM: ['source-unreadable', denied, 'permission-denied'],
    EISDIR: ['source-not-a-file', `${name} is a folder, not a file. Add it again to upload what is in it.`],
    EMFILE: tooMany,
    ENFILE: tooMany,
  }
}
