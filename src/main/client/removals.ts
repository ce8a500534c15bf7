/** What was taken off the list lately, to be brought back: held in memory for some minutes, the last few removals only. */
import { randomUUID } from 'node:crypto'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Batch, ItemState, UploadItem } from '../../shared/upload.ts'

/** One act of the person. */
export interface Removed {
  /** As they were before. */
  readonly items: readonly UploadItem[]
  /** The batches that they were in. */
  readonly batches: readonly Batch[]
}

const heldMs = 5 * 60_000
const mostHeld = 5

export class Removals {
  readonly #held = new Map<string, { readonly removed: Removed; readonly timer: NodeJS.Timeout }>()
  readonly #onForgotten: (items: readonly UploadItem[]) => void

  /** @param onForgotten told of items that can no longer be brought back: copies kept for them may go */
  constructor(onForgotten: (items: readonly UploadItem[]) => void) {
    this.#onForgotten = onForgotten
  }

  /** @returns the id to bring it back with */
  hold(removed: Removed): string {
    const id = randomUUID()
    this.#held.set(id, { removed, timer: setTimeout(() => this.#forget(id), heldMs).unref() })
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= mostHeld) break
      this.#forget(oldest)
    }
    return id
  }

  /** @throws UploadError `not-found` when it is held no longer */
  take(id: string): Removed {
    const held = this.#held.get(id)
    if (!held) throw new UploadError('not-found', 'It is too late to bring that back. Add the files again.')
    clearTimeout(held.timer)
    this.#held.delete(id)
    return held.removed
  }

  forgetAll(): void {
    for (const id of [...this.#held.keys()]) this.#forget(id)
  }

  #forget(id: string): void {
    const held = this.#held.get(id)
    if (!held) return
    clearTimeout(held.timer)
    this.#held.delete(id)
    this.#onForgotten(held.removed.items)
  }
}

/** The item as it comes back: what was under way waits for its turn, without the server's task, which is gone. */
export function broughtBack(item: UploadItem): UploadItem {
  const { status } = item.state
  if (status === 'done' || status === 'failed' || status === 'canceled') return item
  const state: ItemState = { status: status === 'paused' ? 'paused' : 'queued' }
  return { ...item, state, attempts: 0, taskId: null, acknowledgedBytes: 0 }
}
