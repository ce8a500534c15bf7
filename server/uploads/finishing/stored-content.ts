/** What a stored file looks like from outside, and whether it may stand for bytes without being read again. */
import type { Damage, FileRow } from '../../ledger/ledger.ts'
import type { StoredFileStat } from '../../storage/store.ts'
import type { Uploads } from '../context.ts'

/**
 * `unsure`: the file has to be read again before anything rests on it. `unusable`: it is damaged, and stands for nothing
 * until it was replaced or found to be whole again.
 */
export type Condition = 'intact' | 'unsure' | 'unusable'

/** Publishing a file changes it from outside a moment after it was verified: its partial's name is removed, ms. */
const publishingMs = 5_000

/** Whether the file was stored for this path, or has it. */
export function isFor(relativePath: string, file: FileRow): boolean {
  return file.requestedPath === relativePath || file.storedPath === relativePath
}

/**
 * Whether the stored file may stand for its bytes, so that no upload is skipped because of content that is not there (R9,
 * docs/promises.md: nothing is skipped as a duplicate unless the server has the same content). Reads no bytes. What can be
 * seen to be damaged from outside is recorded.
 */
export async function conditionOf(uploads: Uploads, file: FileRow): Promise<Condition> {
  if (file.damagedAtMs !== null) return 'unusable'
  const found = await uploads.store.stat(file.storedPath)
  const damage = damageSeen(file, found)
  if (damage !== undefined || found === undefined) {
    await recordDamage(uploads, file, damage ?? 'gone')
    return 'unusable'
  }
  const isUntouched = found.mtimeMs === file.mtimeMs && found.changedAtMs <= file.verifiedAtMs + publishingMs
  // A date in the future says that a clock was wrong.
  const isFresh = Math.abs(uploads.now() - file.verifiedAtMs) <= uploads.limits.trustVerifiedMs
  return file.sha256 !== null && isUntouched && isFresh ? 'intact' : 'unsure'
}

/** What is wrong with a file as far as can be seen without reading it; undefined when nothing is. */
export function damageSeen(file: FileRow, found: StoredFileStat | undefined): Damage | undefined {
  if (found === undefined) return 'gone'
  if (found.size === file.size) return undefined
  return found.mtimeMs === file.mtimeMs ? 'size' : 'changed'
}

const sentences: Readonly<Record<Damage, string>> = {
  bytes: 'stored file is damaged: its bytes are no longer those that were stored',
  size: 'stored file is damaged: it has another size than was stored',
  changed: 'stored file was changed by somebody',
  gone: 'stored file is gone',
  unreadable: 'stored file is damaged: it cannot be read',
}

/** From now on the file stands for nothing: when its content is offered, the bytes are sent again. */
export async function recordDamage(uploads: Uploads, file: FileRow, damage: Damage): Promise<void> {
  // Found once more, it is no news.
  if (file.damage !== damage) uploads.log.error({ path: file.storedPath, damage }, sentences[damage])
  await uploads.ledger.setFileDamaged(file.fileId, damage, uploads.now())
}
