/** The use case of giving a task up: its writers are cut off, then its rows and its partial go. */
import { setTimeout as pause } from 'node:timers/promises'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import type { Uploads } from './context.ts'

/**
 * Removes the task; nothing happens when it is gone or finished: a stored file stays.
 * @throws UploadError `task-busy` when its verification goes on for longer than a request should wait
 */
export async function abortTask(uploads: Uploads, taskId: string): Promise<void> {
  // Nobody is disturbed by a client that may not know of the task.
  if ((await uploads.ledger.task(taskId)) === undefined) return
  const job = uploads.jobs.get(taskId)
  if (job !== undefined) {
    const settled = job.result.then(
      () => true,
      () => true,
    )
    if (!(await Promise.race([settled, pause(uploads.limits.waitMs, false, { ref: false })]))) {
      throw new UploadError('task-busy', 'The file is being verified. Ask again in a moment.', {
        retryAfterMs: 1_000,
      })
    }
  }
  const endTurn = await uploads.jobTurns.take(taskId, uploads.limits.waitMs)
  try {
    await removeTask(uploads, taskId)
  } finally {
    endTurn()
  }
}

/** Removes a task that no job works on; the caller has the turn of its job. Rows go first: a partial without a row is known to be rubbish. */
export async function removeTask(uploads: Uploads, taskId: string): Promise<void> {
  const stopped = await uploads.activity.stop(taskId)
  try {
    uploads.jobs.forget(taskId)
    const task = await uploads.ledger.task(taskId)
    if (task === undefined) return
    await uploads.ledger.removeTask(taskId)
    await uploads.store.discardPartial(taskId)
    if (task.heldAs !== null) await uploads.store.discardPartial(task.heldAs)
    uploads.log.info({ taskId }, 'task removed')
  } finally {
    stopped.end()
  }
}
