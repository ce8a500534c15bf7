/** One child process that works on images; the side of main, which trusts nothing that the child says or does. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { ImageProblem } from '../../../shared/preparation.ts'

/** How the child is started. */
export interface ImageProgram {
  /** The worker's file: image-worker.ts from source, image-worker.js in the build. */
  readonly entry: URL
  /** A plain Node; Electron's own executable will not do (see architecture: sharp). */
  readonly nodePath: string
}

/** What one image may cost. */
export interface ImageLimits {
  readonly timeoutMs: number
  /** Resident memory of the child, bytes. */
  readonly rssBytes: number
}

/** How much memory the child holds; looked at many times a second while it works, and told when it changed. */
const memorySchema = z.object({ kind: z.literal('memory'), rssBytes: z.number().nonnegative() })
export type MemoryMessage = z.infer<typeof memorySchema>

/** The answer to a job on which the child ended, or was ended. */
export interface ProcessFailure {
  readonly kind: 'problem'
  readonly problem: ImageProblem
  readonly message: string
}

export class ImageProcess<Job extends object, Result> {
  readonly #answers: z.ZodType<Result>
  readonly #child: ChildProcess
  readonly #ended: Promise<string>
  #alive = true
  #images = 0
  #rssBytes = 0

  /** @param answers parses what comes from the child, for a hostile image may have taken it over */
  constructor({ entry, nodePath }: ImageProgram, answers: z.ZodType<Result>) {
    this.#answers = answers
    // Few malloc arenas: glibc would keep a decoded picture's worth of memory in each of them.
    const env = { ...process.env, MALLOC_ARENA_MAX: '2' }
    const stdio = ['ignore', 'ignore', 'ignore', 'ipc'] as const
    this.#child = spawn(nodePath, [fileURLToPath(entry)], { stdio: [...stdio], env })
    this.#ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message))
      this.#child.once('exit', (exitCode, signal) => resolve(`it ended with ${signal ?? exitCode}`))
    })
    void this.#ended.then(() => {
      this.#alive = false
    })
  }

  /** False once the process has ended or could not be started. */
  get alive(): boolean {
    return this.#alive
  }

  /** Images it was given so far. */
  get images(): number {
    return this.#images
  }

  /** Resident memory as last told; what an image before left behind must not be held against the next. */
  get rssBytes(): number {
    return this.#rssBytes
  }

  /**
   * Does one job; never two at once. A child that crashes, hangs or grows too large is killed and answers with that
   * problem; so does an aborted one, whose result nobody reads. When this fulfils nothing is written any more.
   */
  async run(job: Job, bounds: ImageLimits, signal: AbortSignal): Promise<Result | ProcessFailure> {
    this.#images++
    let problem: ImageProblem = 'crashed'
    const kill = (reason: ImageProblem) => {
      problem = reason
      this.#child.kill('SIGKILL')
    }
    const abort = () => kill('crashed')
    const timer = setTimeout(() => kill('timed-out'), bounds.timeoutMs)
    signal.addEventListener('abort', abort)
    const answer = new Promise<Result>((resolve) => {
      this.#child.on('message', (raw) => {
        const memory = memorySchema.safeParse(raw)
        if (memory.success) {
          this.#rssBytes = memory.data.rssBytes
          if (this.#rssBytes > bounds.rssBytes) kill('out-of-memory')
          return
        }
        const result = this.#answers.safeParse(raw)
        if (result.success) resolve(result.data)
        else kill('crashed')
      })
    })
    // A channel that closed under the message shows in the process's end.
    this.#child.send(job, () => undefined)
    try {
      const died = this.#ended.then((words): ProcessFailure => ({ kind: 'problem', problem, message: words }))
      return await Promise.race([answer, died])
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
}
