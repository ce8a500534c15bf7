/** Stage: tells the server which file is to come, and learns which of its chunks the server already holds. */
import { basename } from 'node:path/posix'
import { formatBytes } from '../../shared/byte-size.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { CreateTaskRequest, Task } from '../../shared/protocol/wire.ts'
import { fitsFile, isUsualLayout } from '../transfer/missing-chunks.ts'
import type { OfferAnswer } from '../transfer/server-api.ts'
import { pauseBeforeAskingAgain } from './ask-again.ts'
import type { Content } from './content.ts'
import type { Journey } from './journey.ts'

/**
 * A file that was not read yet is offered by its size and ends; only where the server knows something like it, or is one of
 * before, is it read first. So is every small one.
 * @throws UploadError as server and network report it; `not-photoferry` when the answer does not fit the file;
 *   `digest-mismatch` when the server has other bytes for it; `source-…`
 */
export async function offer(journey: Journey, content: Content): Promise<Task> {
  const task = (await offerUnread(journey, content)) ?? (await offerRead(journey, content))
  if (fitsFile(task, journey.payload.size) && isUsualLayout(task)) return task
  throw oddChunks(journey, task)
}

/** @returns null where the server wants to know the digests first */
async function offerUnread(journey: Journey, content: Content): Promise<Task | null> {
  const { api } = journey.deps
  const { digests, ends } = content
  if (digests !== null || ends === undefined || !api.takesUnread) return null
  journey.enter({ status: 'uploading' })
  content.expectToSend()
  const answer = await askFor(journey, { ...factsOf(journey), ...earlierTask(journey), ends })
  // What is stored is known by its digests alone.
  if (!isTask(answer) || answer.done) {
    // Reading the file may take minutes; that the server answers is known now.
    journey.reportOffered()
    return null
  }
  if (answer.ends === ends) return answer
  // A server of before: it opened a task for a file of which it knows nothing.
  api.takesUnread = false
  await api.abortTask(answer.taskId, journey.signal)
  return null
}

async function offerRead(journey: Journey, content: Content): Promise<Task> {
  const digests = await content.hashFirst()
  journey.enter({ status: 'uploading' }, { ...digests, hashCheckpoint: null })
  const { ends } = content
  const facts = { ...factsOf(journey), hash: digests.md5, sha256: digests.sha256 }
  const known = ends === undefined ? {} : { ...earlierTask(journey), ends }
  const task = await answerTo(journey, { ...facts, ...known })
  if (task.done && task.sha256 !== undefined && task.sha256 !== digests.sha256) {
    const name = basename(journey.payload.relativePath)
    throw new UploadError(
      'digest-mismatch',
      `The server has a file with SHA-256 ${task.sha256} for ${name}, whose SHA-256 is ${digests.sha256}.`,
    )
  }
  return task
}

/** By which the server knows that nobody else's upload is resumed. */
function earlierTask({ item: { taskId } }: Journey): { readonly taskId?: string } {
  return taskId === null ? {} : { taskId }
}

function factsOf({ payload, deps }: Journey): CreateTaskRequest {
  return {
    fileName: basename(payload.relativePath),
    relativePath: payload.relativePath,
    fileSize: payload.size,
    // Cameras knew no time before 1970 either.
    lastModified: Math.max(0, payload.lastModifiedMs),
    maxChunkSize: deps.api.chunkLimit.bytes,
  }
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
  if (isTask(first)) return first
  journey.enter({ status: 'verifying' })
  for (;;) {
    await pauseBeforeAskingAgain(journey.signal)
    const answer = await askFor(journey, request)
    if (!isTask(answer)) continue
    journey.enter({ status: 'uploading' })
    return answer
  }
}

function isTask(answer: OfferAnswer): answer is Task {
  return typeof answer === 'object'
}

/** @throws the signal's reason; nothing of a canceled file stays at the server */
async function askFor(
  { signal, offerSignal, deps }: Journey,
  request: CreateTaskRequest,
): Promise<OfferAnswer> {
  signal.throwIfAborted()
  const answer = await deps.api.createTask(request, offerSignal)
  // Best effort: a task that stays behind expires at the server.
  if (signal.aborted && isTask(answer) && !answer.done)
    await deps.api.abortTask(answer.taskId, offerSignal).catch(() => undefined)
  signal.throwIfAborted()
  return answer
}
