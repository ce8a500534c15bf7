/** Stage: sends the chunks that the server lacks, several at once, each with its own digest. */
import PQueue from 'p-queue'
import type { Digests } from '../../shared/protocol/digests.ts'
import type { StoredFile, Task } from '../../shared/protocol/wire.ts'
import { type ChunkRange, heldBytes, missingChunks } from '../transfer/missing-chunks.ts'
import { assertFinal } from './complete.ts'
import type { Content, ReadChunk } from './content.ts'
import type { Journey } from './journey.ts'

/**
 * A chunk is not tried again by itself: one that fails ends the attempt, and the queue decides about the next one
 * (queue/retry-policy.ts), to which the server says what it holds.
 *
 * Returns when every chunk is acknowledged. When it throws, no chunk is in flight any more, so that a retried request
 * never overlaps its predecessor (R6, docs/promises.md).
 * @returns the stored file when the server has completed it with its only chunk, for which its digests must be known
 * @throws UploadError of the first chunk that failed; `source-changed` as soon as the payload is not the version that was
 *   meant; `still-being-written` before a file's only chunk
 */
export async function send(journey: Journey, content: Content, task: Task): Promise<StoredFile | undefined> {
  const { payload, deps } = journey
  abortEarlierTask(journey, task)
  journey.update({ taskId: task.taskId, acknowledgedBytes: heldBytes(task, payload.size) })
  let stored: StoredFile | undefined
  const failure = new AbortController()
  const signal = AbortSignal.any([journey.signal, failure.signal])
  const queue = new PQueue({ concurrency: deps.parallelChunks })
  const sendRead = async (read: ReadChunk, chunk: ChunkRange) => {
    try {
      const sent = { task, chunk, bytes: read.bytes, digests: content.digests ?? undefined }
      stored = await sendChunk(journey, sent, signal)
    } finally {
      read.release()
    }
  }
  try {
    for (const chunk of missingChunks(task, payload.size)) {
      await queue.onSizeLessThan(1)
      if (signal.aborted) break
      const read = await content.read(chunk, signal)
      queue.add(() => sendRead(read, chunk)).catch((error) => failure.abort(error))
    }
  } catch (thrown) {
    failure.abort(thrown)
  } finally {
    await queue.onIdle()
  }
  signal.throwIfAborted()
  return stored
}

/** How long it may take to delete a task at the server, ms. */
const abortTimeoutMs = 10_000

/** The chunks of another version are of no use any more. Best effort: a task that stays behind expires at the server. */
function abortEarlierTask({ item, deps }: Journey, { taskId }: Task): void {
  if (item.taskId === null || item.taskId === taskId) return
  void deps.api.abortTask(item.taskId, AbortSignal.timeout(abortTimeoutMs)).catch(() => undefined)
}

interface ChunkToSend {
  readonly task: Task
  readonly chunk: ChunkRange
  readonly bytes: Buffer
  /** Of the whole file; undefined while they are not known. */
  readonly digests: Digests | undefined
}

async function sendChunk(
  journey: Journey,
  { task, chunk, bytes, digests }: ChunkToSend,
  signal: AbortSignal,
): Promise<StoredFile | undefined> {
  const completeAs = task.totalChunks === 1 ? digests : undefined
  const { api } = journey.deps
  const passage = await api.window.enter(bytes.length, signal)
  let arrived = 0
  try {
    // Waiting may have taken long: what counts is that the file is still the same now.
    if (completeAs) await assertFinal(journey, journey.payload)
    signal.throwIfAborted()
    journey.reportChunk({ sent: bytes.length })
    const { taskId, chunkDigest: digest } = task
    const sent = { taskId, chunkIndex: chunk.index, bytes, digest, completeAs }
    const { stored } = await api.putChunk(sent, signal)
    arrived = bytes.length
    journey.reportChunk({ acknowledged: arrived })
    return stored
  } finally {
    passage.end(arrived)
  }
}
