/**
 * One request at a time per tus upload. A newcomer asks the one at work to end, as that may be the dead half of a
 * connection that was lost, and waits; the library's own locker keeps the processor busy while it waits.
 */
import type { Lock, Locker, RequestRelease } from '@tus/server'
import { Turns } from '../../../uploads/coordination/locks.ts'

export class TurnLocker implements Locker {
  readonly #turns = new Turns({ kind: 'tus' })
  readonly #waitMs: number
  readonly #askToEnd = new Map<string, RequestRelease>()

  /** @param waitMs how long a newcomer waits before it hears `task-busy` */
  constructor(waitMs: number) {
    this.#waitMs = waitMs
  }

  newLock(id: string): Lock {
    let endTurn: () => void = () => undefined
    return {
      lock: async (_signal, askToEnd) => {
        await this.#askToEnd.get(id)?.()
        endTurn = await this.#turns.take(id, this.#waitMs)
        this.#askToEnd.set(id, askToEnd)
      },
      unlock: async () => {
        this.#askToEnd.delete(id)
        endTurn()
      },
    }
  }
}
