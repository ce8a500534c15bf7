/**
 * Lets one at a time do something under the same name; the others wait for their turn, for a bounded time. Where several
 * servers share the ledger, one among all of them: the ledger's claims decide between servers, this file within one.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { Claims } from '../../ledger/claims.ts'

const retryAfterMs = 1_000
/** What another server has is asked for again after so long, then ever later. */
const firstPauseMs = 20
const longestPauseMs = 500

export interface TurnOptions {
  /** Tells these turns from others of the same name at other servers. */
  readonly kind: string
  /** Absent where no other server can be at work. */
  readonly claims?: Claims | undefined
  /** More than this many waiting for one thing is no coincidence. */
  readonly maxWaiting?: number
}

export class Turns {
  readonly #queues = new Map<string, Array<() => void>>()
  readonly #kind: string
  readonly #claims: Claims | undefined
  readonly #maxWaiting: number

  constructor({ kind, claims, maxWaiting = 32 }: TurnOptions) {
    this.#kind = kind
    this.#claims = claims
    this.#maxWaiting = maxWaiting
  }

  /**
   * @param waitMs how long to wait for the turn
   * @param onLost the ledger lost sight of this server, so that another one may take the same turn: stop
   * @returns ends the turn; call it exactly once
   * @throws UploadError `task-busy` when the turn did not come in time
   */
  async take(name: string, waitMs: number, onLost = ignore): Promise<() => void> {
    const sinceMs = performance.now()
    await this.#queueUp(name, waitMs)
    const claims = this.#claims
    if (claims === undefined) return () => this.#pass(name)
    const claimed = `${this.#kind} ${name}`
    try {
      await claim(claims, claimed, sinceMs + waitMs, onLost)
    } catch (thrown) {
      this.#pass(name)
      throw thrown
    }
    return () => {
      claims.release(claimed)
      this.#pass(name)
    }
  }

  /** Whether another server has this turn now; never true where no other can be at work. */
  async isTakenElsewhere(name: string): Promise<boolean> {
    if (this.#claims === undefined || this.#queues.has(name)) return false
    return this.#claims.isTaken(`${this.#kind} ${name}`)
  }

  async #queueUp(name: string, waitMs: number): Promise<void> {
    const queue = this.#queues.get(name)
    if (queue === undefined) {
      this.#queues.set(name, [])
      return
    }
    if (queue.length >= this.#maxWaiting || waitMs <= 0) throw busy()
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
  }

  #pass(name: string): void {
    const next = this.#queues.get(name)?.shift()
    if (next === undefined) this.#queues.delete(name)
    else next()
  }
}

/** @param untilMs as `performance.now` counts */
async function claim(claims: Claims, name: string, untilMs: number, onLost: () => void): Promise<void> {
  let pauseMs = firstPauseMs
  while (!(await claims.take(name, onLost))) {
    if (performance.now() + pauseMs > untilMs) throw busy()
    await pause(pauseMs)
    pauseMs = Math.min(longestPauseMs, pauseMs * 2)
  }
}

function ignore(): void {}

function busy(): UploadError {
  return new UploadError(
    'task-busy',
    'Another request is at work on the same thing. Ask again in a moment.',
    { retryAfterMs },
  )
}
