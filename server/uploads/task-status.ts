/** The use case of asking how far a task is. */
import type { Task } from '../../src/shared/protocol/wire.ts'
import { doneTaskAnswer, openTaskAnswer } from './answers.ts'
import { allChunks } from './chunk-plan.ts'
import type { Uploads } from './context.ts'
import { taskGone } from './upload-errors.ts'

/** The state of a task, open or finished. @throws UploadError `task-gone` */
export async function taskStatus(uploads: Uploads, taskId: string): Promise<Task> {
  // Open tasks first: a task that finishes between the two lookups is found by the second.
  const task = await uploads.ledger.task(taskId)
  if (task !== undefined) {
    if (task.copyOf !== null) return openTaskAnswer(uploads, task, allChunks(task))
    const chunks = await uploads.ledger.chunks(taskId)
    // A chunk that came with other bytes too is not to be relied upon.
    const present = chunks.filter((chunk) => !chunk.isContested)
    return openTaskAnswer(
      uploads,
      task,
      present.map((chunk) => chunk.chunkIndex),
    )
  }
  const file = await uploads.ledger.fileOfTask(taskId)
  if (file === undefined || file.damagedAtMs !== null) throw taskGone()
  return doneTaskAnswer(uploads, taskId, file)
}
