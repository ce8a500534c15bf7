/** Worker thread: MD5 of one file's bytes, streamed; runs beside main so that hashing never blocks the queue. */
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

/** An incremental MD5; only spark-md5 can write down where it stands. */
interface Digest {
  update(bytes: Buffer): void
  hex(): string
  state(): string | null
}

/** Piscina's entry: hashes `request.path` and posts progress to `request.port`. */
export default async function hashFile(request: HashRequest): Promise<HashResult> {
  let handle: FileHandle | undefined
  try {
    handle = await open(request.path, 'r')
    const md5 = await digestOf(handle, request)
    return { md5 }
  } catch (error) {
    return { errno: (error as NodeJS.ErrnoException).code ?? 'UNKNOWN', message: String(error) }
  } finally {
    await handle?.close()
    request.port?.close()
  }
}

async function digestOf(handle: FileHandle, request: HashRequest): Promise<string> {
  const { checkpointEveryBytes } = request
  const checkpoint = checkpointEveryBytes === null ? null : request.checkpoint
  const digest = checkpointEveryBytes === null ? nodeDigest() : sparkDigest(checkpoint)
  const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(readBytes, request.size)))
  let position = checkpoint?.hashedBytes ?? 0
  let told = position
  let saved = position
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
    if (bytesRead === 0) return digest.hex()
    digest.update(buffer.subarray(0, bytesRead))
    position += bytesRead
    const checkpointDue = checkpointEveryBytes !== null && position - saved >= checkpointEveryBytes
    if (!checkpointDue && position - told < progressEveryBytes) continue
    tell(request.port, position, checkpointDue ? digest.state() : null)
    told = position
    if (checkpointDue) saved = position
  }
}

function tell(port: MessagePort | null, hashedBytes: number, state: string | null): void {
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
  if (checkpoint) spark.setState(revive(checkpoint.state))
  return {
    // A copy of its own: spark looks at the whole ArrayBuffer behind a view.
    update: (bytes) => spark.append(Uint8Array.from(bytes).buffer),
    hex: () => spark.end(),
    state: () => JSON.stringify(spark.getState()),
  }
}

function revive(state: string): SparkMD5.State {
  return JSON.parse(state) as SparkMD5.State
}
