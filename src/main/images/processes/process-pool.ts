/** A lane of processes that work on images: one image at a time each, so many processes at once; the rest wait their turn. */
import PQueue from 'p-queue'
import type { z } from 'zod'
import { type ImageLimits, ImageProcess, type ImageProgram, type ProcessFailure } from './image-process.ts'

export interface PoolLimits extends ImageLimits {
  /** Processes at once. */
  readonly processes: number
  /** Images after which a process is replaced: decoders leak, and a long life collects it. */
  readonly imagesPerProcess: number
  /** Idle processes end after this long and give their memory back. */
  readonly idleMs: number
}

/** Lanes know nothing of each other: one that is full never holds up another. */
export class ProcessPool<Job extends object, Result> {
  readonly #program: ImageProgram
  readonly #answers: z.ZodType<Result>
  readonly #limits: PoolLimits
  readonly #queue: PQueue
  readonly #children = new Set<ImageProcess<Job, Result>>()
  readonly #idle: ImageProcess<Job, Result>[] = []
  #timer: NodeJS.Timeout | undefined

  /**
   * No process is started before the first image comes.
   * @param answers what the program may answer to a job; anything else counts as a crash
   */
  constructor(program: ImageProgram, answers: z.ZodType<Result>, limits: PoolLimits) {
    this.#program = program
    this.#answers = answers
    this.#limits = limits
    this.#queue = new PQueue({ concurrency: this.#limits.processes })
  }

  /**
   * Does one job; whatever the image does to its process is its own story, told in the result.
   * @throws the signal's reason when aborted; nothing is written any more then
   */
  async run(job: Job, { signal }: { signal: AbortSignal }): Promise<Result | ProcessFailure> {
    return this.#queue.add(async () => {
      signal.throwIfAborted()
      const child = this.#take()
      const result = await child.run(job, this.#limits, signal)
      this.#putBack(child)
      signal.throwIfAborted()
      return result
    })
  }

  /** Ends every process; fulfils when they are gone. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await Promise.all([...this.#children].map((child) => child.end()))
  }

  #take(): ImageProcess<Job, Result> {
    for (let child = this.#idle.pop(); child; child = this.#idle.pop()) {
      if (child.alive) return child
      this.#children.delete(child)
    }
    const child = new ImageProcess<Job, Result>(this.#program, this.#answers)
    this.#children.add(child)
    return child
  }

  #putBack(child: ImageProcess<Job, Result>): void {
    const swollen = child.rssBytes > this.#limits.rssBytes / 2
    if (!child.alive || swollen || child.images >= this.#limits.imagesPerProcess) this.#dismiss(child)
    else this.#idle.push(child)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#dismissIdle(), this.#limits.idleMs)
    this.#timer.unref()
  }

  #dismissIdle(): void {
    for (const child of this.#idle.splice(0)) this.#dismiss(child)
  }

  #dismiss(child: ImageProcess<Job, Result>): void {
    this.#children.delete(child)
    void child.end()
  }
}
