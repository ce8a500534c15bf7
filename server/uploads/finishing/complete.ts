/** The use case of completing a file: starts its verification or joins the running one, and waits for a while. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { FileRow, TaskRow } from '../../ledger/ledger.ts'
import type { Uploads } from '../context.ts'
import type { Job } from '../coordination/jobs.ts'
import { databaseLost, taskBusy, taskGone } from '../upload-errors.ts'
import { isIntact } from './stored-content.ts'
import { verifyAndPublish } from './verify.ts'

/** Long enough for another server to verify the largest file; requests wait far less, and ask again. */
const jobWaitMs = 60 * 60 * 1000

/** Verifying a larger file takes seconds for sure: its client is told so early, and asks again. */
const longBytes = 512 * 1024 * 1024
const longWaitMs = 1_500

type CompleteAnswer =
  | { readonly kind: 'stored'; readonly file: FileRow }
  | { readonly kind: 'verifying'; readonly verifiedBytes: number; readonly size: number }

/**
 * Answers with the stored file, or with the progress of its verification when that takes longer than a request may wait.
 * @param md5 of the whole file, 32 lowercase hex digits
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

/** The stored file, however long its verification takes: for protocols that cannot say "ask again". @throws as `completeUpload` */
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
    throw taskBusy('The file is being verified against another digest.')
  }
  if (uploads.activity.isStopping(task.taskId)) throw taskGone()
  const order = { md5, size: task.size, library: uploads.libraries.of(task.relativePath) }
  return uploads.jobs.start(task.taskId, order, async (onBytes) => {
    const lost = new AbortController()
    const onLost = () => lost.abort(databaseLost())
    const unlock = await uploads.locks.job.acquire(task.taskId, jobWaitMs, onLost)
    try {
      return await verifyAndPublish(uploads, task.taskId, md5, { onBytes, lost: lost.signal })
    } finally {
      unlock()
    }
  })
}

/** The answer to a completion that succeeded before: the client may not have received it. */
async function finishedFile(uploads: Uploads, taskId: string, md5: string): Promise<FileRow> {
  const file = await uploads.ledger.fileOfTask(taskId)
  if (file === undefined || !(await isIntact(uploads, file))) throw taskGone()
  if (file.md5 === md5) return file
  throw new UploadError('digest-mismatch', 'The file was stored with another digest. Offer the file again.')
}
