/** The worker thread of digest-pool.ts: hashes one file per job, away from the event loop that serves requests. */
import { constants, open } from 'node:fs/promises'
import type { MessagePort } from 'node:worker_threads'
import type { FileDigests } from '../../digests.ts'
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

const progressStepBytes = 32 * 1024 * 1024

/** Digests of the file or of its chunks. @throws the system's error when it cannot be read */
export async function digest({
  path,
  chunks,
  throttle,
  progress,
}: DigestJob): Promise<FileDigests | readonly string[]> {
  const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
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
