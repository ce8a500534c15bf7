/** The attempts that are under way: starts them, counts them, cuts them short. Knows no policy. */
import PQueue from 'p-queue'
import type { UploadItem } from '../../shared/upload.ts'
import { BufferPool } from '../pipeline/buffer-pool.ts'
import type { StageDeps } from '../pipeline/stage.ts'
import type { ItemList } from './item-list.ts'
import { ItemRun, type Outcome } from './item-run.ts'
import type { StopKind } from './stop-reason.ts'
import type { Traffic } from './traffic.ts'

export interface AttemptEvents {
  /** Nothing of the item is in flight any more. */
  onEnd(item: UploadItem, outcome: Outcome): void
  /** A bug, which must not take the queue down. */
  onProblem(thrown: unknown): void
}

export class Attempts {
  readonly #list: ItemList
  readonly #traffic: Traffic
  readonly #events: AttemptEvents
  readonly #files = new PQueue()
  readonly #buffers = new BufferPool()
  readonly #runs = new Map<string, ItemRun>()

  constructor(list: ItemList, traffic: Traffic, events: AttemptEvents) {
    this.#list = list
    this.#traffic = traffic
    this.#events = events
  }

  has(itemId: string): boolean {
    return this.#runs.has(itemId)
  }

  /** How many more may begin. @param atOnce files under way at most */
  room(atOnce: number): number {
    this.#files.concurrency = atOnce
    return atOnce - this.#runs.size
  }

  begin(item: UploadItem, deps: Omit<StageDeps, 'buffers'>): void {
    const run = new ItemRun(item.id, this.#list, this.#traffic)
    this.#runs.set(item.id, run)
    this.#files
      .add(async () => {
        const outcome = await run.run(item, { ...deps, buffers: this.#buffers })
        this.#runs.delete(item.id)
        this.#traffic.ended(item.id)
        this.#events.onEnd(item, outcome)
      })
      .catch(this.#events.onProblem)
  }

  /** Cuts an item's attempt short, if one is under way. */
  stop(itemId: string, kind: StopKind): void {
    this.#runs.get(itemId)?.stop(kind)
  }

  /** Cuts short whatever `condition` holds of. */
  stopWhere(kind: StopKind, condition: (item: UploadItem) => boolean): void {
    for (const [itemId, run] of this.#runs) {
      const item = this.#list.get(itemId)
      if (item && condition(item)) run.stop(kind)
    }
  }

  /** Fulfils when nothing is under way. */
  async settled(): Promise<void> {
    await this.#files.onIdle()
  }
}
