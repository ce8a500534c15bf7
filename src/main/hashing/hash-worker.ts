/** Worker thread: the MD5 of a file's bytes, streamed. It runs beside main so that hashing never blocks the queue. */
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { MessagePort } from 'node:worker_threads'
import SparkMD5 from 'spark-md5'
import {
  type HashCheckpoint,
  type HashProgress,
  type HashRequest,
  type HashResult,
  progressEveryBytes,
} from './hash-job.ts'

const readBytes = 1 << 20

/** An incremental MD5. */
interface Digest {
  update(bytes: Buffer): void
  /** Lowercase; ends the digest. */
  hex(): string
  /** What a later run needs to resume; null from node:crypto, which cannot export its state. */
  state(): string | null
}

/** Piscina's entry: hashes `request.path` and posts progress to `request.port`. */
export default async function hashFile(request: HashRequest): Promise<HashResult> {
  let handle: FileHandle | undefined
  try {
    handle = await open(request.path, 'r')
    return { md5: await md5Of(handle, request) }
  } catch (error) {
    return { errno: (error as NodeJS.ErrnoException).code ?? 'UNKNOWN', message: String(error) }
  } finally {
    await handle?.close()
    request.port?.close()
  }
}

async function md5Of(handle: FileHandle, request: HashRequest): Promise<string> {
  const { checkpointEveryBytes } = request
  const checkpoint = checkpointEveryBytes === null ? null : request.checkpoint
  const digest = checkpointEveryBytes === null ? nodeDigest() : sparkDigest(checkpoint)
  const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(readBytes, request.size)))
  let offset = checkpoint?.hashedBytes ?? 0
  let reportedBytes = offset
  let savedBytes = offset
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset)
    if (bytesRead === 0) return digest.hex()
    digest.update(buffer.subarray(0, bytesRead))
    offset += bytesRead
    const isCheckpointDue = checkpointEveryBytes !== null && offset - savedBytes >= checkpointEveryBytes
    if (!isCheckpointDue && offset - reportedBytes < progressEveryBytes) continue
    report(request.port, offset, isCheckpointDue ? digest.state() : null)
    reportedBytes = offset
    if (isCheckpointDue) savedBytes = offset
  }
}

function report(port: MessagePort | null, hashedBytes: number, state: string | null): void {
  const progress: HashProgress = {
    hashedBytes,
    checkpoint: state === null ? null : { hashedBytes, state },
  }
  port?.postMessage(progress)
}

function nodeDigest(): Digest {
  const hash = createHash('md5')
  return { update: (bytes) => hash.update(bytes), hex: () => hash.digest('hex'), state: () => null }
}

function sparkDigest(checkpoint: HashCheckpoint | null): Digest {
  const spark = new SparkMD5.ArrayBuffer()
  if (checkpoint) spark.setState(JSON.parse(checkpoint.state))
  return {
    // spark reads the whole ArrayBuffer behind a view, so it gets a copy of just these bytes.
    update: (bytes) => spark.append(Uint8Array.from(bytes).buffer),
    hex: () => spark.end(),
    state: () => JSON.stringify(spark.getState()),
  }
}
