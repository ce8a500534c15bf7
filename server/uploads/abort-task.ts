/** The use case of aborting a task: its writers are stopped, then its rows and its partial are removed. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Uploads } from './context.ts'
import { taskBusy } from './upload-errors.ts'

/**
 * Removes the task; does nothing when it is gone or finished: a stored file stays.
 * @throws UploadError `task-busy` when its verification takes longer than a request may wait
 */
export async function abortTask(uploads: Uploads, taskId: string): Promise<void> {
  // A client that may not see the task must not disturb it.
  if ((await uploads.ledger.task(taskId)) === undefined) return
  const job = uploads.jobs.get(taskId)
  if (job !== undefined) {
    const ended = job.result.then(
      () => true,
      () => true,
    )
    if (!(await Promise.race([ended, pause(uploads.limits.waitMs, false, { ref: false })]))) {
      throw taskBusy('The file is being verified. Try again in a moment.')
    }
  }
  const unlock = await uploads.locks.job.acquire(taskId, uploads.limits.waitMs)
  try {
    await removeTask(uploads, taskId)
  } finally {
    unlock()
  }
}

/**
 * Removes a task that no job is working on; the caller has the lock of its job. The partial goes first: on a full disk that
 * makes the room which removing the row takes. A row without its partial is known to be garbage, as is a partial without a row.
 */
export async function removeTask(uploads: Uploads, taskId: string): Promise<void> {
  const stopped = await uploads.activity.stop(taskId)
  try {
    uploads.knownDigests.forget(taskId)
    uploads.tails.forget(taskId)
    uploads.jobs.forgetFailure(taskId)
    const task = await uploads.ledger.task(taskId)
    if (task === undefined) return
    await uploads.store.discardPartial(taskId)
    if (task.unplacedPartial !== null) await uploads.store.discardPartial(task.unplacedPartial)
    await uploads.ledger.removeTask(taskId)
    uploads.log.info({ taskId }, 'task removed')
  } finally {
    stopped.end()
  }
}
