/** Stage: tells the server what is to come and learns what it already holds. */
import { basename } from 'node:path/posix'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Task } from '../../shared/protocol/wire.ts'
import { fitsFile } from '../transfer/missing-chunks.ts'
import type { Payload } from './payload.ts'
import type { StageControl, StageDeps } from './stage.ts'

/**
 * @param md5 of the payload's bytes, lowercase hex
 * @throws UploadError as the server and the network have it; `not-photoferry` when the answer does not fit the file
 */
export async function offer(
  payload: Payload,
  md5: string,
  control: StageControl,
  deps: Pick<StageDeps, 'api'>,
): Promise<Task> {
  const task = await deps.api.createTask(
    {
      fileName: basename(payload.relativePath),
      relativePath: payload.relativePath,
      fileSize: payload.size,
      // Cameras knew no time before 1970 either.
      lastModified: Math.max(0, payload.lastModifiedMs),
      hash: md5,
    },
    control.signal,
  )
  if (fitsFile(task, payload.size)) return task
  throw new UploadError(
    'not-photoferry',
    `The server cuts ${basename(payload.relativePath)} into ${task.totalChunks} chunks of ${task.chunkSize} bytes, which does not fit its ${payload.size} bytes.`,
  )
}
