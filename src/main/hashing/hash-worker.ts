/** Worker thread: the digests of a file's bytes, streamed. It runs beside main so that hashing never blocks the queue. */
import type { FileHandle } from 'node:fs/promises'
import type { MessagePort } from 'node:worker_threads'
import type { Digests } from '../../shared/protocol/digests.ts'
import { openMeant } from '../intake/in-place.ts'
import { type BothDigests, fastDigests, resumableDigests } from './both-digests.ts'
import { type HashProgress, type HashRequest, type HashResult, progressEveryBytes } from './hash-job.ts'

const readBytes = 1 << 20

/** Piscina's entry: hashes `request.path` and posts progress to `request.port`. */
export default async function hashFile(request: HashRequest): Promise<HashResult> {
  let handle: FileHandle | undefined
  try {
    handle = await openMeant({ ...request, sourcePath: request.path })
    return await digestsOf(handle, request)
  } catch (error) {
    return { errno: (error as NodeJS.ErrnoException).code ?? 'UNKNOWN', message: String(error) }
  } finally {
    await handle?.close()
    request.port?.close()
  }
}

async function digestsOf(handle: FileHandle, request: HashRequest): Promise<Digests> {
  const { checkpointEveryBytes } = request
  const both = checkpointEveryBytes === null ? fastDigests() : await resumableDigests(request.checkpoint)
  const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(readBytes, request.size)))
  let offset = both.hashedBefore
  let reportedBytes = offset
  let savedBytes = offset
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset)
    if (bytesRead === 0) return both.digests()
    both.update(buffer.subarray(0, bytesRead))
    offset += bytesRead
    const isCheckpointDue = checkpointEveryBytes !== null && offset - savedBytes >= checkpointEveryBytes
    if (!isCheckpointDue && offset - reportedBytes < progressEveryBytes) continue
    report(request.port, offset, isCheckpointDue ? both.state() : null)
    reportedBytes = offset
    if (isCheckpointDue) savedBytes = offset
  }
}

function report(
  port: MessagePort | null,
  hashedBytes: number,
  state: ReturnType<BothDigests['state']>,
): void {
  const progress: HashProgress = { hashedBytes, checkpoint: state && { hashedBytes, ...state } }
  port?.postMessage(progress)
}
