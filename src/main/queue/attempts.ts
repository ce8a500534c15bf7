/** The attempts that are under way: starts them, counts them, cuts them short. Knows no policy. */
import { availableParallelism } from 'node:os'
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

/** Copies that are made, or wait for their turn, beyond the files that are sent. */
const ahead = availableParallelism()

export class Attempts {
  readonly #list: ItemList
  readonly #traffic: Traffic
  readonly #events: AttemptEvents
  /** The turns of those that go to a server: as many as files may be under way at once. */
  readonly #files = new PQueue()
  readonly #buffers = new BufferPool()
  readonly #runs = new Map<string, ItemRun>()
  readonly #ending = new Set<Promise<void>>()

  constructor(list: ItemList, traffic: Traffic, events: AttemptEvents) {
    this.#list = list
    this.#traffic = traffic
    this.#events = events
  }

  has(itemId: string): boolean {
    return this.#runs.has(itemId)
  }

  /**
   * How many more may begin; photos that are to be converted may run ahead, so that while some files are sent every core
   * has one to convert.
   * @param atOnce files on their way to a server at most
   */
  room(atOnce: number): { readonly any: number; readonly toConvert: number } {
    this.#files.concurrency = atOnce
    const any = atOnce - this.#runs.size
    return { any, toConvert: any + ahead }
  }

  begin(item: UploadItem, deps: Omit<StageDeps, 'buffers' | 'inTurn'>): void {
    const run = new ItemRun(item.id, this.#list, this.#traffic)
    this.#runs.set(item.id, run)
    const inTurn: StageDeps['inTurn'] = (send) => this.#files.add(send)
    const ending = this.#runToEnd(run, item, { ...deps, buffers: this.#buffers, inTurn })
      .catch(this.#events.onProblem)
      .finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }

  async #runToEnd(run: ItemRun, item: UploadItem, deps: StageDeps): Promise<void> {
    const outcome = await run.run(item, deps)
    this.#runs.delete(item.id)
    this.#traffic.ended(item.id)
    this.#events.onEnd(item, outcome)
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
    while (this.#ending.size > 0) await Promise.all(this.#ending)
  }
}
