/** Whether somebody works on a task right now: a request writes to it, or a job verifies or publishes its file. */
import type { TaskRow } from '../ledger/ledger.ts'
import { allChunks } from './chunk-plan.ts'
import type { Uploads } from './context.ts'

/** Whether this server works on it. */
export function isLive(uploads: Uploads, taskId: string): boolean {
  return uploads.activity.isWriting(taskId) || uploads.jobs.isRunning(taskId)
}

/** Whether this server, or another that shares the ledger, works on it. */
export async function isLiveAnywhere(uploads: Uploads, task: TaskRow): Promise<boolean> {
  const { taskId } = task
  if (isLive(uploads, taskId)) return true
  if (uploads.ledger.claims === undefined) return false
  if (await uploads.locks.job.isHeldElsewhere(taskId)) return true
  const chunks = await uploads.ledger.chunks(taskId)
  const present = new Set(chunks.map(({ chunkIndex }) => chunkIndex))
  for (const chunkIndex of allChunks(task)) {
    // What is written at its end is written under the name of its first chunk.
    if (chunkIndex > 0 && present.has(chunkIndex)) continue
    if (await uploads.activity.isWrittenElsewhere(taskId, chunkIndex)) return true
  }
  return false
}
