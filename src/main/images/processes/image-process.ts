/** One child process that works on images, as main sees it. Main trusts nothing that the child says or does. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { ImageProblem } from '../../../shared/preparation.ts'

/** How the child is started. */
export interface ImageProgram {
  /** The worker's file: image-worker.ts from source, image-worker.js in the build. */
  readonly entry: URL
  /** A plain Node. Electron's own executable does not work: sharp crashes inside it on Linux. */
  readonly nodePath: string
}

/** What one image may cost. */
export interface ImageLimits {
  readonly timeoutMs: number
  /** Resident memory of the child, bytes. */
  readonly rssBytes: number
}

/** How much memory the child uses. The child checks many times a second while it works, and reports changes. */
const memorySchema = z.object({ kind: z.literal('memory'), rssBytes: z.number().nonnegative() })
export type MemoryMessage = z.infer<typeof memorySchema>

/** The result of a job during which the child ended or was killed. */
export interface ProcessFailure {
  readonly kind: 'problem'
  readonly problem: ImageProblem
  readonly message: string
}

export class ImageProcess<Job extends object, Result> {
  readonly #resultSchema: z.ZodType<Result>
  readonly #child: ChildProcess
  /** Fulfils with the reason. */
  readonly #ended: Promise<string>
  #alive = true
  #images = 0
  #rssBytes = 0

  /** @param resultSchema parses what the child sends, because a hostile image may have taken it over */
  constructor({ entry, nodePath }: ImageProgram, resultSchema: z.ZodType<Result>) {
    this.#resultSchema = resultSchema
    // Few malloc arenas: glibc would keep as much memory as a decoded picture needs in each of them.
    const env = { ...process.env, MALLOC_ARENA_MAX: '2' }
    this.#child = spawn(nodePath, [fileURLToPath(entry)], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env,
    })
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message))
      this.#child.once('exit', (exitCode, signal) => resolve(`it ended with ${signal ?? exitCode}`))
    })
    void this.#ended.then(() => {
      this.#alive = false
    })
  }

  /** False once the process has ended, or if it could not be started. */
  get alive(): boolean {
    return this.#alive
  }

  /** How many images it was given so far. */
  get images(): number {
    return this.#images
  }

  /** Resident memory as last reported. A pool replaces a process that has grown, so that the next image does not pay for it. */
  get rssBytes(): number {
    return this.#rssBytes
  }

  /**
   * Runs one job; callers never run two at once. A child that crashes, hangs or grows too large is killed, and that problem
   * is the result. An aborted one is killed too; nobody reads its result. Once this fulfils the child writes nothing more.
   */
  async run(job: Job, limits: ImageLimits, signal: AbortSignal): Promise<Result | ProcessFailure> {
    this.#images++
    let problem: ImageProblem = 'crashed'
    const kill = (reason: ImageProblem) => {
      problem = reason
      this.#child.kill('SIGKILL')
    }
    const abort = () => kill('crashed')
    const timer = setTimeout(() => kill('timed-out'), limits.timeoutMs)
    signal.addEventListener('abort', abort)
    const result = this.#nextResult(limits, kill)
    // If the channel closes before the message gets through, the end of the process reports it.
    this.#child.send(job, () => undefined)
    try {
      const failure = this.#ended.then((message): ProcessFailure => ({ kind: 'problem', problem, message }))
      return await Promise.race([result, failure])
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      this.#child.removeAllListeners('message')
    }
  }

  /** Ends the process; fulfils when it is gone. */
  async end(): Promise<void> {
    if (this.#alive) this.#child.kill('SIGKILL')
    await this.#ended
  }

  /** Fulfils with the first valid result. Watches the child's memory meanwhile; a message that is neither is a crash. */
  #nextResult(limits: ImageLimits, kill: (reason: ImageProblem) => void): Promise<Result> {
    return new Promise((resolve) => {
      this.#child.on('message', (raw) => {
        const memory = memorySchema.safeParse(raw)
        if (memory.success) {
          this.#rssBytes = memory.data.rssBytes
          if (this.#rssBytes > limits.rssBytes) kill('out-of-memory')
          return
        }
        const result = this.#resultSchema.safeParse(raw)
        if (result.success) resolve(result.data)
        else kill('crashed')
      })
    })
  }
}
