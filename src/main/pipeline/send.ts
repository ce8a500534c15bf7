/** Stage: sends the chunks that the server lacks, several at once, each with its own digest. */
import type { FileHandle } from 'node:fs/promises'
import PQueue from 'p-queue'
import type { Digests } from '../../shared/protocol/digests.ts'
import type { StoredFile, Task } from '../../shared/protocol/wire.ts'
import { assertSameVersion, fileAccessError, openSource, stampOpenFile } from '../intake/source-file.ts'
import { type ChunkRange, heldBytes, missingChunks } from '../transfer/missing-chunks.ts'
import { assertFinal } from './complete.ts'
import type { Journey } from './journey.ts'
import type { Payload } from './payload.ts'

/**
 * A chunk is not tried again by itself: one that fails ends the attempt, and the queue decides about the next one
 * (queue/retry-policy.ts), to which the server says what it holds.
 *
 * Returns when every chunk is acknowledged. When it throws, no chunk is in flight any more, so that a retried request
 * never overlaps its predecessor (R6, docs/promises.md).
 * @param digests of the whole file; a file of one chunk is completed with them, which saves a request
 * @returns the stored file when the server has completed it with its only chunk
 * @throws UploadError of the first chunk that failed; `source-changed` as soon as the payload is not the hashed version;
 *   `still-being-written` before a file's only chunk
 */
export async function send(journey: Journey, digests: Digests, task: Task): Promise<StoredFile | undefined> {
  const { payload, deps } = journey
  abortEarlierTask(journey, task)
  journey.update({ taskId: task.taskId, acknowledgedBytes: heldBytes(task, payload.size) })
  if (task.totalChunks === task.uploadedChunks.length) return undefined
  let stored: StoredFile | undefined
  const failure = new AbortController()
  const signal = AbortSignal.any([journey.signal, failure.signal])
  const source = await openSource(payload)
  const queue = new PQueue({ concurrency: deps.parallelChunks })
  const sendOne = async (chunk: ChunkRange) => {
    stored = await sendChunk(journey, source, { task, chunk, digests }, signal)
  }
  try {
    for (const chunk of missingChunks(task, payload.size)) {
      await queue.onSizeLessThan(1)
      if (signal.aborted) break
      queue.add(() => sendOne(chunk)).catch((error) => failure.abort(error))
    }
  } finally {
    await queue.onIdle()
    await source.close()
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
  /** Of the whole file. */
  readonly digests: Digests
}

async function sendChunk(
  journey: Journey,
  source: FileHandle,
  { task, chunk, digests }: ChunkToSend,
  signal: AbortSignal,
): Promise<StoredFile | undefined> {
  const { payload, deps } = journey
  const completeAs = task.totalChunks === 1 ? digests : undefined
  const buffer = await deps.buffers.take(chunk.length, signal)
  try {
    const bytes = await readChunk(source, payload, chunk, buffer)
    if (completeAs) await assertFinal(journey, payload)
    signal.throwIfAborted()
    journey.reportChunk({ sent: bytes.length })
    const { taskId, chunkDigest: digest } = task
    const sent = { taskId, chunkIndex: chunk.index, bytes, digest, completeAs }
    const { stored } = await deps.api.putChunk(sent, signal)
    journey.reportChunk({ acknowledged: bytes.length })
    return stored
  } finally {
    deps.buffers.giveBack(buffer)
  }
}

/** Reads one chunk whole; what was hashed is what is read, or nothing is sent. */
async function readChunk(
  source: FileHandle,
  payload: Payload,
  chunk: ChunkRange,
  buffer: Buffer,
): Promise<Buffer> {
  let filled = 0
  while (filled < chunk.length) {
    const { bytesRead } = await source
      .read(buffer, filled, chunk.length - filled, chunk.offset + filled)
      .catch((error: NodeJS.ErrnoException) => {
        throw fileAccessError(payload, error.code ?? '', error)
      })
    if (bytesRead === 0) break
    filled += bytesRead
  }
  assertSameVersion(payload, await stampOpenFile(source, payload.sourcePath))
  return buffer.subarray(0, chunk.length)
}
