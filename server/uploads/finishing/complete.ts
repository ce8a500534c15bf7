/** The use case of completing a file: starts its verification or joins the running one, and waits for a while. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { agree, type StatedDigests } from '../../digests.ts'
import type { FileRow, TaskRow } from '../../ledger/ledger.ts'
import type { Uploads } from '../context.ts'
import type { Job } from '../coordination/jobs.ts'
import { within } from '../coordination/readings.ts'
import { databaseLost, taskBusy, taskGone } from '../upload-errors.ts'
import { waitMsFor } from '../waiting.ts'
import { readAgain } from './read-again.ts'
import { conditionOf } from './stored-content.ts'
import { verifyAndPublish } from './verify.ts'

/** Long enough for another server to verify the largest file; requests wait far less, and ask again. */
const jobWaitMs = 60 * 60 * 1000

type CompleteAnswer =
  | { readonly kind: 'stored'; readonly file: FileRow }
  | { readonly kind: 'verifying'; readonly verifiedBytes: number; readonly size: number }

/**
 * Answers with the stored file, or with the progress of its verification when that takes longer than a request may wait.
 * @param stated of the whole file; every digest that is stated must be right
 * @throws UploadError `task-gone`, `chunks-missing` with details, `digest-mismatch`, `task-busy`, `storage-…`
 */
export async function completeUpload(
  uploads: Uploads,
  taskId: string,
  stated: StatedDigests,
): Promise<CompleteAnswer> {
  const task = await uploads.ledger.task(taskId)
  if (task === undefined) return finishedFile(uploads, taskId, stated)
  const job = startOrJoin(uploads, task, stated)
  const file = await uploads.jobs.wait(taskId, job, waitMsFor(uploads, job.size))
  // The job may have been started by a request that stated less.
  if (file !== undefined) return { kind: 'stored', file: refuseOther(file, stated) }
  return { kind: 'verifying', verifiedBytes: job.verifiedBytes, size: job.size }
}

/** The stored file, however long its verification takes: for protocols that cannot say "ask again". @throws as `completeUpload` */
export async function untilStored(uploads: Uploads, taskId: string, stated: StatedDigests): Promise<FileRow> {
  while (true) {
    const answer = await completeUpload(uploads, taskId, stated)
    if (answer.kind === 'stored') return answer.file
  }
}

/** The job that verifies and publishes the task's file. @throws UploadError `task-busy`, `task-gone` */
export function startOrJoin(uploads: Uploads, task: TaskRow, stated: StatedDigests): Job {
  const known = uploads.jobs.get(task.taskId)
  const isRunning = uploads.jobs.isRunning(task.taskId)
  // A failure is the answer only to what failed.
  if (known !== undefined && (isRunning ? agree : isSame)(known.stated, stated)) return known
  if (isRunning) {
    throw taskBusy('The file is being verified against another digest.')
  }
  if (uploads.activity.isStopping(task.taskId)) throw taskGone()
  const order = { stated, size: task.size, library: uploads.libraries.of(task.relativePath) }
  return uploads.jobs.start(task.taskId, order, async (onBytes) => {
    const lost = new AbortController()
    const onLost = () => lost.abort(databaseLost())
    const unlock = await uploads.locks.job.acquire(task.taskId, jobWaitMs, onLost)
    try {
      return await verifyAndPublish(uploads, task.taskId, stated, { onBytes, lost: lost.signal })
    } finally {
      unlock()
    }
  })
}

/** The answer to a completion that succeeded before: the client may not have received it. */
async function finishedFile(
  uploads: Uploads,
  taskId: string,
  stated: StatedDigests,
): Promise<CompleteAnswer> {
  const file = await uploads.ledger.fileOfTask(taskId)
  const condition = file && (await conditionOf(uploads, file))
  if (file === undefined || condition === 'unusable') throw taskGone()
  if (condition === 'intact') return { kind: 'stored', file: refuseOther(file, stated) }
  const reading = readAgain(uploads, file)
  const read = await within(reading, waitMsFor(uploads, file.size))
  if (read === 'running') return { kind: 'verifying', verifiedBytes: reading.readBytes, size: reading.size }
  if (read === undefined) throw taskGone()
  return { kind: 'stored', file: refuseOther(read, stated) }
}

function isSame(one: StatedDigests, other: StatedDigests): boolean {
  return one.md5 === other.md5 && one.sha256 === other.sha256
}

/** @throws UploadError `digest-mismatch` when the file has another digest than one that was stated */
function refuseOther(file: FileRow, stated: StatedDigests): FileRow {
  if (agree({ md5: file.md5, sha256: file.sha256 ?? undefined }, stated)) return file
  throw new UploadError('digest-mismatch', 'The file was stored with another digest. Offer the file again.')
}
