/**
 * A file whose client states only its name, its MD5 and its count of chunks, never a size: finds its task or opens it, and
 * what an earlier task of it ended as. Such a task is called an announced one.
 */
import { type FileRow, type TaskRow, unknownBytes } from '../../ledger/ledger.ts'
import { openIfAdmitted } from '../admission.ts'
import type { Uploads } from '../context.ts'
import { firstReliable } from '../finishing/read-again.ts'
import { isFor } from '../finishing/stored-content.ts'
import { newTask } from '../tasks.ts'

/** Everything that the client states about its file. */
export interface Announcement {
  /** A name that safe-path accepted, without folders. */
  readonly fileName: string
  /** 32 lowercase hex digits. */
  readonly md5: string
  readonly totalChunks: number
}

/** The open task of this announcement. Another count of chunks is another task: their chunks never mix. */
export async function findAnnounced(
  uploads: Uploads,
  { fileName, md5, totalChunks }: Announcement,
): Promise<TaskRow | undefined> {
  const tasks = await uploads.ledger.announcedTasks(uploads.library.toServerPath(fileName), md5)
  return tasks.find((task) => task.announcedChunks === totalChunks)
}

/** The open task of the announcement; a new one when there is none. @throws UploadError `storage-full`, `too-many-requests` */
export async function openAnnounced(uploads: Uploads, announcement: Announcement): Promise<TaskRow> {
  const open = await findAnnounced(uploads, announcement)
  if (open !== undefined) return open
  const announced = newTask(uploads, {
    relativePath: uploads.library.toServerPath(announcement.fileName),
    size: unknownBytes,
    chunkSize: unknownBytes,
    md5: announcement.md5,
    announcedChunks: announcement.totalChunks,
  })
  const task = await openIfAdmitted(uploads, announced, () => uploads.ledger.addAnnounced(announced))
  uploads.log.debug({ taskId: task.taskId, path: task.relativePath }, 'task opened')
  return task
}

/**
 * The stored file that an earlier task of the same announcement ended as, the latest: its completion may be repeated, because
 * its answer may have been lost. An MD5 alone never makes another file stand for bytes that were not sent.
 */
export async function completedBefore(
  uploads: Uploads,
  { fileName, md5, totalChunks }: Announcement,
): Promise<FileRow | undefined> {
  const files = await uploads.ledger.announcedFiles(md5, totalChunks)
  const path = uploads.library.toServerPath(fileName)
  return firstReliable(
    uploads,
    files.filter((file) => isFor(path, file)),
  )
}
