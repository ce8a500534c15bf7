/** Stage: tells the server what is to come and learns what it already holds. */
import { basename } from 'node:path/posix'
import { UploadError } from '../../shared/errors.ts'
import type { UploadItem } from '../../shared/upload.ts'
import type { Task } from '../../shared/wire.ts'
import { fitsFile } from '../transfer/chunk-plan.ts'
import type { StageControl, StageDeps } from './stage.ts'

/**
 * @param md5 of the file's bytes, lowercase hex
 * @throws UploadError as the server and the network have it; `not-photoferry` when the answer does not fit the file
 */
export async function offer(
  item: UploadItem,
  md5: string,
  control: StageControl,
  deps: Pick<StageDeps, 'client'>,
): Promise<Task> {
  const task = await deps.client.createTask(
    {
      fileName: basename(item.relativePath),
      relativePath: item.relativePath,
      fileSize: item.size,
      // Cameras knew no time before 1970 either.
      lastModified: Math.max(0, item.mtimeMs),
      hash: md5,
    },
    control.signal,
  )
  if (fitsFile(task, item.size)) return task
  throw new UploadError(
    'not-photoferry',
    `The server cuts ${basename(item.relativePath)} into ${task.totalChunks} chunks of ${task.chunkSize} bytes, which does not fit its ${item.size} bytes.`,
  )
}
