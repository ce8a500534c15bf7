/** Offers the file and sends it, in chunks that are small enough for the way to the server. */
import { formatBytes } from '../../shared/byte-size.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { StoredFile, Task } from '../../shared/protocol/wire.ts'
import { largestChunkBytes } from '../transfer/chunk-limit.ts'
import { heldBytes, missingChunks } from '../transfer/missing-chunks.ts'
import type { Content } from './content.ts'
import type { Journey } from './journey.ts'
import { oddChunks, offer } from './offer.ts'
import { send } from './send.ts'

interface SentFile {
  readonly task: Task
  /** The stored file, where the server completed it with its only chunk. */
  readonly stored: StoredFile | undefined
}

/**
 * A proxy that refuses a chunk for its size is no failure of the file: its task is dropped and begun anew with chunks of half
 * the size, down to `leastChunkBytes`. What gets through is known to all later files.
 * @throws UploadError as `offer` and `send` do; `proxy-answer` where even the smallest chunk is refused, or the server,
 * perhaps an older one, wants none that is smaller
 */
export async function offerAndSend(journey: Journey, content: Content): Promise<SentFile> {
  let task = await offerFitting(journey, content)
  for (;;) {
    if (task.done && task.url !== undefined) return { task, stored: undefined }
    try {
      return { task, stored: await send(journey, content, task) }
    } catch (thrown) {
      if (!(thrown instanceof UploadError)) throw thrown
      noteTimeout(journey, task, thrown)
      if (thrown.facts?.kind !== 'chunk-refused') throw thrown
      task = await beginSmaller(journey, content, { task, refusedBytes: thrown.facts.size })
    }
  }
}

/**
 * A task of before that holds less than the chunk it lacks is begun anew where its chunks are larger than what gets through;
 * so is any whose chunks are larger than what is read into memory here.
 * @throws UploadError `not-photoferry` for a server that wants such chunks all the same
 */
async function offerFitting(journey: Journey, content: Content): Promise<Task> {
  const { api } = journey.deps
  const task = await offer(journey, content)
  const missing = largestMissing(journey, task)
  // What the server holds may be the short last chunk alone, which got through where none of the others does.
  const isWorthKeeping = heldBytes(task, journey.payload.size) >= missing
  if (missing <= (isWorthKeeping ? largestChunkBytes : api.chunkLimit.bytes)) return task
  await api.abortTask(task.taskId, journey.signal)
  const next = await offer(journey, content)
  if (largestMissing(journey, next) <= largestChunkBytes) return next
  throw oddChunks(journey, next)
}

/** On a slow line a chunk may never arrive in time: the next attempt asks for smaller ones. */
function noteTimeout(journey: Journey, task: Task, { code }: UploadError): void {
  if (code !== 'connection-stalled' && code !== 'request-timeout') return
  journey.deps.api.chunkLimit.onTimedOut(largestMissing(journey, task))
}

async function beginSmaller(
  journey: Journey,
  content: Content,
  { task, refusedBytes }: { readonly task: Task; readonly refusedBytes: number },
): Promise<Task> {
  const { api } = journey.deps
  if (!api.chunkLimit.onRefused(refusedBytes)) throw nothingGetsThrough(api.address.url, refusedBytes)
  await api.abortTask(task.taskId, journey.signal)
  const next = await offer(journey, content)
  // Each round is smaller than the one before, so there is a last one.
  if (largestMissing(journey, next) < refusedBytes) return next
  throw nothingGetsThrough(api.address.url, refusedBytes)
}

/** Bytes of the largest chunk that is still to be sent; 0 for none. */
function largestMissing({ payload }: Journey, task: Task): number {
  // All chunks but the last have the same size.
  const [first] = missingChunks(task, payload.size)
  return first?.length ?? 0
}

function nothingGetsThrough(serverUrl: string, size: number): UploadError {
  const { host } = new URL(serverUrl)
  const text = formatBytes(size)
  const message = `A proxy in front of ${host} refuses requests of ${text}, and PhotoFerry can't send smaller ones to this server. Ask whoever runs the proxy to let ${text} through (nginx: client_max_body_size).`
  return new UploadError('proxy-answer', message, { facts: { kind: 'chunk-refused', host, size } })
}
