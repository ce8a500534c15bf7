/** The pool of hash workers: one file at a time per thread, the rest wait their turn. */
import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import {
  type HashCheckpoint,
  type HashProgress,
  type HashRequest,
  type HashResult,
  progressEveryBytes,
} from './hash-job.ts'

/**
 * From this size on a hash can go on where a restart cut it off. Below, node:crypto, which is two and a half times
 * as fast, has the whole file done sooner than a person notices the repeat.
 */
const resumable = { fromBytes: 8 * 1024 ** 3, checkpointEveryBytes: 512 * 1024 ** 2 }

interface HashJob {
  readonly path: string
  /** Bytes. */
  readonly size: number
  readonly checkpoint: HashCheckpoint | null
}

/** Hashes files on worker threads. */
export interface HashPool {
  /**
   * @returns the digest, or the operating system's error
   * @throws the signal's reason when aborted
   */
  hash(
    job: HashJob,
    options: { signal: AbortSignal; onProgress: (progress: HashProgress) => void },
  ): Promise<HashResult>
  close(): Promise<void>
}

/**
 * @param worker URL of the worker's file, hash-worker.ts from source or hash-worker.js in the build
 * @param threads hashing threads at most
 * @param limits from which size in bytes hashes can go on after a restart, and how far apart their checkpoints are
 */
export function createHashPool(worker: URL, threads = 2, limits = resumable): HashPool {
  const pool = new Piscina<HashRequest, HashResult>({
    filename: worker.href,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: 10_000,
  })
  return {
    async hash(job, { signal, onProgress }) {
      signal.throwIfAborted()
      const checkpointEveryBytes = job.size >= limits.fromBytes ? limits.checkpointEveryBytes : null
      const tellsProgress = job.size >= progressEveryBytes || checkpointEveryBytes !== null
      const channel = tellsProgress ? openChannel(onProgress) : null
      const request: HashRequest = { ...job, checkpointEveryBytes, port: channel?.port2 ?? null }
      try {
        return await pool.run(request, { signal, transferList: channel ? [channel.port2] : [] })
      } catch (error) {
        signal.throwIfAborted()
        throw error
      } finally {
        channel?.port1.close()
      }
    },
    close: () => pool.destroy(),
  }
}

function openChannel(onProgress: (progress: HashProgress) => void): MessageChannel {
  const channel = new MessageChannel()
  channel.port1.on('message', onProgress)
  // Progress alone must not keep the process alive.
  channel.port1.unref()
  return channel
}
