/** Lets one at a time do something under the same name; the others wait for their turn, for a bounded time. */
import { UploadError } from '../../src/shared/errors.ts'

const retryAfterMs = 1_000

export class Turns {
  readonly #queues = new Map<string, Array<() => void>>()
  readonly #maxWaiting: number

  /** @param maxWaiting more than this many waiting for one thing is no coincidence */
  constructor(maxWaiting = 32) {
    this.#maxWaiting = maxWaiting
  }

  /**
   * @param waitMs how long to wait for the turn
   * @returns ends the turn; call it exactly once
   * @throws UploadError `task-busy` when the turn did not come in time
   */
  async take(name: string, waitMs: number): Promise<() => void> {
    const queue = this.#queues.get(name)
    if (queue === undefined) {
      this.#queues.set(name, [])
      return () => this.#pass(name)
    }
    if (queue.length >= this.#maxWaiting) throw busy()
    await new Promise<void>((resolve, reject) => {
      const enter = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(enter), 1)
        reject(busy())
      }, waitMs)
      queue.push(enter)
    })
    return () => this.#pass(name)
  }

  #pass(name: string): void {
    const next = this.#queues.get(name)?.shift()
    if (next === undefined) this.#queues.delete(name)
    else next()
  }
}

function busy(): UploadError {
  return new UploadError(
    'task-busy',
    'Another request is at work on the same thing. Ask again in a moment.',
    {
      retryAfterMs,
    },
  )
}
