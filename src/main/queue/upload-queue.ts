/** Which file is next, how many at once, and what follows a failure; stages know nothing of any of it. */
import type { UploadError } from '../../shared/protocol/errors.ts'
import { type ItemState, isFinished, transition, type UploadItem } from '../../shared/upload.ts'
import type { StageTools } from '../pipeline/stage.ts'
import { Aftermath } from './aftermath.ts'
import { Alarms } from './alarms.ts'
import { Attempts } from './attempts.ts'
import type { ItemList } from './item-list.ts'
import type { Outcome } from './item-run.ts'
import type { ServerLink } from './server-link.ts'
import type { StopKind } from './stop-reason.ts'
import type { Traffic } from './traffic.ts'

interface QueueLimits {
  /** 0 lets nothing begin. */
  readonly parallelFiles: number
  readonly parallelChunks: number
  readonly maxRetries: number
  /** Bytes; null for no limit. */
  readonly maxFileSize: number | null
}

export interface QueueDeps {
  readonly list: ItemList
  /** The way to the server of a batch. */
  readonly linkOf: (batchId: string) => ServerLink
  readonly tools: StageTools
  readonly limits: () => QueueLimits
  readonly traffic: Traffic
  /** An item is done or canceled and nothing of it is in flight: copies that were kept for it may go. */
  readonly onOver: (item: UploadItem) => void
  /** Something went wrong that is no item's story: a bug, which must not take the queue down. */
  readonly onProblem: (thrown: unknown) => void
}

/** Runs items through the pipeline, a few at a time. */
export class UploadQueue {
  readonly #deps: QueueDeps
  readonly #attempts: Attempts
  readonly #aftermath: Aftermath
  readonly #alarms = new Alarms()
  #stopped = false

  constructor(deps: QueueDeps) {
    this.#deps = deps
    const { list, traffic, onProblem } = deps
    this.#attempts = new Attempts(list, traffic, {
      onEnd: (item, outcome) => this.#ended(item, outcome),
      onProblem,
    })
    this.#aftermath = new Aftermath({
      ...deps,
      onNewTask: (item) => this.#dropTask(item),
      onWait: (itemId, untilMs) => this.#alarms.set(itemId, untilMs, () => this.#wake(itemId)),
    })
  }

  /** Starts as many waiting items as there is room for; call it whenever there may be room or work. */
  pump(): void {
    const { limits } = this.#deps
    const { parallelFiles } = limits()
    if (this.#stopped || parallelFiles === 0) return
    for (const item of this.#next(this.#attempts.room(parallelFiles))) this.#begin(item)
  }

  /** The next items whose server can be talked to, as long as there is room for the first of them. */
  #next({ any, toConvert }: { readonly any: number; readonly toConvert: number }): UploadItem[] {
    const { list, linkOf } = this.#deps
    const next: UploadItem[] = []
    if (toConvert <= 0) return next
    for (const itemId of list.queued((batchId) => linkOf(batchId).api !== null)) {
      const item = this.#attempts.has(itemId) ? undefined : list.get(itemId)
      if (!item || !linkOf(item.batchId).api) continue
      if (next.length >= (item.preset === null ? any : toConvert)) break
      next.push(item)
    }
    return next
  }

  /** Whether an attempt at it has begun, whatever its status still says. */
  isUnderWay(itemId: string): boolean {
    return this.#attempts.has(itemId)
  }

  /** When the first item that waits for a moment is tried again, ms since 1970; null where none does. */
  get nextTryMs(): number | null {
    return this.#alarms.nextMs
  }

  pause(items: readonly UploadItem[]): void {
    const running = items.filter(({ state }) => !isFinished(state.status) && state.status !== 'paused')
    this.#halt(running, 'pause', { status: 'paused' })
  }

  cancel(items: readonly UploadItem[]): void {
    const unfinished = items.filter(({ state }) => !isFinished(state.status))
    this.#halt(unfinished, 'cancel', { status: 'canceled' })
    for (const item of unfinished) {
      this.#dropTask(item)
      this.#noteOver(item)
    }
  }

  /** Lets paused items go on. */
  resume(items: readonly UploadItem[]): void {
    this.#requeue(items.filter(({ state }) => state.status === 'paused'))
  }

  /** Sends finished items anew, with all their automatic retries before them again; the server says what it holds. */
  retry(items: readonly UploadItem[]): void {
    const again = items.filter(({ state }) => isFinished(state.status) || state.status === 'waiting')
    for (const item of again) this.#alarms.clear(item.id)
    // Whoever names a skipped file wants it after all.
    const unskipped = ({ note }: UploadItem) => (note?.kind === 'skipped' ? null : note)
    this.#requeue(again.map((item) => ({ ...item, attempts: 0, note: unskipped(item) })))
  }

  /** A server is there again, or another in its place: what waited for it goes on. */
  serverReturned(link: ServerLink): void {
    const { list, linkOf } = this.#deps
    const waiting = list.where(({ state }) => state.status === 'waiting' && state.untilMs === null)
    this.#requeue(waiting.filter(({ batchId }) => linkOf(batchId) === link))
  }

  /** Cuts short what is under way to a server, so that it begins anew at the one in its place. */
  leaveServer(link: ServerLink): void {
    const { linkOf } = this.#deps
    this.#attempts.stopWhere('server-changed', ({ batchId }) => linkOf(batchId) === link)
  }

  /** Cuts short whatever is under way; it goes on from there as soon as the limits let it. */
  hold(): void {
    this.#attempts.stopWhere('held', () => true)
  }

  /** Nobody waits for a server any longer: what is not finished fails with the reason. */
  giveUp(link: ServerLink, error: UploadError): void {
    const { list, linkOf } = this.#deps
    const left = list.where(
      ({ state, batchId }) =>
        !isFinished(state.status) && state.status !== 'paused' && linkOf(batchId) === link,
    )
    this.#halt(left, 'gave-up', { status: 'failed', error: error.info })
  }

  /** Stops everything where it stands; what was under way is queued, for the next start. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#alarms.clearAll()
    this.#attempts.stopWhere('quit', () => true)
    await this.#attempts.settled()
  }

  #begin(item: UploadItem): void {
    const { linkOf, tools, limits } = this.#deps
    const { api } = linkOf(item.batchId)
    if (!api) return
    const { parallelChunks, maxFileSize } = limits()
    this.#attempts.begin(item, { api, ...tools, parallelChunks, maxFileSize })
  }

  #ended(item: UploadItem, outcome: Outcome): void {
    this.#aftermath.settle(item.id, outcome)
    this.#noteOver(item)
    this.pump()
  }

  #wake(itemId: string): void {
    const item = this.#deps.list.get(itemId)
    if (item?.state.status === 'waiting') this.#requeue([item])
  }

  #halt(items: readonly UploadItem[], kind: StopKind, state: ItemState): void {
    for (const { id } of items) {
      this.#attempts.stop(id, kind)
      this.#alarms.clear(id)
    }
    this.#deps.list.put(items.map((item) => transition(item, state)))
  }

  #requeue(items: readonly UploadItem[]): void {
    this.#deps.list.put(items.map((item) => transition(item, { status: 'queued' })))
    this.pump()
  }

  #noteOver(item: UploadItem): void {
    const status = this.#deps.list.get(item.id)?.state.status ?? 'canceled'
    if ((status === 'done' || status === 'canceled') && !this.#attempts.has(item.id)) this.#deps.onOver(item)
  }

  /** Best effort: what stays behind expires at the server. */
  #dropTask(item: UploadItem): void {
    if (item.taskId === null) return
    const { api } = this.#deps.linkOf(item.batchId)
    void api?.abortTask(item.taskId, AbortSignal.timeout(10_000)).catch(() => undefined)
  }
}
