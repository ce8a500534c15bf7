/**
 * Reads a stored file and compares it with its row: size, MD5 and SHA-256. A row of an earlier version, without a SHA-256,
 * gets it in the same pass (docs/same-bytes.md). What was found is recorded with its date, good or bad.
 */
import type { FileDigests } from '../../digests.ts'
import type { Damage, FileRow } from '../../ledger/ledger.ts'
import type { OnBytes, StoredFileStat } from '../../storage/store.ts'
import type { Throttle } from '../../storage/throttle.ts'
import type { Uploads } from '../context.ts'
import { hasCode } from '../upload-errors.ts'
import { damageSeen, recordDamage } from './stored-content.ts'

interface CheckOptions {
  readonly onBytes: OnBytes
  /** How fast to read; left out for as fast as possible. */
  readonly throttle?: Throttle | undefined
}

/**
 * What a check found: the file with the date of this verification; what is wrong with it; or nothing, because somebody was
 * writing to it.
 */
export type CheckedFile =
  | { readonly kind: 'verified'; readonly file: FileRow }
  | { readonly kind: 'damaged'; readonly damage: Damage }
  | { readonly kind: 'unknown' }

const unknown: CheckedFile = { kind: 'unknown' }

/** The system's errors that say nothing about the file: this process has too much open, or too little memory. */
const ofProcess = new Set(['EMFILE', 'ENFILE', 'ENOMEM'])

/** @throws UploadError `server-unreachable` while the store or the ledger is away; ReadingStopped */
export async function checkFile(
  uploads: Uploads,
  file: FileRow,
  options: CheckOptions,
): Promise<CheckedFile> {
  const verifiedAtMs = uploads.now()
  const before = await uploads.store.stat(file.storedPath)
  const seen = damageSeen(file, before)
  if (seen !== undefined || before === undefined) return damaged(uploads, file, seen ?? 'gone')
  const digests = await readOrWhyNot(uploads, file, options)
  if (digests === 'unknown') return unknown
  if (digests === 'unreadable') {
    const isGone = (await uploads.store.stat(file.storedPath)) === undefined
    return damaged(uploads, file, isGone ? 'gone' : 'unreadable')
  }
  // Somebody may have replaced it, or written to it, while it was read to its end.
  const after = await uploads.store.stat(file.storedPath)
  if (after === undefined || !isSameStat(before, after)) return unknown
  if (!isRight(file, digests))
    return damaged(uploads, file, before.mtimeMs === file.mtimeMs ? 'bytes' : 'changed')
  const verified = { sha256: digests.sha256, mtimeMs: after.mtimeMs, verifiedAtMs }
  await uploads.ledger.setFileVerified(file.fileId, verified)
  if (file.damage !== null)
    uploads.log.info({ path: file.storedPath, was: file.damage }, 'stored file is whole again')
  return { kind: 'verified', file: { ...file, ...verified, damagedAtMs: null, damage: null } }
}

async function damaged(uploads: Uploads, file: FileRow, damage: Damage): Promise<CheckedFile> {
  await recordDamage(uploads, file, damage)
  return { kind: 'damaged', damage }
}

/** Wrong bytes are read a second time before they count: a bad cable, or memory, may have changed them on the way. */
async function readOrWhyNot(
  uploads: Uploads,
  file: FileRow,
  { onBytes, throttle }: CheckOptions,
): Promise<FileDigests | 'unreadable' | 'unknown'> {
  const read = () => uploads.store.fileDigests(file.storedPath, onBytes, throttle)
  try {
    const digests = await read()
    return isRight(file, digests) ? digests : await read()
  } catch (thrown) {
    if (!hasCode(thrown, 'storage-failed')) throw thrown
    uploads.log.warn({ path: file.storedPath, reason: String(thrown.cause) }, 'stored file cannot be read')
    return ofProcess.has(codeOf(thrown.cause)) ? 'unknown' : 'unreadable'
  }
}

function isRight(file: FileRow, { md5, sha256 }: FileDigests): boolean {
  return md5 === file.md5 && (file.sha256 === null || sha256 === file.sha256)
}

function isSameStat(one: StoredFileStat, other: StoredFileStat): boolean {
  return one.size === other.size && one.mtimeMs === other.mtimeMs && one.changedAtMs === other.changedAtMs
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
}
