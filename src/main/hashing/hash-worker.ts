/** Worker thread: the digests of a file's bytes, streamed. It runs beside main so that hashing never blocks the queue. */
import { hash } from 'node:crypto'
import { on } from 'node:events'
import type { FileHandle } from 'node:fs/promises'
import type { MessagePort } from 'node:worker_threads'
import type { Digests } from '../../shared/protocol/digests.ts'
import { openMeant } from '../intake/in-place.ts'
import { type BothDigests, fastDigests, resumableDigests } from './both-digests.ts'
import {
  type HashProgress,
  type HashRequest,
  type HashResult,
  type PartHashed,
  progressEveryBytes,
  type ReadOnceMore,
  type SentPart,
} from './hash-job.ts'
import { openPastMemory, type PastMemory } from './read-past-memory.ts'

const readBytes = 1 << 20

/** Piscina's entry: hashes `request.path` and posts progress to `request.port`. */
export default function hashFile(request: HashRequest): Promise<HashResult> {
  return withFile(request, (handle) => digestsOf(handle, request))
}

/** Opens the file that is meant, and closes it and the port in the end. @returns the operating system's error where it throws one */
async function withFile<Result>(
  request: HashRequest,
  work: (handle: FileHandle) => Promise<Result>,
): Promise<Result | HashResult> {
  let handle: FileHandle | undefined
  try {
    handle = await openMeant({ ...request, sourcePath: request.path })
    return await work(handle)
  } catch (error) {
    return { errno: (error as NodeJS.ErrnoException).code ?? 'UNKNOWN', message: String(error) }
  } finally {
    await handle?.close()
    request.port?.close()
  }
}

async function digestsFor({ checkpointEveryBytes, checkpoint }: HashRequest): Promise<BothDigests> {
  return checkpointEveryBytes === null ? fastDigests() : resumableDigests(checkpoint)
}

async function digestsOf(handle: FileHandle, request: HashRequest): Promise<Digests> {
  const { checkpointEveryBytes } = request
  const both = await digestsFor(request)
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

/** Reads a file from its drive once more, whatever the system still has of it in memory. */
export function readOnceMore(request: HashRequest): Promise<ReadOnceMore | HashResult> {
  return withFile(request, async (handle) => {
    const direct = await openPastMemory(handle, readBytes)
    try {
      const { size, ...digests } = await digestsAnew(
        direct ?? { handle, buffer: Buffer.allocUnsafeSlow(readBytes) },
        request.port,
      )
      return { ...digests, size, pastMemory: direct !== null }
    } finally {
      await direct?.handle.close()
    }
  })
}

async function digestsAnew({ handle, buffer }: PastMemory, port: MessagePort | null) {
  const both = fastDigests()
  let size = 0
  let reportedBytes = 0
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, size)
    if (bytesRead === 0) return { ...both.digests(), size }
    both.update(buffer.subarray(0, bytesRead))
    size += bytesRead
    if (size - reportedBytes < progressEveryBytes) continue
    report(port, size, null)
    reportedBytes = size
  }
}

/** Both digests of bytes in memory. */
export function hashBytes(bytes: Uint8Array): Digests {
  return { md5: hash('md5', bytes), sha256: hash('sha256', bytes) }
}

/** Hashes a file as its parts are told of at `request.port`. @returns null where it was stopped */
export function hashSent(request: HashRequest & { port: MessagePort }): Promise<HashResult | null> {
  return withFile(request, async (handle) => new SentFile(handle, request, await digestsFor(request)).run())
}

/** A file that is being sent. */
class SentFile {
  readonly #handle: FileHandle
  readonly #port: MessagePort
  readonly #checkpointEveryBytes: number | null
  readonly #both: BothDigests
  readonly #buffer = Buffer.allocUnsafeSlow(readBytes)
  #offset: number
  #savedBytes: number
  #isStopped = false

  constructor(handle: FileHandle, request: HashRequest & { port: MessagePort }, both: BothDigests) {
    this.#handle = handle
    this.#port = request.port
    this.#checkpointEveryBytes = request.checkpointEveryBytes
    this.#both = both
    this.#offset = both.hashedBefore
    this.#savedBytes = both.hashedBefore
    // Heard at once, in the middle of a long read too.
    this.#port.on('message', ({ kind }: SentPart) => {
      if (kind === 'stop') this.#isStopped = true
    })
  }

  async run(): Promise<Digests | null> {
    for await (const [part] of on(this.#port, 'message') as AsyncIterable<[SentPart]>) {
      if (part.kind === 'bytes') this.#add(part.bytes)
      else await this.#readTo(part.kind === 'read' ? part.to : Number.POSITIVE_INFINITY)
      if (this.#isStopped) return null
      if (part.kind === 'end') return this.#both.digests()
      this.#answer()
    }
    return null
  }

  #add(bytes: Uint8Array): void {
    this.#both.update(bytes)
    this.#offset += bytes.length
  }

  async #readTo(end: number): Promise<void> {
    while (this.#offset < end && !this.#isStopped) {
      const length = Math.min(this.#buffer.length, end - this.#offset)
      const { bytesRead } = await this.#handle.read(this.#buffer, 0, length, this.#offset)
      if (bytesRead === 0) return
      this.#add(this.#buffer.subarray(0, bytesRead))
    }
  }

  #answer(): void {
    const every = this.#checkpointEveryBytes
    const isCheckpointDue = every !== null && this.#offset - this.#savedBytes >= every
    const state = isCheckpointDue ? this.#both.state() : null
    if (isCheckpointDue) this.#savedBytes = this.#offset
    const hashedBytes = this.#offset
    const answer: PartHashed = { hashedBytes, checkpoint: state && { hashedBytes, ...state } }
    this.#port.postMessage(answer)
  }
}
