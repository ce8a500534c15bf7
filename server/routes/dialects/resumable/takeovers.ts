/**
 * One request at a time per upload. A new request ends the one before it, which its client believes to be dead ("Concurrency"
 * in draft-ietf-httpbis-resumable-upload): what is then said of the offset stays true.
 */
import { HttpError } from '../../../http/http-error.ts'

interface Working {
  readonly controller: AbortController
  readonly ended: Promise<void>
}

/** A file that is being verified cannot be interrupted; a request that waits longer is told to come back, ms. */
const waitMs = 30_000

export class Takeovers {
  readonly #working = new Map<string, Working>()

  /**
   * Ends the request that works on the upload, waits for its end, and works.
   * @param work reads no more of its body once the signal is aborted
   * @throws HttpError `task-busy` (503)
   */
  async alone<Result>(taskId: string, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const giveUpAtMs = performance.now() + waitMs
    for (let other = this.#working.get(taskId); other !== undefined; other = this.#working.get(taskId)) {
      other.controller.abort(overtaken())
      if (!(await endsBefore(other.ended, giveUpAtMs))) throw busy()
    }
    const controller = new AbortController()
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    const own = { controller, ended }
    this.#working.set(taskId, own)
    try {
      return await work(controller.signal)
    } finally {
      this.#working.delete(taskId)
      resolve()
    }
  }
}

async function endsBefore(ended: Promise<void>, giveUpAtMs: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>()
  const timer = setTimeout(() => resolve(false), Math.max(0, giveUpAtMs - performance.now()))
  const isOver = await Promise.race([ended.then(() => true), late])
  clearTimeout(timer)
  return isOver
}

function overtaken(): HttpError {
  return new HttpError(409, 'task-busy', 'Another request continues this upload.')
}

function busy(): HttpError {
  return new HttpError(503, 'task-busy', 'The file is being verified. Try again in a moment.', {
    retryAfterMs: 5_000,
  })
}
