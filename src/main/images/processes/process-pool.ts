/** A pool of child processes that work on images: each runs one image at a time, further images wait. */
import PQueue from 'p-queue'
import type { z } from 'zod'
import { type ImageLimits, ImageProcess, type ImageProgram, type ProcessFailure } from './image-process.ts'

export interface PoolLimits extends ImageLimits {
  /** Processes at once. */
  readonly processes: number
  /** A process is replaced after this many images: decoders leak, and leaks add up over a long life. */
  readonly imagesPerProcess: number
  /** Idle processes end after this long and give their memory back. */
  readonly idleMs: number
}

/** Pools are independent: a full one never delays another. */
export class ProcessPool<Job extends object, Result> {
  readonly #program: ImageProgram
  readonly #resultSchema: z.ZodType<Result>
  readonly #limits: PoolLimits
  readonly #queue: PQueue
  readonly #processes = new Set<ImageProcess<Job, Result>>()
  readonly #idle: ImageProcess<Job, Result>[] = []
  #idleTimer: NodeJS.Timeout | undefined

  /**
   * Starts no process before the first image.
   * @param resultSchema what the program may answer; anything else counts as a crash
   */
  constructor(program: ImageProgram, resultSchema: z.ZodType<Result>, limits: PoolLimits) {
    this.#program = program
    this.#resultSchema = resultSchema
    this.#limits = limits
    this.#queue = new PQueue({ concurrency: limits.processes })
  }

  /**
   * Runs one job. It does not throw if the image takes its process down: that problem is the result.
   * @throws the signal's reason if aborted; by then the process writes nothing more
   */
  async run(job: Job, { signal }: { signal: AbortSignal }): Promise<Result | ProcessFailure> {
    return this.#queue.add(async () => {
      signal.throwIfAborted()
      const imageProcess = this.#acquire()
      const result = await imageProcess.run(job, this.#limits, signal)
      this.#release(imageProcess)
      signal.throwIfAborted()
      return result
    })
  }

  /** Ends every process; fulfils when they are gone. */
  async close(): Promise<void> {
    clearTimeout(this.#idleTimer)
    await Promise.all([...this.#processes].map((imageProcess) => imageProcess.end()))
  }

  #acquire(): ImageProcess<Job, Result> {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (idle.alive) return idle
      this.#processes.delete(idle)
    }
    const started = new ImageProcess<Job, Result>(this.#program, this.#resultSchema)
    this.#processes.add(started)
    return started
  }

  #release(imageProcess: ImageProcess<Job, Result>): void {
    const { alive, images, rssBytes } = imageProcess
    // What one image left in memory must not be held against the next.
    const hasGrown = rssBytes > this.#limits.rssBytes / 2
    if (!alive || hasGrown || images >= this.#limits.imagesPerProcess) this.#discard(imageProcess)
    else this.#idle.push(imageProcess)
    clearTimeout(this.#idleTimer)
    this.#idleTimer = setTimeout(() => this.#discardIdle(), this.#limits.idleMs)
    this.#idleTimer.unref()
  }

  #discardIdle(): void {
    for (const imageProcess of this.#idle.splice(0)) this.#discard(imageProcess)
  }

  #discard(imageProcess: ImageProcess<Job, Result>): void {
    this.#processes.delete(imageProcess)
    void imageProcess.end()
  }
}
