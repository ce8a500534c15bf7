/** The worker thread of digest-pool.ts: hashes one file per job, away from the event loop that serves requests. */
import { constants, open } from 'node:fs/promises'
import type { MessagePort } from 'node:worker_threads'
import { type DigestOrder, digestHandle } from './digest-file.ts'

export interface DigestJob extends DigestOrder {
  /** Absolute path. */
  readonly path: string
  /** Receives the count of bytes read so far, from time to time. */
  readonly progress: MessagePort
}

const progressStepBytes = 32 * 1024 * 1024

/** Hex digests of the file. @throws the system's error when it cannot be read */
export async function digest(job: DigestJob): Promise<readonly string[]> {
  const handle = await open(job.path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  let reported = 0
  try {
    return await digestHandle(handle, job, (bytes) => {
      if (bytes - reported < progressStepBytes) return
      reported = bytes
      job.progress.postMessage(bytes)
    })
  } finally {
    job.progress.close()
    await handle.close()
  }
}
