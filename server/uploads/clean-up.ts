/** The use case of cleaning up: at the start what a killed server left behind, and regularly what clients abandoned. */
import type { TaskRow } from '../ledger/ledger.ts'
import { removeTask } from './abort-task.ts'
import { totalChunks } from './chunk-plan.ts'
import type { Uploads } from './context.ts'
import { unlessLocked } from './coordination/locks.ts'
import { commitPublished, findPublished } from './finishing/publish.ts'
import { isLive } from './live-tasks.ts'
import { statedOf } from './tasks.ts'
import { hasCode } from './upload-errors.ts'

interface CleanUpResult {
  readonly removedTasks: number
  readonly removedPartials: number
}

/** Commits files that were published but not committed when the server died; call it before the first request. */
export async function commitPublishedFiles(uploads: Uploads): Promise<void> {
  const tasks = await uploads.ledger.openTasks()
  try {
    await countWhere(uploads, tasks, async (task) => {
      if (!(await mayBePublished(uploads, task))) return false
      const ended = await unlessLocked(uploads.locks.job, task.taskId, () => commitIfPublished(uploads, task))
      return ended ?? false
    })
  } catch (thrown) {
    uploads.log.error({ reason: String(thrown) }, 'unfinished uploads could not be checked at the start')
  }
}

/**
 * Works on one upload after the other. One that cannot be read must not keep the server from the others: its client will
 * come back. A ledger or a store that is away affects them all.
 * @param items tasks, or the names of partials
 * @returns for how many `work` returned true
 * @throws UploadError `server-unreachable`
 */
async function countWhere<Item extends TaskRow | string>(
  uploads: Uploads,
  items: readonly Item[],
  work: (item: Item) => Promise<boolean>,
): Promise<number> {
  let count = 0
  for (const item of items) {
    try {
      if (await work(item)) count += 1
    } catch (thrown) {
      if (hasCode(thrown, 'server-unreachable')) throw thrown
      const about = typeof item === 'string' ? { taskId: item } : { path: item.relativePath }
      uploads.log.error({ ...about, reason: String(thrown) }, 'an unfinished upload could not be checked')
    }
  }
  return count
}

async function mayBePublished(uploads: Uploads, task: TaskRow): Promise<boolean> {
  if (task.md5 === null) return false
  return task.copyOf !== null || (await uploads.ledger.countChunks(task.taskId)) >= totalChunks(task)
}

/** The caller has the lock of the task's job. @returns whether the task has ended, now or before */
async function commitIfPublished(uploads: Uploads, { taskId }: TaskRow): Promise<boolean> {
  // Looked up again: another server may have worked on it until now.
  const task = await uploads.ledger.task(taskId)
  if (task === undefined) return true
  if (!(await mayBePublished(uploads, task))) return false
  const published = await findPublished(uploads, task, statedOf(task))
  if (published === undefined) return false
  await commitPublished(uploads, task, published)
  return true
}

/**
 * Removes expired tasks, tasks whose partial is gone, and partials without a task; never one in use (R12,
 * docs/promises.md: no temporary file without a task stays, and clean-up never touches a live task). Does nothing while
 * another server cleans up.
 */
export async function cleanUp(uploads: Uploads): Promise<CleanUpResult> {
  uploads.jobs.forgetOldFailures()
  const result = await unlessLocked(uploads.locks.cleanUp, 'all', () => removeGarbage(uploads))
  return result ?? { removedTasks: 0, removedPartials: 0 }
}

async function removeGarbage(uploads: Uploads): Promise<CleanUpResult> {
  const expiredBefore = uploads.now() - uploads.limits.taskExpiryMs
  const removedTasks = await countWhere(uploads, await uploads.ledger.openTasks(), async (task) => {
    if (!(await isGarbage(uploads, task, expiredBefore))) return false
    const removed = await unlessLocked(uploads.locks.job, task.taskId, async () => {
      // Checked again, now that nobody can complete it.
      const now = await uploads.ledger.task(task.taskId)
      if (now === undefined || !(await isGarbage(uploads, now, expiredBefore))) return false
      // A server that was killed may have published the partial: then the file is complete.
      if (await commitIfPublished(uploads, now)) return false
      await removeTask(uploads, now.taskId)
      return true
    })
    return removed ?? false
  })
  await uploads.ledger.forgetDuplicatesBefore(expiredBefore)
  await uploads.ledger.forgetLinksBefore(uploads.now())
  return { removedTasks, removedPartials: await removeOrphans(uploads) }
}

/** @param expiredBefore ms since 1970 */
async function isGarbage(uploads: Uploads, task: TaskRow, expiredBefore: number): Promise<boolean> {
  if (isLive(uploads, task.taskId)) return false
  if (task.activeAtMs >= expiredBefore && !(await lostItsPartial(uploads, task))) return false
  return !isLive(uploads, task.taskId)
}

async function lostItsPartial(uploads: Uploads, task: TaskRow): Promise<boolean> {
  if ((await uploads.ledger.countChunks(task.taskId)) === 0) return false
  // While the last chunk is unplaced, it is the only one there is.
  if (await uploads.store.hasPartial(task.unplacedPartial ?? task.taskId)) return false
  // A task that was just stored has no partial any more, and one whose last chunk was just placed has another.
  const now = await uploads.ledger.task(task.taskId)
  return now !== undefined && now.unplacedPartial === task.unplacedPartial
}

/** A partial is created after its task's row, so one without a row belongs to nobody. */
async function removeOrphans(uploads: Uploads): Promise<number> {
  return countWhere(uploads, await uploads.store.partials(), async (taskId) => {
    if ((await uploads.ledger.task(taskId)) !== undefined || isLive(uploads, taskId)) return false
    if (await uploads.activity.isWrittenElsewhere(taskId, 0)) return false
    if (await uploads.ledger.isUnplacedPartial(taskId)) return false
    await uploads.store.discardPartial(taskId)
    return true
  })
}
