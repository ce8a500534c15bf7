/**
 * The pool of hash workers: one file at a time per thread, further files wait; but those that are hashed while they are sent
 * share a thread of their own, since each waits for its bytes most of the time.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { Digests } from '../../shared/protocol/digests.ts'
import {
  type HashCheckpoint,
  type HashJob,
  type HashProgress,
  type HashRequest,
  type HashResult,
  progressEveryBytes,
  type ReadOnceMore,
  type UnreadFile,
} from './hash-job.ts'
import { RunningHash } from './running-hash.ts'

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
  /** As `hash`, but from the drive itself where the system allows that: for what may be deleted there next. */
  readOnceMore(
    job: Omit<HashJob, 'checkpoint'>,
    options: { signal: AbortSignal; onProgress: (progress: HashProgress) => void },
  ): Promise<ReadOnceMore | UnreadFile>
  /** @param bytes in shared memory, which stays as it is until the promise fulfils */
  hashBytes(bytes: Uint8Array): Promise<Digests>
  /** Hashes a file while it is being sent; call its `stop` in the end. */
  begin(job: HashJob, onCheckpoint: (checkpoint: HashCheckpoint) => void): RunningHash
  close(): Promise<void>
}

/** Files that are hashed while they are sent, at most: each waits for its bytes most of the time. */
const mostRunning = 256

/**
 * @param worker URL of the worker's file: hash-worker.ts from source, hash-worker.js in the build
 * @param threads hashing threads at most
 */
export function createHashPool(worker: URL, threads = 2, limits: ResumeLimits = defaultLimits): HashPool {
  const shape = { filename: worker.href, minThreads: 0, idleTimeout: 10_000 }
  const pool = new Piscina({ ...shape, maxThreads: threads })
  const running = new Piscina({ ...shape, maxThreads: 1, concurrentTasksPerWorker: mostRunning })
  const checkpointsOf = ({ size }: HashJob) => (size >= limits.fromBytes ? limits.checkpointEveryBytes : null)
  const run = async (
    name: 'default' | 'readOnceMore',
    job: HashJob,
    checkpointEveryBytes: number | null,
    { signal, onProgress }: Parameters<HashPool['hash']>[1],
  ) => {
    signal.throwIfAborted()
    const reportsProgress = job.size >= progressEveryBytes || checkpointEveryBytes !== null
    const channel = reportsProgress ? openChannel(onProgress) : null
    const request: HashRequest = { ...job, checkpointEveryBytes, port: channel?.port2 ?? null }
    try {
      return await pool.run(request, { name, signal, transferList: channel ? [channel.port2] : [] })
    } catch (error) {
      signal.throwIfAborted()
      throw error
    } finally {
      channel?.port1.close()
    }
  }
  return {
    hash: (job, options) => run('default', job, checkpointsOf(job), options),
    readOnceMore: (job, options) => run('readOnceMore', { ...job, checkpoint: null }, null, options),
    hashBytes: (bytes) => pool.run(bytes, { name: 'hashBytes' }),
    begin: (job, onCheckpoint) => {
      const checkpointEveryBytes = checkpointsOf(job)
      const resumesAt = checkpointEveryBytes === null ? 0 : (job.checkpoint?.hashedBytes ?? 0)
      const start = (port: MessagePort): Promise<HashResult | null> => {
        const request: HashRequest = { ...job, checkpointEveryBytes, port }
        return running.run(request, { name: 'hashSent', transferList: [port] })
      }
      return new RunningHash(start, resumesAt, onCheckpoint)
    },
    close: async () => {
      await Promise.all([pool.destroy(), running.destroy()])
    },
  }
}

function openChannel(onProgress: (progress: HashProgress) => void): MessageChannel {
  const channel = new MessageChannel()
  channel.port1.on('message', onProgress)
  // Progress alone must not keep the process alive.
  channel.port1.unref()
  return channel
}
