/** New tasks, and their ids: generated here, so that nobody can guess another client's. */
import { randomBytes } from 'node:crypto'
import type { StatedDigests } from '../digests.ts'
import { type TaskRow, unknownBytes } from '../ledger/ledger.ts'
import type { Uploads } from './context.ts'
import { taskGone } from './upload-errors.ts'

/** Also names a partial that belongs to no task yet. */
export function newTaskId(): string {
  return randomBytes(16).toString('hex')
}

/** The id that a client sent; one of another shape is treated as an unknown task. @throws UploadError `task-gone` */
export function parseTaskId(text: string | undefined): string {
  if (text !== undefined && /^[0-9a-f]{32}$/.test(text)) return text
  throw taskGone()
}

/** What differs from offer to offer. */
type OfferedFacts = Pick<TaskRow, 'relativePath' | 'size' | 'chunkSize' | 'md5'> & Partial<TaskRow>

/** The row of a new task; it is not in the ledger yet. */
export function newTask(uploads: Uploads, facts: OfferedFacts): TaskRow {
  const nowMs = uploads.now()
  return {
    taskId: newTaskId(),
    sha256: null,
    verifiedSha256: null,
    ends: null,
    fileType: null,
    lastModifiedMs: null,
    copyOf: null,
    announcedChunks: null,
    sender: null,
    metadata: null,
    unplacedPartial: null,
    openedAtMs: nowMs,
    activeAtMs: nowMs,
    ...facts,
  }
}

/** Whether the file grows at its end, and its client has not said yet how large it is. */
export function isOpenEnded({ size, announcedChunks }: Pick<TaskRow, 'size' | 'announcedChunks'>): boolean {
  return size === unknownBytes && announcedChunks === null
}

/** What is known of the digests of a task's file: stated by a client, or verified. */
export function statedOf({ md5, sha256, verifiedSha256 }: TaskRow): StatedDigests {
  return { md5: md5 ?? undefined, sha256: verifiedSha256 ?? sha256 ?? undefined }
}
