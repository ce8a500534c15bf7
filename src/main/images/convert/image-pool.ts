/** The pool that makes smaller or converted copies of photos: a lane of image workers, as many as cores. */
import { availableParallelism } from 'node:os'
import type { ImageProgram } from '../processes/image-process.ts'
import { type PoolLimits, ProcessPool } from '../processes/process-pool.ts'
import { type ImageJob, type ImageResult, imageResultSchema } from './image-job.ts'

const usual: PoolLimits = {
  timeoutMs: 60_000,
  rssBytes: 1024 ** 3,
  processes: Math.min(8, availableParallelism()),
  imagesPerProcess: 200,
  idleMs: 30_000,
}

export class ImagePool {
  readonly #pool: ProcessPool<ImageJob, ImageResult>

  /** No process is started before the first image comes. */
  constructor(program: ImageProgram, limits: Partial<PoolLimits> = {}) {
    this.#pool = new ProcessPool<ImageJob, ImageResult>(program, imageResultSchema, { ...usual, ...limits })
  }

  /**
   * Makes one copy; whatever the image does to its process is its own story, told in the result.
   * @throws the signal's reason when aborted; nothing is written any more then
   */
  convert(job: ImageJob, control: { signal: AbortSignal }): Promise<ImageResult> {
    return this.#pool.run(job, control)
  }

  /** Ends every process; fulfils when they are gone. */
  close(): Promise<void> {
    return this.#pool.close()
  }
}
