/** Stage: tells the server which file is to come, and learns which of its chunks the server already holds. */
import { basename } from 'node:path/posix'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Task } from '../../shared/protocol/wire.ts'
import { fitsFile } from '../transfer/missing-chunks.ts'
import type { Journey } from './journey.ts'

/**
 * @param md5 of the payload's bytes, lowercase hex
 * @throws UploadError as server and network report it; `not-photoferry` when the answer does not fit the file
 */
export async function offer(journey: Journey, md5: string): Promise<Task> {
  const { payload, signal, deps } = journey
  journey.enter({ status: 'uploading' }, { md5, hashCheckpoint: null })
  const fileName = basename(payload.relativePath)
  const maxChunkSize = deps.api.chunkLimit.bytes
  const task = await deps.api.createTask(
    {
      fileName,
      relativePath: payload.relativePath,
      fileSize: payload.size,
      // Cameras knew no time before 1970 either.
      lastModified: Math.max(0, payload.lastModifiedMs),
      hash: md5,
      ...(maxChunkSize !== null && { maxChunkSize }),
    },
    signal,
  )
  if (fitsFile(task, payload.size)) return task
  throw new UploadError(
    'not-photoferry',
    `The server split ${fileName} into ${task.totalChunks} chunks of ${task.chunkSize} bytes, which does not fit its ${payload.size} bytes.`,
  )
}
