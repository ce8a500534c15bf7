/** What was removed from the list lately and can be restored: held in memory for some minutes, the last few removals only. */
import { randomUUID } from 'node:crypto'
import type { Batch, RemovedCounts } from '../../shared/batch.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { countedAs, type ItemState, isFinished, type UploadItem } from '../../shared/upload.ts'

/** What one command removed. */
export interface Removed {
  /** As they were before the removal. */
  readonly items: readonly UploadItem[]
  /** The batches that they were in, with the removal in their counts. */
  readonly batches: readonly Batch[]
}

/** What a removal of these items adds to the counts of their batch. */
export function removedCounts(items: readonly UploadItem[]): RemovedCounts {
  const stored = items.filter(({ state }) => countedAs(state.status) === 'stored')
  const copies = stored.filter(({ payload }) => payload !== null).length
  return { stored: stored.length, copies, notStored: items.length - stored.length, skipped: 0 }
}

const heldMs = 5 * 60_000
const mostHeld = 5

export class Removals {
  readonly #held = new Map<string, { readonly removed: Removed; readonly timer: NodeJS.Timeout }>()
  readonly #onDropped: (items: readonly UploadItem[]) => void

  /** @param onDropped called with items that can no longer be restored: copies kept for them may be deleted */
  constructor(onDropped: (items: readonly UploadItem[]) => void) {
    this.#onDropped = onDropped
  }

  /** @returns the id to restore it with */
  hold(removed: Removed): string {
    const id = randomUUID()
    this.#held.set(id, { removed, timer: setTimeout(() => this.#drop(id), heldMs).unref() })
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= mostHeld) break
      this.#drop(oldest)
    }
    return id
  }

  /** @throws UploadError `not-found` when it is no longer held */
  take(id: string): Removed {
    const held = this.#held.get(id)
    if (!held) throw new UploadError('not-found', "It's too late to undo that. Add the files again.")
    clearTimeout(held.timer)
    this.#held.delete(id)
    return held.removed
  }

  /** A batch as the latest removal left it, which later removals may have taken off the list. */
  latest(batchId: string): Batch | undefined {
    const batches = [...this.#held.values()].flatMap(({ removed }) => removed.batches)
    return batches.findLast(({ id }) => id === batchId)
  }

  dropAll(): void {
    for (const id of [...this.#held.keys()]) this.#drop(id)
  }

  #drop(id: string): void {
    const held = this.#held.get(id)
    if (!held) return
    clearTimeout(held.timer)
    this.#held.delete(id)
    this.#onDropped(held.removed.items)
  }
}

/** The item as it is restored: what was in progress is queued, without the server's task, which was deleted. */
export function restored(item: UploadItem): UploadItem {
  const { status } = item.state
  if (isFinished(status)) return item
  const state: ItemState = { status: status === 'paused' ? 'paused' : 'queued' }
  return { ...item, state, attempts: 0, taskId: null, acknowledgedBytes: 0 }
}
