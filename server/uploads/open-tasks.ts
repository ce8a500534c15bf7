/** Finds the open task that an offer may resume. Tasks that are known to be for different bytes are different tasks. */
import type { CreateTaskRequest } from '../../src/shared/protocol/wire.ts'
import type { TaskRow } from '../ledger/ledger.ts'
import type { Uploads } from './context.ts'
import { isLiveAnywhere } from './live-tasks.ts'

/** An upload of an earlier client was interrupted when nobody works on it and no chunk has arrived for so long, ms. */
const interruptedAfterMs = 30_000

/**
 * With a SHA-256, the task that was offered with the same one; else an interrupted one that was offered with this MD5 alone,
 * from now on only for this SHA-256. With an MD5 alone, a task that was offered with an MD5 alone.
 */
export async function findOpenTask(
  uploads: Uploads,
  relativePath: string,
  offer: Pick<CreateTaskRequest, 'fileSize' | 'hash' | 'sha256'>,
): Promise<TaskRow | undefined> {
  const { hash = null, sha256 = null } = offer
  if (hash === null && sha256 === null) return undefined
  const candidates = await uploads.ledger.openTasksOf(relativePath, offer.fileSize, hash, sha256)
  const tasks = candidates.filter(
    (task) =>
      !uploads.activity.isStopping(task.taskId) && (hash === null || task.md5 === null || task.md5 === hash),
  )
  const same = tasks.find((task) => task.sha256 === sha256)
  if (same !== undefined || sha256 === null) return same
  for (const earlier of tasks) {
    if (earlier.sha256 !== null || !(await mayHave(uploads, earlier, sha256))) continue
    await uploads.ledger.setStatedSha256(earlier.taskId, sha256)
    return { ...earlier, sha256 }
  }
  return undefined
}

/** A slow connection may need minutes for a chunk: an upload that somebody works on was not interrupted. */
async function mayHave(uploads: Uploads, task: TaskRow, sha256: string): Promise<boolean> {
  if (task.verifiedSha256 !== null) return task.verifiedSha256 === sha256
  if (task.activeAtMs > uploads.now() - interruptedAfterMs) return false
  return !(await isLiveAnywhere(uploads, task))
}
