/**
 * Work that may outlast a request: verifying and copying large files. A task has one job at most; requests wait for it for
 * a while and ask again. A job's success is in the ledger; its failure is kept here until a request has reported it.
 */
import { type ErrorCode, toUploadError } from '../../../src/shared/protocol/errors.ts'
import type { StatedDigests } from '../../digests.ts'
import type { FileRow } from '../../ledger/ledger.ts'
import type { OnBytes } from '../../storage/store.ts'

/** How long a failure is kept that no request has asked about, ms. */
const keepFailureMs = 60 * 60 * 1000

export interface Job {
  /** The digests that the file should have, as far as the client states them. */
  readonly stated: StatedDigests
  /** Bytes of the whole file. */
  readonly size: number
  readonly result: Promise<FileRow>
  /** Bytes verified so far. */
  verifiedBytes: number
  /** Count of requests that wait for it. */
  waiting: number
  failedAtMs: number | undefined
}

interface JobOrder extends Pick<Job, 'stated' | 'size'> {
  /** The library folder of the file; empty when it is in no token's folder. */
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

  /** @param onEnd called for every job that has ended; must not throw */
  constructor(onEnd: (end: JobEnd) => void = () => undefined) {
    this.#onEnd = onEnd
  }

  get(taskId: string): Job | undefined {
    return this.#jobs.get(taskId)
  }

  /** Starts the job of a task that has none. */
  start(taskId: string, order: JobOrder, work: (onBytes: OnBytes) => Promise<FileRow>): Job {
    const { stated, size, library } = order
    const onBytes = (bytes: number) => {
      job.verifiedBytes = bytes
    }
    const startedAtMs = performance.now()
    const report = (code?: ErrorCode) =>
      this.#onEnd({ seconds: (performance.now() - startedAtMs) / 1000, code, library })
    const job: Job = {
      stated,
      size,
      verifiedBytes: 0,
      waiting: 0,
      failedAtMs: undefined,
      result: work(onBytes),
    }
    this.#jobs.set(taskId, job)
    const onStored = () => {
      this.#jobs.delete(taskId)
      report()
    }
    const onFailure = (reason: unknown) => {
      job.failedAtMs = Date.now()
      if (job.waiting > 0) this.#jobs.delete(taskId)
      report(toUploadError(reason).code)
    }
    job.result.then(onStored, onFailure)
    return job
  }

  /**
   * Waits for the job, at most `waitMs`.
   * @returns the stored file, undefined while the job is still running
   * @throws what the job failed with; the next request may start it again
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

  get isAnyRunning(): boolean {
    return [...this.#jobs.values()].some((job) => job.failedAtMs === undefined)
  }

  isRunning(taskId: string): boolean {
    const job = this.#jobs.get(taskId)
    return job !== undefined && job.failedAtMs === undefined
  }

  /** Forgets a failure that no request has asked about. */
  forgetFailure(taskId: string): void {
    if (!this.isRunning(taskId)) this.#jobs.delete(taskId)
  }

  forgetOldFailures(): void {
    const before = Date.now() - keepFailureMs
    for (const [taskId, job] of this.#jobs) {
      if (job.failedAtMs !== undefined && job.failedAtMs < before) this.#jobs.delete(taskId)
    }
  }

  /** Resolves when no job is running. */
  async allEnded(): Promise<void> {
    await Promise.allSettled([...this.#jobs.values()].map((job) => job.result))
  }
}
