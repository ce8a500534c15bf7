/** What a task begins with, in whatever dialect it was offered. */
import type { TaskRow } from '../ledger/ledger.ts'
import type { Uploads } from './context.ts'
import { newTaskId } from './task-id.ts'

/** All that offers differ in. */
type Facts = Pick<TaskRow, 'relativePath' | 'size' | 'chunkSize' | 'md5'> & Partial<TaskRow>

/** The row of a task that begins now; it is not in the ledger yet. */
export function newTask(uploads: Uploads, facts: Facts): TaskRow {
  const nowMs = uploads.now()
  return {
    taskId: newTaskId(),
    fileType: null,
    lastModifiedMs: null,
    copyOf: null,
    announcedChunks: null,
    heldAs: null,
    openedAtMs: nowMs,
    activeAtMs: nowMs,
    ...facts,
  }
}
