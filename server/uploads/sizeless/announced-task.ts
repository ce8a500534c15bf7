/** The task of a file that was announced by name, MD5 and count of chunks only: finds it, opens it, finds its content. */
import { type TaskRow, unknownBytes } from '../../ledger/ledger.ts'
import { withRoom } from '../admission.ts'
import type { Uploads } from '../context.ts'
import { type StoredContentOf, storedContent } from '../finishing/stored-content.ts'
import { newTask } from '../new-task.ts'

/** All that such a client tells about its file. */
export interface Announcement {
  /** A name that safe-path let through, without folders. */
  readonly fileName: string
  /** 32 lowercase hex digits. */
  readonly md5: string
  readonly totalChunks: number
}

/** The open task of this very announcement. Other counts of chunks are other tasks: their chunks never mix. */
export async function findAnnounced(
  uploads: Uploads,
  { fileName, md5, totalChunks }: Announcement,
): Promise<TaskRow | undefined> {
  const tasks = await uploads.ledger.announcedTasks(uploads.library.placed(fileName), md5)
  return tasks.find((task) => task.announcedChunks === totalChunks)
}

/** The open task of the announcement, opened when there is none. @throws UploadError `storage-full`, `too-many-requests` */
export async function openAnnounced(uploads: Uploads, announcement: Announcement): Promise<TaskRow> {
  const open = await findAnnounced(uploads, announcement)
  if (open !== undefined) return open
  const announced = newTask(uploads, {
    relativePath: uploads.library.placed(announcement.fileName),
    size: unknownBytes,
    chunkSize: unknownBytes,
    md5: announcement.md5,
    announcedChunks: announcement.totalChunks,
  })
  const task = await withRoom(uploads, announced, () => uploads.ledger.addAnnounced(announced))
  uploads.log.debug({ taskId: task.taskId, path: task.relativePath }, 'task opened')
  return task
}

/** The announced content, when it is stored already. */
export async function storedAnnounced(
  uploads: Uploads,
  { fileName, md5 }: Announcement,
): Promise<StoredContentOf | undefined> {
  return storedContent(uploads, uploads.library.placed(fileName), await uploads.ledger.filesWithMd5(md5))
}
