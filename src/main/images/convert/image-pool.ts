/** The pool of processes that make smaller or converted copies of photos: as many as the computer has cores, 8 at most. */
import { availableParallelism } from 'node:os'
import type { ImageProgram } from '../processes/image-process.ts'
import { type PoolLimits, ProcessPool } from '../processes/process-pool.ts'
import { type ImageJob, type ImageResult, imageResultSchema } from './image-job.ts'

const defaultLimits: PoolLimits = {
  timeoutMs: 60_000,
  rssBytes: 1024 ** 3,
  processes: Math.min(8, availableParallelism()),
  imagesPerProcess: 200,
  idleMs: 30_000,
}

export class ImagePool {
  readonly #pool: ProcessPool<ImageJob, ImageResult>

  /** Starts no process before the first image. */
  constructor(program: ImageProgram, limits: Partial<PoolLimits> = {}) {
    this.#pool = new ProcessPool<ImageJob, ImageResult>(program, imageResultSchema, {
      ...defaultLimits,
      ...limits,
    })
  }

  /**
   * Makes one copy. It does not throw if the image takes its process down: that problem is the result.
   * @throws the signal's reason if aborted; by then nothing more is written
   */
  convert(job: ImageJob, control: { signal: AbortSignal }): Promise<ImageResult> {
    return this.#pool.run(job, control)
  }

  /** Ends every process; fulfils when they are gone. */
  close(): Promise<void> {
    return this.#pool.close()
  }
}
