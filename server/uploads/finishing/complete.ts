/** The use case of completing a file: starts its verification or joins the one under way, and waits for a while. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { FileRow, TaskRow } from '../../ledger/ledger.ts'
import { isIntact, type Uploads } from '../context.ts'
import { gone, lostDatabase } from '../coordination/activity.ts'
import type { Job } from '../coordination/jobs.ts'
import { finishUpload } from './verify.ts'

/** As long as another server may need to verify the largest file; requests wait far less, and ask again. */
const jobWaitMs = 60 * 60 * 1000

/** A file beyond this is sure to be verified for seconds: who completes it hears so soon, and asks again. */
const longBytes = 512 * 1024 * 1024
const longWaitMs = 1_500

export type CompleteAnswer =
  | { readonly kind: 'stored'; readonly file: FileRow }
  | { readonly kind: 'verifying'; readonly verifiedBytes: number; readonly size: number }

/**
 * Answers the stored file, or how far its verification is when that takes longer than a request should wait.
 * @param md5 MD5 of the whole file
 * @throws UploadError `task-gone`, `chunks-missing` with details, `digest-mismatch`, `task-busy`, `storage-…`
 */
export async function completeUpload(uploads: Uploads, taskId: string, md5: string): Promise<CompleteAnswer> {
  const task = await uploads.ledger.task(taskId)
  if (task === undefined) return { kind: 'stored', file: await finishedFile(uploads, taskId, md5) }
  const job = startOrJoin(uploads, task, md5)
  const { waitMs } = uploads.limits
  const isLong = job.size > longBytes
  const file = await uploads.jobs.wait(taskId, job, isLong ? Math.min(longWaitMs, waitMs) : waitMs)
  if (file !== undefined) return { kind: 'stored', file }
  return { kind: 'verifying', verifiedBytes: job.verifiedBytes, size: job.size }
}

/** The stored file, however long its verification takes: for clients that know no "ask again". @throws as `completeUpload` */
export async function untilStored(uploads: Uploads, taskId: string, md5: string): Promise<FileRow> {
  while (true) {
    const answer = await completeUpload(uploads, taskId, md5)
    if (answer.kind === 'stored') return answer.file
  }
}

/** The job that verifies and publishes the task's file. @throws UploadError `task-busy`, `task-gone` */
export function startOrJoin(uploads: Uploads, task: TaskRow, md5: string): Job {
  const running = uploads.jobs.get(task.taskId)
  if (running !== undefined && running.md5 === md5) return running
  if (uploads.jobs.isRunning(task.taskId)) {
    throw new UploadError('task-busy', 'The file is being verified against another digest.', {
      retryAfterMs: 1_000,
    })
  }
  if (uploads.activity.isStopping(task.taskId)) throw gone()
  const order = { md5, size: task.size, library: uploads.libraries.of(task.relativePath) }
  return uploads.jobs.start(task.taskId, order, async (onBytes) => {
    const lost = new AbortController()
    const endTurn = await uploads.jobTurns.take(task.taskId, jobWaitMs, () => lost.abort(lostDatabase()))
    try {
      return await finishUpload(uploads, task.taskId, md5, { onBytes, lost: lost.signal })
    } finally {
      endTurn()
    }
  })
}

/** The reply to a complete that succeeded before: its first reply may have been lost. */
async function finishedFile(uploads: Uploads, taskId: string, md5: string): Promise<FileRow> {
  const file = await uploads.ledger.fileOfTask(taskId)
  if (file === undefined || !(await isIntact(uploads, file))) throw gone()
  if (file.md5 === md5) return file
  throw new UploadError('digest-mismatch', 'The file was stored with another digest. Offer the file anew.')
}
