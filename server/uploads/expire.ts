/** The use case of cleaning up: at the start what a killed run left, and from time to time what nobody comes back for. */
import type { TaskRow } from '../ledger/ledger.ts'
import { removeTask } from './abort.ts'
import { totalChunks } from './chunk-plan.ts'
import type { Uploads } from './context.ts'
import { commitPublished, findPublished } from './publish.ts'

export interface SweepResult {
  readonly removedTasks: number
  readonly removedPartials: number
}

/** Finishes what was published but not committed when the server died; call it before the first request. */
export async function recover(uploads: Uploads): Promise<void> {
  for (const task of await uploads.ledger.openTasks()) {
    try {
      await recoverTask(uploads, task)
    } catch (thrown) {
      // One file that cannot be read must not keep the server from all others; its client will ask again.
      uploads.log.error(
        { path: task.relativePath, reason: String(thrown) },
        'could not look after an unfinished upload',
      )
    }
  }
}

async function recoverTask(uploads: Uploads, task: TaskRow): Promise<void> {
  if (task.md5 === null) return
  const chunks = await uploads.ledger.chunks(task.taskId)
  if (task.copyOf === null && chunks.length < totalChunks(task)) return
  const published = await findPublished(uploads, task, task.md5)
  if (published !== undefined) await commitPublished(uploads, task, task.md5, published)
}

/** Removes expired tasks, tasks whose partial vanished, and partials without a task; never a live one. */
export async function sweep(uploads: Uploads): Promise<SweepResult> {
  const expiredBefore = uploads.now() - uploads.limits.taskExpiryMs
  let removedTasks = 0
  for (const task of await uploads.ledger.openTasks()) {
    if (isLive(uploads, task.taskId)) continue
    if (task.activeAtMs >= expiredBefore && !(await lostItsPartial(uploads, task))) continue
    if (isLive(uploads, task.taskId)) continue
    await removeTask(uploads, task.taskId)
    removedTasks += 1
  }
  uploads.jobs.forgetOldFailures()
  await uploads.ledger.forgetDuplicatesBefore(expiredBefore)
  return { removedTasks, removedPartials: await removeOrphans(uploads) }
}

function isLive(uploads: Uploads, taskId: string): boolean {
  return uploads.activity.isWriting(taskId) || uploads.jobs.isRunning(taskId)
}

async function lostItsPartial(uploads: Uploads, task: TaskRow): Promise<boolean> {
  if ((await uploads.ledger.chunks(task.taskId)).length === 0) return false
  // Nothing but the last chunk is there while that is held aside.
  if ((await uploads.store.partialSize(task.heldAs ?? task.taskId)) !== undefined) return false
  // A task that has just been stored has neither any more, and one whose last chunk got its place has another.
  const now = await uploads.ledger.task(task.taskId)
  return now !== undefined && now.heldAs === task.heldAs
}

/** A partial is made after its task's row and goes after it, so that one without a row belongs to nobody. */
async function removeOrphans(uploads: Uploads): Promise<number> {
  let removed = 0
  for (const taskId of await uploads.store.partials()) {
    if ((await uploads.ledger.task(taskId)) !== undefined || isLive(uploads, taskId)) continue
    if (await uploads.ledger.isHeld(taskId)) continue
    await uploads.store.discardPartial(taskId)
    removed += 1
  }
  return removed
}
