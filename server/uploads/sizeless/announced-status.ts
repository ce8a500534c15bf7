/** The use cases of asking how far an announced file is, and of giving it up. */
import type { TaskRow } from '../../ledger/ledger.ts'
import { abortTask } from '../abort-task.ts'
import { firstChunks } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import { gone } from '../coordination/activity.ts'
import { type Announcement, findAnnounced, storedAnnounced } from './announced-task.ts'

/**
 * Indexes, ascending, of the chunks that need not be sent: all of them when the content is stored. After a wrong digest
 * none, until they come again, so that a client which sends what is missing gets out of it.
 */
export async function chunksOfAnnounced(uploads: Uploads, announcement: Announcement): Promise<number[]> {
  if ((await storedAnnounced(uploads, announcement)) !== undefined) {
    return firstChunks(announcement.totalChunks)
  }
  const task = await findAnnounced(uploads, announcement)
  if (task === undefined) return []
  await uploads.ledger.touchTask(task.taskId, uploads.now())
  const chunks = await uploads.ledger.chunks(task.taskId)
  return chunks.filter((chunk) => !chunk.isDoubted).map((chunk) => chunk.chunkIndex)
}

export interface AnnouncedStatus {
  /** Count of chunks that the server has. */
  readonly uploaded: number
  readonly task: TaskRow
}

/** The unfinished upload of this name and digest, the latest when there are several. @throws UploadError `task-gone` */
export async function statusOfAnnounced(
  uploads: Uploads,
  fileName: string,
  md5: string,
): Promise<AnnouncedStatus> {
  const tasks = await uploads.ledger.announcedTasks(uploads.library.placed(fileName), md5)
  const task = tasks.toSorted((one, other) => other.activeAtMs - one.activeAtMs)[0]
  if (task === undefined) throw gone()
  return { task, uploaded: await uploads.ledger.countChunks(task.taskId) }
}

/**
 * Removes every unfinished upload of this name and digest, with all its bytes; a stored file stays.
 * @throws UploadError `task-busy` while one is being verified
 */
export async function abortAnnounced(uploads: Uploads, fileName: string, md5: string): Promise<void> {
  for (const task of await uploads.ledger.announcedTasks(uploads.library.placed(fileName), md5))
    await abortTask(uploads, task.taskId)
}
