/** Stage: tells the server which file is to come, and learns which of its chunks the server already holds. */
import { basename } from 'node:path/posix'
import type { Digests } from '../../shared/protocol/digests.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { CreateTaskRequest, Task } from '../../shared/protocol/wire.ts'
import { fitsFile } from '../transfer/missing-chunks.ts'
import { pauseBeforeAskingAgain } from './ask-again.ts'
import type { Journey } from './journey.ts'

/**
 * @param digests of the payload's bytes
 * @throws UploadError as server and network report it; `not-photoferry` when the answer does not fit the file;
 *   `digest-mismatch` when the server has other bytes for it
 */
export async function offer(journey: Journey, digests: Digests): Promise<Task> {
  const { payload } = journey
  journey.enter({ status: 'uploading' }, { ...digests, hashCheckpoint: null })
  const fileName = basename(payload.relativePath)
  const maxChunkSize = journey.deps.api.chunkLimit.bytes
  const task = await answerTo(journey, {
    fileName,
    relativePath: payload.relativePath,
    fileSize: payload.size,
    // Cameras knew no time before 1970 either.
    lastModified: Math.max(0, payload.lastModifiedMs),
    hash: digests.md5,
    sha256: digests.sha256,
    ...(maxChunkSize !== null && { maxChunkSize }),
  })
  if (!fitsFile(task, payload.size)) {
    throw new UploadError(
      'not-photoferry',
      `The server split ${fileName} into ${task.totalChunks} chunks of ${task.chunkSize} bytes, which does not fit its ${payload.size} bytes.`,
    )
  }
  if (task.done && task.sha256 !== undefined && task.sha256 !== digests.sha256) {
    throw new UploadError(
      'digest-mismatch',
      `The server has a file with SHA-256 ${task.sha256} for ${fileName}, whose SHA-256 is ${digests.sha256}.`,
    )
  }
  return task
}

/** Asks again for as long as the server computes the digest of a stored file that may be the same. */
async function answerTo(journey: Journey, request: CreateTaskRequest): Promise<Task> {
  const { signal, deps } = journey
  const first = await deps.api.createTask(request, signal)
  if (first.task) return first.task
  journey.enter({ status: 'verifying' })
  for (;;) {
    await pauseBeforeAskingAgain(signal)
    const { task } = await deps.api.createTask(request, signal)
    if (!task) continue
    journey.enter({ status: 'uploading' })
    return task
  }
}
