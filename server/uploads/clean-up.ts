/** The use case of cleaning up: at the start what a killed run left, and from time to time what nobody comes back for. */
import { UploadError } from '../../src/shared/protocol/errors.ts'
import type { TaskRow } from '../ledger/ledger.ts'
import { removeTask } from './abort-task.ts'
import { totalChunks } from './chunk-plan.ts'
import type { Uploads } from './context.ts'
import type { Turns } from './coordination/locks.ts'
import { commitPublished, findPublished } from './finishing/publish.ts'

export interface SweepResult {
  readonly removedTasks: number
  readonly removedPartials: number
}

/** Finishes what was published but not committed when the server died; call it before the first request. */
export async function recover(uploads: Uploads): Promise<void> {
  const tasks = await uploads.ledger.openTasks()
  try {
    await ofEach(uploads, tasks, async (task) => {
      if (!(await mayBePublished(uploads, task))) return false
      const ended = await unlessBusy(uploads.jobTurns, task.taskId, () => commitIfPublished(uploads, task))
      return ended ?? false
    })
  } catch (thrown) {
    uploads.log.error({ reason: String(thrown) }, 'unfinished uploads were not looked after at the start')
  }
}

/**
 * Looks after one upload after the other. One that cannot be read must not keep the server from all others: its client
 * will ask again. A ledger or a store that is away would keep it from all of them.
 * @param items tasks, or the names of partials
 * @returns of how many `work` said true
 * @throws UploadError `server-unreachable`
 */
async function ofEach<Item extends TaskRow | string>(
  uploads: Uploads,
  items: readonly Item[],
  work: (item: Item) => Promise<boolean>,
): Promise<number> {
  let count = 0
  for (const item of items) {
    try {
      if (await work(item)) count += 1
    } catch (thrown) {
      if (thrown instanceof UploadError && thrown.code === 'server-unreachable') throw thrown
      const about = typeof item === 'string' ? { taskId: item } : { path: item.relativePath }
      uploads.log.error({ ...about, reason: String(thrown) }, 'could not look after an unfinished upload')
    }
  }
  return count
}

async function mayBePublished(uploads: Uploads, task: TaskRow): Promise<boolean> {
  if (task.md5 === null) return false
  return task.copyOf !== null || (await uploads.ledger.countChunks(task.taskId)) >= totalChunks(task)
}

/** The caller has the turn of the task's job. @returns whether the task has ended, now or before */
async function commitIfPublished(uploads: Uploads, { taskId }: TaskRow): Promise<boolean> {
  // Looked up again: another server may have gone on with it until now.
  const task = await uploads.ledger.task(taskId)
  if (task === undefined) return true
  if (task.md5 === null || !(await mayBePublished(uploads, task))) return false
  const published = await findPublished(uploads, task, task.md5)
  if (published === undefined) return false
  await commitPublished(uploads, task, task.md5, published)
  return true
}

/** Does the work unless somebody else has the turn. */
async function unlessBusy<Result>(
  turns: Turns,
  name: string,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  let endTurn: () => void
  try {
    endTurn = await turns.take(name, 0)
  } catch (thrown) {
    if (thrown instanceof UploadError && thrown.code === 'task-busy') return undefined
    throw thrown
  }
  try {
    return await work()
  } finally {
    endTurn()
  }
}

/**
 * Removes expired tasks, tasks whose partial vanished, and partials without a task; never a live one. Nothing happens
 * while another server cleans up.
 */
export async function sweep(uploads: Uploads): Promise<SweepResult> {
  uploads.jobs.forgetOldFailures()
  const result = await unlessBusy(uploads.sweepTurns, 'all', () => sweepAll(uploads))
  return result ?? { removedTasks: 0, removedPartials: 0 }
}

async function sweepAll(uploads: Uploads): Promise<SweepResult> {
  const expiredBefore = uploads.now() - uploads.limits.taskExpiryMs
  const removedTasks = await ofEach(uploads, await uploads.ledger.openTasks(), async (task) => {
    if (!(await isToGo(uploads, task, expiredBefore))) return false
    const removed = await unlessBusy(uploads.jobTurns, task.taskId, async () => {
      // Looked at again, now that nobody completes it.
      const now = await uploads.ledger.task(task.taskId)
      if (now === undefined || !(await isToGo(uploads, now, expiredBefore))) return false
      // A server that was killed may have published the partial: then the file is all there.
      if (await commitIfPublished(uploads, now)) return false
      await removeTask(uploads, now.taskId)
      return true
    })
    return removed ?? false
  })
  await uploads.ledger.forgetDuplicatesBefore(expiredBefore)
  return { removedTasks, removedPartials: await removeOrphans(uploads) }
}

/** @param expiredBefore ms since 1970 */
async function isToGo(uploads: Uploads, task: TaskRow, expiredBefore: number): Promise<boolean> {
  if (isLive(uploads, task.taskId)) return false
  if (task.activeAtMs >= expiredBefore && !(await lostItsPartial(uploads, task))) return false
  return !isLive(uploads, task.taskId)
}

function isLive(uploads: Uploads, taskId: string): boolean {
  return uploads.activity.isWriting(taskId) || uploads.jobs.isRunning(taskId)
}

async function lostItsPartial(uploads: Uploads, task: TaskRow): Promise<boolean> {
  if ((await uploads.ledger.countChunks(task.taskId)) === 0) return false
  // Nothing but the last chunk is there while that is held aside.
  if (await uploads.store.hasPartial(task.heldAs ?? task.taskId)) return false
  // A task that has just been stored has neither any more, and one whose last chunk got its place has another.
  const now = await uploads.ledger.task(task.taskId)
  return now !== undefined && now.heldAs === task.heldAs
}

/** A partial is made after its task's row and goes after it, so that one without a row belongs to nobody. */
async function removeOrphans(uploads: Uploads): Promise<number> {
  return ofEach(uploads, await uploads.store.partials(), async (taskId) => {
    if ((await uploads.ledger.task(taskId)) !== undefined || isLive(uploads, taskId)) return false
    if (await uploads.activity.isWrittenElsewhere(taskId, 0)) return false
    if (await uploads.ledger.isHeld(taskId)) return false
    await uploads.store.discardPartial(taskId)
    return true
  })
}
