/**
 * Work that may outlast a request: verifying and copying big files. One job per task; requests wait for it for a while
 * and come back. What a job stored is in the ledger; how it failed is kept here until somebody has been told.
 */
import { type ErrorCode, toUploadError } from '../../../src/shared/protocol/errors.ts'
import type { FileRow } from '../../ledger/ledger.ts'
import type { OnBytes } from '../../storage/store.ts'

/** A failure that nobody asked for is kept this long. */
const keepFailureMs = 60 * 60 * 1000

export interface Job {
  /** The MD5 that the file is to have. */
  readonly md5: string
  /** Bytes of the whole file. */
  readonly size: number
  readonly result: Promise<FileRow>
  /** Bytes verified so far. */
  verifiedBytes: number
  waiting: number
  failedAtMs: number | undefined
}

export interface JobOrder extends Pick<Job, 'md5' | 'size'> {
  /** Folder of the library whose file it is; empty for what lies in no folder of a token. */
  readonly library: string
}

/** How a job ended. */
export interface JobEnd extends Pick<JobOrder, 'library'> {
  readonly seconds: number
  /** Why it failed; undefined when the file is stored. */
  readonly code: ErrorCode | undefined
}

export class Jobs {
  readonly #jobs = new Map<string, Job>()
  readonly #onEnd: (end: JobEnd) => void

  /** @param onEnd told of every job that has ended; must not throw */
  constructor(onEnd: (end: JobEnd) => void = () => undefined) {
    this.#onEnd = onEnd
  }

  get(taskId: string): Job | undefined {
    return this.#jobs.get(taskId)
  }

  /** Starts the job of a task that has none. */
  start(taskId: string, order: JobOrder, work: (onBytes: OnBytes) => Promise<FileRow>): Job {
    const { md5, size, library } = order
    const onBytes = (bytes: number) => {
      job.verifiedBytes = bytes
    }
    const startedAtMs = performance.now()
    const tell = (code?: ErrorCode) =>
      this.#onEnd({ seconds: (performance.now() - startedAtMs) / 1000, code, library })
    const job: Job = { md5, size, verifiedBytes: 0, waiting: 0, failedAtMs: undefined, result: work(onBytes) }
    this.#jobs.set(taskId, job)
    const onStored = () => {
      this.#jobs.delete(taskId)
      tell()
    }
    const onFailure = (reason: unknown) => {
      job.failedAtMs = Date.now()
      if (job.waiting > 0) this.#jobs.delete(taskId)
      tell(toUploadError(reason).code)
    }
    job.result.then(onStored, onFailure)
    return job
  }

  /**
   * Waits for the job, at most `waitMs`.
   * @returns the stored file, undefined when the job goes on
   * @throws whatever the job failed with; the next request may start it anew
   */
  async wait(taskId: string, job: Job, waitMs: number): Promise<FileRow | undefined> {
    const { promise: late, resolve } = Promise.withResolvers<undefined>()
    const timer = setTimeout(() => resolve(undefined), waitMs)
    job.waiting += 1
    try {
      return await Promise.race([job.result, late])
    } catch (thrown) {
      if (this.#jobs.get(taskId) === job) this.#jobs.delete(taskId)
      throw thrown
    } finally {
      job.waiting -= 1
      clearTimeout(timer)
    }
  }

  /** Whether the job of this task is still at work. */
  isRunning(taskId: string): boolean {
    const job = this.#jobs.get(taskId)
    return job !== undefined && job.failedAtMs === undefined
  }

  /** Forgets a failure that has not been told, as the task itself is thrown away. */
  forget(taskId: string): void {
    if (!this.isRunning(taskId)) this.#jobs.delete(taskId)
  }

  forgetOldFailures(): void {
    const before = Date.now() - keepFailureMs
    for (const [taskId, job] of this.#jobs) {
      if (job.failedAtMs !== undefined && job.failedAtMs < before) this.#jobs.delete(taskId)
    }
  }

  /** Resolves when no job is at work. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#jobs.values()].map((job) => job.result))
  }
}
