/** Stage: tells the server which file is to come, and learns which of its chunks the server already holds. */
import { basename } from 'node:path/posix'
import { formatBytes } from '../../shared/byte-size.ts'
import type { Digests } from '../../shared/protocol/digests.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { CreateTaskRequest, Task } from '../../shared/protocol/wire.ts'
import { fitsFile, isUsualLayout } from '../transfer/missing-chunks.ts'
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
  const task = await answerTo(journey, {
    fileName,
    relativePath: payload.relativePath,
    fileSize: payload.size,
    // Cameras knew no time before 1970 either.
    lastModified: Math.max(0, payload.lastModifiedMs),
    hash: digests.md5,
    sha256: digests.sha256,
    maxChunkSize: journey.deps.api.chunkLimit.bytes,
  })
  if (!fitsFile(task, payload.size) || !isUsualLayout(task)) throw oddChunks(journey, task)
  if (task.done && task.sha256 !== undefined && task.sha256 !== digests.sha256) {
    throw new UploadError(
      'digest-mismatch',
      `The server has a file with SHA-256 ${task.sha256} for ${fileName}, whose SHA-256 is ${digests.sha256}.`,
    )
  }
  return task
}

/** The server wants the file in chunks that do not fit it, or that no server is set to. */
export function oddChunks({ payload, deps }: Journey, { totalChunks, chunkSize }: Task): UploadError {
  const { host } = new URL(deps.api.address.url)
  const name = basename(payload.relativePath)
  const chunks = `${totalChunks} chunks of ${formatBytes(chunkSize)}`
  const message = `${host} wants ${name}, ${formatBytes(payload.size)}, in ${chunks}, which does not fit it or is out of bounds (64 KB to 64 MB). Ask whoever runs the server (CHUNK_SIZE).`
  return new UploadError('not-photoferry', message, { facts: { kind: 'answer-chunks', host, name } })
}

/** Asks again for as long as the server computes the digest of a stored file that may be the same. */
async function answerTo(journey: Journey, request: CreateTaskRequest): Promise<Task> {
  const first = await askFor(journey, request)
  if (first) return first
  journey.enter({ status: 'verifying' })
  for (;;) {
    await pauseBeforeAskingAgain(journey.signal)
    const task = await askFor(journey, request)
    if (!task) continue
    journey.enter({ status: 'uploading' })
    return task
  }
}

/** @returns null while the server computes. @throws the signal's reason; nothing of a canceled file stays at the server */
async function askFor(
  { signal, offerSignal, deps }: Journey,
  request: CreateTaskRequest,
): Promise<Task | null> {
  signal.throwIfAborted()
  const { task } = await deps.api.createTask(request, offerSignal)
  // Best effort: a task that stays behind expires at the server.
  if (signal.aborted && task && !task.done)
    await deps.api.abortTask(task.taskId, offerSignal).catch(() => undefined)
  signal.throwIfAborted()
  return task
}
