/**
 * Locks by name: one request at a time works under a name, the others wait in order, for a limited time. When several
 * servers share the ledger, its claims decide between servers, and this file within each.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Claims } from '../../ledger/ledger.ts'
import { hasCode, taskBusy } from '../upload-errors.ts'

/** Pauses between two attempts to claim what another server has, growing from the first to the longest, ms. */
const firstPauseMs = 20
const longestPauseMs = 500

interface LockOptions {
  /** Tells these locks from others of the same names. */
  readonly kind: string
  /** Undefined when there is no other server. */
  readonly claims?: Claims | undefined
  /** How many may wait for one name. */
  readonly maxWaiting?: number
}

export class Locks {
  readonly #queues = new Map<string, Array<() => void>>()
  readonly #kind: string
  readonly #claims: Claims | undefined
  readonly #maxWaiting: number

  constructor({ kind, claims, maxWaiting = 32 }: LockOptions) {
    this.#kind = kind
    this.#claims = claims
    this.#maxWaiting = maxWaiting
  }

  /**
   * @param waitMs how long to wait for the lock, ms
   * @param onLost called when the database loses sight of this server, so that another may get the lock: stop working
   * @returns releases the lock; call it exactly once
   * @throws UploadError `task-busy` when the lock did not become free in time
   */
  async acquire(name: string, waitMs: number, onLost = ignore): Promise<() => void> {
    const sinceMs = performance.now()
    await this.#queueUp(name, waitMs)
    const claims = this.#claims
    if (claims === undefined) return () => this.#passOn(name)
    const claimed = `${this.#kind} ${name}`
    try {
      await claim(claims, claimed, sinceMs + waitMs, onLost)
    } catch (thrown) {
      this.#passOn(name)
      throw thrown
    }
    return () => {
      claims.release(claimed)
      this.#passOn(name)
    }
  }

  /** Whether another server has this lock now; always false when there is no other server. */
  async isHeldElsewhere(name: string): Promise<boolean> {
    if (this.#claims === undefined || this.#queues.has(name)) return false
    return this.#claims.isClaimed(`${this.#kind} ${name}`)
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

  #passOn(name: string): void {
    const next = this.#queues.get(name)?.shift()
    if (next === undefined) this.#queues.delete(name)
    else next()
  }
}

/** @param untilMs as `performance.now` counts */
async function claim(claims: Claims, name: string, untilMs: number, onLost: () => void): Promise<void> {
  let pauseMs = firstPauseMs
  while (!(await claims.claim(name, onLost))) {
    if (performance.now() + pauseMs > untilMs) throw busy()
    await pause(pauseMs)
    pauseMs = Math.min(longestPauseMs, pauseMs * 2)
  }
}

function ignore(): void {}

function busy() {
  return taskBusy('Another request is working on the same thing. Try again in a moment.')
}

/** Does the work if the lock is free. @returns undefined when it is not */
export async function unlessLocked<Result>(
  locks: Locks,
  name: string,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  let unlock: () => void
  try {
    unlock = await locks.acquire(name, 0)
  } catch (thrown) {
    if (hasCode(thrown, 'task-busy')) return undefined
    throw thrown
  }
  try {
    return await work()
  } finally {
    unlock()
  }
}
