/** Stage: sends the chunks that the server lacks, several at once, each with its own digest. */
import type { FileHandle } from 'node:fs/promises'
import PQueue from 'p-queue'
import type { StoredFile, Task } from '../../shared/protocol/wire.ts'
import { assertSameVersion, openSource } from '../intake/source-file.ts'
import { type ChunkRange, missingChunks } from '../transfer/missing-chunks.ts'
import type { Payload } from './payload.ts'
import type { StageControl, StageDeps } from './stage.ts'

export interface SendProgress {
  /** Called when a chunk's bytes are handed to the network. */
  onSending(bytes: number): void
  /** Called when the server has acknowledged a chunk. */
  onAcknowledged(bytes: number): void
}

/** How a file of one chunk is completed with it, which saves a request. */
export interface Completion {
  /** Of the whole file, lowercase hex. */
  readonly md5: string
  /** Throws `source-changed`; asked just before the bytes go. */
  assertUnchanged(): Promise<void>
}

/**
 * Returns when every chunk is acknowledged. After a failure no chunk is in flight any more when it throws, so that
 * a retried request never overlaps its predecessor (promise R6).
 * @returns the stored file when the server has completed it with its only chunk
 * @throws UploadError of the first chunk that failed; `source-changed` as soon as the payload is not the hashed version
 */
export async function send(
  payload: Payload,
  task: Task,
  control: StageControl & SendProgress,
  completion: Completion,
  deps: Pick<StageDeps, 'api' | 'parallelChunks' | 'buffers'>,
): Promise<StoredFile | undefined> {
  if (task.totalChunks === task.uploadedChunks.length) return undefined
  const completeAs = task.totalChunks === 1 ? completion.md5 : undefined
  let stored: StoredFile | undefined
  const failure = new AbortController()
  const signal = AbortSignal.any([control.signal, failure.signal])
  const source = await openSource(payload)
  const queue = new PQueue({ concurrency: deps.parallelChunks })
  const sendOne = async (chunk: ChunkRange) => {
    const buffer = deps.buffers.take(chunk.length)
    try {
      const bytes = await readChunk(source, payload, chunk, buffer)
      if (completeAs) await completion.assertUnchanged()
      signal.throwIfAborted()
      control.onSending(bytes.length)
      const sent = { taskId: task.taskId, chunkIndex: chunk.index, bytes, completeAs }
      stored = (await deps.api.putChunk(sent, signal)).stored
      control.onAcknowledged(bytes.length)
    } finally {
      deps.buffers.giveBack(buffer)
    }
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

/** Reads one chunk whole; what was hashed is what is read, or nothing is sent. */
async function readChunk(
  source: FileHandle,
  payload: Payload,
  chunk: ChunkRange,
  buffer: Buffer,
): Promise<Buffer> {
  let filled = 0
  while (filled < chunk.length) {
    const { bytesRead } = await source.read(buffer, filled, chunk.length - filled, chunk.offset + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  assertSameVersion(payload, await source.stat())
  return buffer.subarray(0, chunk.length)
}
