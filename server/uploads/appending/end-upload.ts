/** The use case of ending an upload by its id, open or finished. */
import { abortTask } from '../abort-task.ts'
import type { Uploads } from '../context.ts'
import { newTaskId } from '../tasks.ts'
import { taskGone } from '../upload-errors.ts'

/**
 * Removes an open upload with its bytes; of a finished one only the link to it ends, and the stored file stays.
 * @throws UploadError `task-gone`, `task-busy`
 */
export async function endUpload(uploads: Uploads, taskId: string): Promise<void> {
  const { ledger } = uploads
  if ((await ledger.task(taskId)) !== undefined) return abortTask(uploads, taskId)
  if ((await ledger.fileOfTask(taskId)) === undefined) throw taskGone()
  await ledger.endLink(taskId, newTaskId())
}
