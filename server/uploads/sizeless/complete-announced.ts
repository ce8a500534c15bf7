/** The use case of completing an announced file: verified and published like any other, or copied from what is stored. */
import type { FileRow } from '../../ledger/ledger.ts'
import { Refusal } from '../../refusal.ts'
import { abortTask } from '../abort-task.ts'
import { firstChunks } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import { createTask } from '../create-task.ts'
import { untilStored } from '../finishing/complete.ts'
import { abortAnnounced } from './announced-status.ts'
import { type Announcement, findAnnounced, storedAnnounced } from './announced-task.ts'

/**
 * Answers the stored file, however long its verification takes: these clients know no "ask again".
 * @throws UploadError `chunks-missing` with details, `digest-mismatch`, `file-too-large`, `task-busy`, `storage-…`
 */
export async function completeAnnounced(uploads: Uploads, announcement: Announcement): Promise<FileRow> {
  const stored = await storedAnnounced(uploads, announcement)
  if (stored?.here === true) return stored.file
  if (stored !== undefined) return completeAsOffered(uploads, announcement, stored.file.size)
  // An empty file has no chunk that could have opened its task.
  if (announcement.totalChunks === 0) return completeAsOffered(uploads, announcement, 0)
  const task = await findAnnounced(uploads, announcement)
  if (task !== undefined) return untilStored(uploads, task.taskId, announcement.md5)
  const missingChunks = firstChunks(announcement.totalChunks)
  throw new Refusal('chunks-missing', 'No chunk of this file has come. Send them, then complete again.', {
    details: { missingChunks },
  })
}

/** Now that the size is known the file is offered like any other; what was sent of it so far is not needed. */
async function completeAsOffered(
  uploads: Uploads,
  { fileName, md5 }: Announcement,
  fileSize: number,
): Promise<FileRow> {
  await abortAnnounced(uploads, fileName, md5)
  const { taskId } = await createTask(uploads, { fileName, fileSize, hash: md5 })
  try {
    return await untilStored(uploads, taskId, md5)
  } catch (thrown) {
    // Chunks that are sent after this failure belong to an announced task again.
    await abortTask(uploads, taskId)
    throw thrown
  }
}
