/**
 * One request at a time per tus upload. A new request asks the running one to end, which may be the dead half of a lost
 * connection, and waits. The package's own locker polls, which keeps the processor busy.
 */
import type { Lock, Locker, RequestRelease } from '@tus/server'
import { Locks } from '../../../uploads/coordination/locks.ts'

export class TusLocker implements Locker {
  readonly #locks = new Locks({ kind: 'tus' })
  readonly #waitMs: number
  readonly #askToEnd = new Map<string, RequestRelease>()

  /** @param waitMs how long a new request waits before it gets `task-busy`, ms */
  constructor(waitMs: number) {
    this.#waitMs = waitMs
  }

  newLock(id: string): Lock {
    let release: () => void = () => undefined
    return {
      lock: async (_signal, askToEnd) => {
        await this.#askToEnd.get(id)?.()
        release = await this.#locks.acquire(id, this.#waitMs)
        this.#askToEnd.set(id, askToEnd)
      },
      unlock: async () => {
        this.#askToEnd.delete(id)
        release()
      },
    }
  }
}
