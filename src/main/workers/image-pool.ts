/** The pool of image workers: one photo at a time per process, as many processes as cores; the rest wait their turn. */
import { availableParallelism } from 'node:os'
import PQueue from 'p-queue'
import { type ImageBounds, ImageChild, type ImageProgram } from './image-child.ts'
import type { ImageJob, ImageResult } from './image-protocol.ts'

export interface PoolLimits extends ImageBounds {
  /** Processes at once. */
  readonly children: number
  /** Images after which a process is replaced: decoders leak, and a long life collects it. */
  readonly imagesPerChild: number
  /** Idle processes end after this long and give their memory back. */
  readonly idleMs: number
}

const usual: PoolLimits = {
  timeoutMs: 60_000,
  rssBytes: 1024 ** 3,
  children: Math.min(8, availableParallelism()),
  imagesPerChild: 200,
  idleMs: 30_000,
}

/** Makes smaller or converted copies of photos in processes of their own. */
export class ImagePool {
  readonly #program: ImageProgram
  readonly #limits: PoolLimits
  readonly #queue: PQueue
  readonly #children = new Set<ImageChild>()
  readonly #idle: ImageChild[] = []
  #timer: NodeJS.Timeout | undefined

  /** No process is started before the first image comes. */
  constructor(program: ImageProgram, limits: Partial<PoolLimits> = {}) {
    this.#program = program
    this.#limits = { ...usual, ...limits }
    this.#queue = new PQueue({ concurrency: this.#limits.children })
  }

  /**
   * Makes one copy; whatever the image does to its process is its own story, told in the result.
   * @throws the signal's reason when aborted; nothing is written any more then
   */
  async convert(job: ImageJob, { signal }: { signal: AbortSignal }): Promise<ImageResult> {
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

  #take(): ImageChild {
    for (let child = this.#idle.pop(); child; child = this.#idle.pop()) {
      if (child.alive) return child
      this.#children.delete(child)
    }
    const child = new ImageChild(this.#program)
    this.#children.add(child)
    return child
  }

  #putBack(child: ImageChild): void {
    const swollen = child.rssBytes > this.#limits.rssBytes / 2
    if (!child.alive || swollen || child.images >= this.#limits.imagesPerChild) this.#dismiss(child)
    else this.#idle.push(child)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#dismissIdle(), this.#limits.idleMs)
    this.#timer.unref()
  }

  #dismissIdle(): void {
    for (const child of this.#idle.splice(0)) this.#dismiss(child)
  }

  #dismiss(child: ImageChild): void {
    this.#children.delete(child)
    void child.end()
  }
}
