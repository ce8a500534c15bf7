/** What an item is when it is added to the list. */
import { randomUUID } from 'node:crypto'
import type { Preset } from '../../shared/presets.ts'
import type { ErrorInfo } from '../../shared/protocol/errors.ts'
import type { SkipReason } from '../../shared/skip-rules.ts'
import type { ItemState, UploadItem } from '../../shared/upload.ts'
import type { Find } from '../intake/scan.ts'
import { sizeProblem } from '../intake/size-limit.ts'
import { isSameVersion } from '../intake/source-file.ts'

export interface Entry {
  readonly batchId: string
  /** Its order number; never used before. */
  readonly order: number
  readonly staged: boolean
  readonly preset: Preset | null
  /** Bytes; null for no limit. */
  readonly maxFileSize: number | null
  /** The person's rule that skips it; null: it is sent. */
  readonly skipped: SkipReason | null
  /** See `UploadItem.sequence`. */
  readonly sequence?: number | null
  /** The item of the same source that is on the list already. */
  readonly earlier: UploadItem | undefined
}

/** The stamp of a place that could not be read. */
const unseen = { size: 0, mtimeMs: 0, ctimeMs: null, inode: null }

export function newItem(find: Find, entry: Entry): UploadItem {
  const { batchId, order, staged, preset, earlier } = entry
  const { size, mtimeMs, ctimeMs, inode } = find.kind === 'file' ? find : unseen
  const stamp = { size, mtimeMs, ctimeMs, inode }
  const sameVersion = earlier?.payload === null && isSameVersion(earlier, stamp)
  const nowMs = Date.now()
  return {
    id: randomUUID(),
    batchId,
    order,
    rank: 0,
    sourcePath: find.sourcePath,
    realFolder: find.realFolder ?? null,
    relativePath: find.relativePath,
    target: null,
    sequence: entry.sequence ?? null,
    keepBoth: false,
    ...stamp,
    seenAtMs: nowMs,
    checkedAtMs: null,
    checkedEarly: false,
    sourceGone: false,
    changedAtMs: null,
    staged,
    attempts: 0,
    marks: 0,
    isPreview: false,
    preset,
    payload: null,
    note: null,
    ...digestsOf(sameVersion ? earlier : undefined),
    hashCheckpoint: null,
    taskId: null,
    acknowledgedBytes: 0,
    sentBytes: 0,
    failedAttempts: [],
    addedAtMs: nowMs,
    startedAtMs: null,
    state: stateOf(find, entry),
  }
}

/** Both or neither: an item of an older journal has MD5 alone, which stands for nothing without the SHA-256. */
function digestsOf(earlier: UploadItem | undefined): Pick<UploadItem, 'md5' | 'sha256'> {
  const { md5 = null, sha256 = null } = earlier ?? {}
  return md5 !== null && sha256 !== null ? { md5, sha256 } : { md5: null, sha256: null }
}

function stateOf(find: Find, entry: Entry): ItemState {
  if (entry.skipped !== null) return { status: 'skipped', reason: entry.skipped }
  const error = problemOf(find, entry)
  return error ? { status: 'failed', error } : { status: 'queued' }
}

function problemOf(find: Find, { preset, maxFileSize }: Entry): ErrorInfo | null {
  if (find.kind === 'problem') return find.error.info
  // Under a preset the copy's size counts, which nobody knows yet.
  return preset === null ? (sizeProblem(find, maxFileSize)?.info ?? null) : null
}
