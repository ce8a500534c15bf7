/** The pool of hash workers: one file at a time per thread, further files wait. */
import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import {
  type HashJob,
  type HashProgress,
  type HashRequest,
  type HashResult,
  progressEveryBytes,
} from './hash-job.ts'

/** Which hashes can resume after a restart, and how often they can. */
interface ResumeLimits {
  /** Of this size and larger. */
  readonly fromBytes: number
  readonly checkpointEveryBytes: number
}

/** Smaller files are hashed by node:crypto, which is 2.5 times as fast: they are done before a person notices the repeat. */
const defaultLimits: ResumeLimits = { fromBytes: 8 * 1024 ** 3, checkpointEveryBytes: 512 * 1024 ** 2 }

/** Hashes files on worker threads. */
export interface HashPool {
  /**
   * @returns the digest, or the operating system's error
   * @throws the signal's reason if aborted
   */
  hash(
    job: HashJob,
    options: { signal: AbortSignal; onProgress: (progress: HashProgress) => void },
  ): Promise<HashResult>
  close(): Promise<void>
}

/**
 * @param worker URL of the worker's file: hash-worker.ts from source, hash-worker.js in the build
 * @param threads hashing threads at most
 */
export function createHashPool(worker: URL, threads = 2, limits: ResumeLimits = defaultLimits): HashPool {
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
      const reportsProgress = job.size >= progressEveryBytes || checkpointEveryBytes !== null
      const channel = reportsProgress ? openChannel(onProgress) : null
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
