/** Reads what tells versions of a source file apart, opens it, and turns the operating system's errors into coded ones. */
import type { BigIntStats } from 'node:fs'
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { basename } from 'node:path/posix'
import { type ErrorCode, UploadError } from '../../shared/protocol/errors.ts'
import { type FileSystemTraits, lookUpFileSystem } from './file-system.ts'

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
  /** When its content, name or permissions changed last, ms since 1970; null where it is not known or not kept. */
  readonly ctimeMs: number | null
  /** Its number on its file system, in decimal; null where it is not known or not kept. */
  readonly inode: string | null
}

/** A source as it was last seen. Without a modification time, or with 0, its path has never led to a file. */
type KnownSource = SourceRef & Partial<SourceStamp>

/**
 * Reads what the file is now.
 * @throws UploadError `source-missing`, `source-unreadable` or `source-not-a-file`
 */
export async function stampSource(source: KnownSource, lookUp = lookUpFileSystem): Promise<SourceStamp> {
  const { sourcePath } = source
  const stats = await lstat(sourcePath, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    throw fileAccessError(source, error.code ?? '', error)
  })
  if (!stats.isFile()) throw notAFile(source)
  const traits = await lookUp(sourcePath, stats.dev)
  return traits.isCached ? stampOpened(source, traits) : stampOf(stats, traits)
}

/** Network file systems ask their server when a file is opened; what they say of a closed one may be a minute old. */
async function stampOpened(source: KnownSource, traits: FileSystemTraits): Promise<SourceStamp> {
  const handle = await openSource(source)
  try {
    return stampOf(await handle.stat({ bigint: true }), traits)
  } finally {
    await handle.close()
  }
}

/** What an open file is now. @param path absolute, where it was opened */
export async function stampOpenFile(handle: FileHandle, path: string): Promise<SourceStamp> {
  const stats = await handle.stat({ bigint: true })
  return stampOf(stats, await lookUpFileSystem(path, stats.dev))
}

/** Without what its file system does not keep: that would make a version of its own of every look. */
export function stampOf(stats: BigIntStats, { keeps }: FileSystemTraits): SourceStamp {
  return {
    size: Number(stats.size),
    mtimeMs: msOf(stats.mtimeNs),
    ctimeMs: keeps.ctime ? msOf(stats.ctimeNs) : null,
    inode: keeps.inode ? String(stats.ino) : null,
  }
}

const nsPerSecond = 1_000_000_000n

/** As Node computes it from seconds and nanoseconds, to the last bit: journals hold times that it computed. */
function msOf(ns: bigint): number {
  const fraction = ((ns % nsPerSecond) + nsPerSecond) % nsPerSecond
  return Number((ns - fraction) / nsPerSecond) * 1000 + Number(fraction) / 1e6
}

/** Whether both are the same version of a file; what is not known of one of them is no difference. */
export function isSameVersion(a: SourceStamp, b: SourceStamp): boolean {
  return hasSameContentTime(a, b) && agree(a.ctimeMs, b.ctimeMs) && agree(a.inode, b.inode)
}

/** Whether the bytes of both are likely the same: other programs write change times and numbers without touching them. */
export function hasSameContentTime(a: SourceStamp, b: SourceStamp): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs
}

function agree<Fact>(a: Fact | null, b: Fact | null): boolean {
  return a === null || b === null || a === b
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
  if (isSameVersion(expected, found)) return
  const name = basename(expected.relativePath)
  throw new UploadError(
    'source-changed',
    `${name} changed during the upload. It will be uploaded again once it is no longer being written.`,
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
