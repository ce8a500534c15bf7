/** The use cases of a sizeless upload as a whole: asking how far it is, completing it, aborting it. */
import type { FileRow, TaskRow } from '../../ledger/ledger.ts'
import { abortTask } from '../abort-task.ts'
import { firstChunks } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import { createTask } from '../create-task.ts'
import { untilStored } from '../finishing/complete.ts'
import { chunksMissing, taskGone } from '../upload-errors.ts'
import { type Announcement, completedBefore, findAnnounced } from './announcement.ts'

/**
 * Indexes, ascending, of the chunks that need not be sent, because the unfinished upload has them. After a wrong digest
 * none, until they are sent again, so that a client which sends what is missing recovers; never one for which other bytes
 * came, so that of two files with one name and MD5 neither relies on the other's.
 */
export async function chunksOfAnnounced(uploads: Uploads, announcement: Announcement): Promise<number[]> {
  const task = await findAnnounced(uploads, announcement)
  if (task === undefined) return []
  await uploads.ledger.touchTask(task.taskId, uploads.now())
  const chunks = await uploads.ledger.chunks(task.taskId)
  return chunks.filter((chunk) => !chunk.isSuspect && !chunk.isContested).map((chunk) => chunk.chunkIndex)
}

interface AnnouncedStatus {
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
  const tasks = await uploads.ledger.announcedTasks(uploads.library.toServerPath(fileName), md5)
  const task = tasks.toSorted((one, other) => other.activeAtMs - one.activeAtMs)[0]
  if (task === undefined) throw taskGone()
  return { task, uploaded: await uploads.ledger.countChunks(task.taskId) }
}

/**
 * Removes every unfinished upload of this name and digest, with all its bytes; a stored file stays.
 * @throws UploadError `task-busy` while one is being verified
 */
export async function abortAnnounced(uploads: Uploads, fileName: string, md5: string): Promise<void> {
  for (const task of await uploads.ledger.announcedTasks(uploads.library.toServerPath(fileName), md5))
    await abortTask(uploads, task.taskId)
}

/**
 * Verifies and publishes the file, and answers with the stored file, however long that takes: these clients know no "ask
 * again". A completion that succeeded before gets the same answer.
 * @throws UploadError `chunks-missing` with details, `digest-mismatch`, `file-too-large`, `task-busy`, `storage-…`
 */
export async function completeAnnounced(uploads: Uploads, announcement: Announcement): Promise<FileRow> {
  const { md5, totalChunks } = announcement
  // An unfinished upload first: it may be of another file with the same name and MD5.
  const task = await findAnnounced(uploads, announcement)
  if (task !== undefined) return untilStored(uploads, task.taskId, { md5 })
  const completed = await completedBefore(uploads, announcement)
  if (completed !== undefined) return completed
  // An empty file has no chunk that could have opened its task.
  if (totalChunks === 0) return completeEmpty(uploads, announcement)
  throw chunksMissing(
    firstChunks(totalChunks),
    'No chunk of this file has arrived. Send them, then complete again.',
  )
}

/** An empty file is offered like any other: there are no bytes to send. */
async function completeEmpty(uploads: Uploads, { fileName, md5 }: Announcement): Promise<FileRow> {
  const { taskId } = await createTask(uploads, { fileName, fileSize: 0, hash: md5 })
  try {
    return await untilStored(uploads, taskId, { md5 })
  } catch (thrown) {
    // Chunks that are sent after this failure belong to an announced task.
    await abortTask(uploads, taskId)
    throw thrown
  }
}
