/**
 * The worker thread of digest-pool.ts, which hashes one file per job, and that of read-behind.ts, which hashes files while
 * they arrive: both away from the event loop that serves requests.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { constants, open } from 'node:fs/promises'
import type { MessagePort } from 'node:worker_threads'
import { type FileDigests, FileHash } from '../../digests.ts'
import { Throttle } from '../throttle.ts'
import { type ChunkOrder, digestChunks, digestWhole } from './digest-file.ts'

export interface DigestJob {
  /** Absolute path. */
  readonly path: string
  /** Undefined for the digests of the whole file. */
  readonly chunks: ChunkOrder | undefined
  /** A throttle's shared memory; undefined for reading as fast as possible. */
  readonly throttle: SharedArrayBuffer | undefined
  /** Receives the count of bytes read so far, from time to time. */
  readonly progress: MessagePort
}

/** A part of a file that is still arriving; the parts of one file come in order. */
export interface ReadingStep {
  /** Of the file's state in this thread. */
  readonly id: number
  /** Absolute path. */
  readonly path: string
  /** First byte. */
  readonly from: number
  /** The byte behind the last one. */
  readonly to: number
}

const progressStepBytes = 32 * 1024 * 1024
const noFollow = constants.O_NOFOLLOW ?? 0

/** Digests of the file or of its chunks. @throws the system's error when it cannot be read */
export async function digest({
  path,
  chunks,
  throttle,
  progress,
}: DigestJob): Promise<FileDigests | readonly string[]> {
  const handle = await open(path, constants.O_RDONLY | noFollow)
  let reported = 0
  try {
    if (chunks !== undefined) return await digestChunks(handle, chunks)
    const report = (bytes: number) => {
      if (bytes - reported < progressStepBytes) return
      reported = bytes
      progress.postMessage(bytes)
    }
    return await digestWhole(handle, report, throttle && new Throttle(throttle))
  } finally {
    progress.close()
    await handle.close()
  }
}

/** The files that are being read while they arrive. */
const arriving = new Map<number, FileHash>()
let buffer: Buffer | undefined

/**
 * Hashes a part of a file; its first part begins with its first byte.
 * @throws the system's error; where the file ends before the part does
 */
export function readOn({ id, path, from, to }: ReadingStep): void {
  const hash = from === 0 ? new FileHash() : arriving.get(id)
  if (hash === undefined) throw new Error(`nothing was read of ${path} before byte ${from}`)
  arriving.set(id, hash)
  buffer ??= Buffer.allocUnsafeSlow(1024 * 1024)
  // Nothing else is to be done in this thread: waiting for the disk here costs least.
  const file = openSync(path, constants.O_RDONLY | noFollow)
  try {
    for (let offset = from; offset < to; ) {
      const bytesRead = readSync(file, buffer, 0, Math.min(buffer.length, to - offset), offset)
      if (bytesRead === 0) throw new Error(`${path} ends at byte ${offset}`)
      hash.update(buffer.subarray(0, bytesRead))
      offset += bytesRead
    }
  } finally {
    closeSync(file)
  }
}

/** Of all parts that were read. @throws where none was */
export function endReading(id: number): FileDigests {
  const hash = arriving.get(id)
  if (hash === undefined) throw new Error('nothing was read')
  arriving.delete(id)
  return hash.digests()
}

export function dropReading(id: number): void {
  arriving.delete(id)
}
