/** One child process that converts images; the side of main, which trusts nothing that the child says or does. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ImageProblem } from '../../shared/preparation.ts'
import { type ImageJob, type ImageResult, imageMessageSchema } from './image-protocol.ts'

/** How the child is started. */
export interface ImageProgram {
  /** The worker's file: image-worker.ts from source, image-worker.js in the build. */
  readonly entry: URL
  /** A plain Node; Electron's own executable will not do (see architecture: sharp). */
  readonly nodePath: string
}

/** What one image may cost. */
export interface ImageBounds {
  readonly timeoutMs: number
  /** Resident memory of the child, bytes. */
  readonly rssBytes: number
}

export class ImageChild {
  readonly #child: ChildProcess
  readonly #ended: Promise<string>
  #alive = true
  #images = 0
  #rssBytes = 0

  constructor({ entry, nodePath }: ImageProgram) {
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
   * Makes one copy; never two at once. A child that crashes, hangs or grows too large is killed and answers with that
   * problem; so does an aborted one, whose result nobody reads. When this fulfils nothing is written any more.
   */
  async run(job: ImageJob, bounds: ImageBounds, signal: AbortSignal): Promise<ImageResult> {
    this.#images++
    let problem: ImageProblem = 'crashed'
    const kill = (reason: ImageProblem) => {
      problem = reason
      this.#child.kill('SIGKILL')
    }
    const abort = () => kill('crashed')
    const timer = setTimeout(() => kill('timed-out'), bounds.timeoutMs)
    signal.addEventListener('abort', abort)
    const answer = new Promise<ImageResult>((resolve) => {
      this.#child.on('message', (raw) => {
        const { data: message } = imageMessageSchema.safeParse(raw)
        if (!message) kill('crashed')
        else if (message.kind !== 'memory') resolve(message)
        else if (this.#noteMemory(message.rssBytes) > bounds.rssBytes) kill('out-of-memory')
      })
    })
    // A channel that closed under the message shows in the process's end.
    this.#child.send(job, () => undefined)
    try {
      const died = this.#ended.then((words): ImageResult => ({ kind: 'problem', problem, message: words }))
      return await Promise.race([answer, died])
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      this.#child.removeAllListeners('message')
    }
  }

  #noteMemory(rssBytes: number): number {
    this.#rssBytes = rssBytes
    return rssBytes
  }

  /** Ends the process; fulfils when it is gone. */
  async end(): Promise<void> {
    if (this.#alive) this.#child.kill('SIGKILL')
    await this.#ended
  }
}
