/** Starts the files that are next, as many at once as the limits allow; pauses, cancels and retries them. Stages know nothing of it. */
import type { UploadError } from '../../shared/protocol/errors.ts'
import {
  type ItemState,
  isFinished,
  isOver,
  isPending,
  transition,
  type UploadItem,
} from '../../shared/upload.ts'
import type { StageTools } from '../pipeline/journey.ts'
import { Attempts, type StopKind } from './attempts.ts'
import type { Connection } from './connection.ts'
import type { ItemList } from './item-list.ts'
import { RetryTimers } from './retry-timers.ts'
import type { Traffic } from './traffic.ts'

interface QueueLimits {
  /** 0 lets nothing start. */
  readonly parallelFiles: number
  readonly parallelChunks: number
  readonly maxRetries: number
  /** Bytes; null for no limit. */
  readonly maxFileSize: number | null
}

export interface QueueDeps {
  readonly list: ItemList
  /** The connection of a batch. */
  readonly connectionOf: (batchId: string) => Connection
  readonly tools: StageTools
  readonly limits: () => QueueLimits
  readonly traffic: Traffic
  /** An item is over and nothing of it is in flight: copies that were kept for it may be deleted. */
  readonly onOver: (item: UploadItem) => void
  /** A bug that belongs to no item and must not stop the queue. */
  readonly onProblem: (thrown: unknown) => void
}

/** How long a canceled item's task may take to be deleted at the server, ms. */
const abortTimeoutMs = 10_000

export class UploadQueue {
  readonly #deps: QueueDeps
  readonly #attempts: Attempts
  readonly #retries = new RetryTimers()
  #stopped = false

  constructor(deps: QueueDeps) {
    this.#deps = deps
    this.#attempts = new Attempts({
      ...deps,
      maxRetries: () => deps.limits().maxRetries,
      onTaskDropped: (item) => this.#abortTask(item),
      onRetryAt: (itemId, atMs) => this.#retries.set(itemId, atMs, () => this.#retryNow(itemId)),
      onEnd: (item) => {
        this.#reportOver(item)
        this.pump()
      },
    })
  }

  /** Starts as many queued items as there is room for; call it whenever there may be room or work. */
  pump(): void {
    const { parallelFiles } = this.#deps.limits()
    if (this.#stopped || parallelFiles === 0) return
    for (const item of this.#next(this.#attempts.room(parallelFiles))) this.#start(item)
  }

  /** The next items that can be sent now, as long as there is room for the first of them. */
  #next({ any, toConvert }: { readonly any: number; readonly toConvert: number }): UploadItem[] {
    const { list } = this.#deps
    const next: UploadItem[] = []
    if (toConvert <= 0) return next
    const isOpen = (batchId: string) => this.#isOpen(batchId)
    for (const itemId of list.queued(isOpen)) {
      const item = this.#attempts.has(itemId) ? undefined : list.get(itemId)
      if (!item || !isOpen(item.batchId)) continue
      if (next.length >= (item.preset === null ? any : toConvert)) break
      next.push(item)
    }
    return next
  }

  /** Whether items of a batch may be sent now: its server is there, and the person wants the batch. */
  #isOpen(batchId: string): boolean {
    const { list, connectionOf } = this.#deps
    return connectionOf(batchId).api !== null && list.batch(batchId)?.unconfirmed !== true
  }

  /** Whether an attempt at it is in progress, whatever its status still says. */
  isUnderWay(itemId: string): boolean {
    return this.#attempts.has(itemId)
  }

  /** When the first item that waits for a moment is tried again, ms since 1970; null where none does. */
  get nextTryMs(): number | null {
    return this.#retries.nextMs
  }

  pause(items: readonly UploadItem[]): void {
    const pending = items.filter(({ state }) => isPending(state.status))
    this.#stopItems(pending, 'pause', { status: 'paused' })
  }

  cancel(items: readonly UploadItem[]): void {
    const unfinished = items.filter(({ state }) => !isFinished(state.status))
    this.#stopItems(unfinished, 'cancel', { status: 'canceled' })
    for (const item of unfinished) {
      this.#abortTask(item)
      this.#reportOver(item)
    }
  }

  /** Queues paused items again. */
  resume(items: readonly UploadItem[]): void {
    this.#requeue(items.filter(({ state }) => state.status === 'paused'))
  }

  /** Sends finished items again, with their count of retries back at zero; the server says what it already holds. */
  retry(items: readonly UploadItem[]): void {
    const again = items.filter(({ state }) => isFinished(state.status) || state.status === 'waiting')
    for (const item of again) this.#retries.clear(item.id)
    this.#requeue(again.map((item) => ({ ...item, attempts: 0 })))
  }

  /** A connection can be used again, or leads to another server: what waited for it is queued. */
  onConnectionReady(connection: Connection): void {
    const { list, connectionOf } = this.#deps
    const waiting = list.where(({ state }) => state.status === 'waiting' && state.untilMs === null)
    this.#requeue(waiting.filter(({ batchId }) => connectionOf(batchId) === connection))
  }

  /** Cuts short what is being sent over a connection, so that it starts again at the server that takes its place. */
  restartOn(connection: Connection): void {
    const { connectionOf } = this.#deps
    this.#attempts.stopWhere('server-changed', ({ batchId }) => connectionOf(batchId) === connection)
  }

  /** Cuts every attempt short; each resumes as soon as the limits allow it. */
  hold(): void {
    this.#attempts.stopWhere('held', () => true)
  }

  /** A connection is not waited for any longer: what is not finished fails with the reason. */
  giveUp(connection: Connection, error: UploadError): void {
    const { list, connectionOf } = this.#deps
    const left = list.where(
      ({ state, batchId }) => isPending(state.status) && connectionOf(batchId) === connection,
    )
    this.#stopItems(left, 'gave-up', { status: 'failed', error: error.info })
  }

  /** Stops everything where it stands; what was in progress is queued, for the next start. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#retries.clearAll()
    this.#attempts.stopWhere('quit', () => true)
    await this.#attempts.whenIdle()
  }

  #start(item: UploadItem): void {
    const { connectionOf, tools, limits } = this.#deps
    const { api } = connectionOf(item.batchId)
    if (!api) return
    const { parallelChunks, maxFileSize } = limits()
    this.#attempts.start(item, { api, ...tools, parallelChunks, maxFileSize })
  }

  #retryNow(itemId: string): void {
    const item = this.#deps.list.get(itemId)
    if (item?.state.status === 'waiting') this.#requeue([item])
  }

  #stopItems(items: readonly UploadItem[], kind: StopKind, state: ItemState): void {
    for (const { id } of items) {
      this.#attempts.stop(id, kind)
      this.#retries.clear(id)
    }
    this.#deps.list.put(items.map((item) => transition(item, state)))
  }

  #requeue(items: readonly UploadItem[]): void {
    this.#deps.list.put(items.map((item) => transition(item, { status: 'queued' })))
    this.pump()
  }

  #reportOver(item: UploadItem): void {
    const status = this.#deps.list.get(item.id)?.state.status ?? 'canceled'
    if (isOver(status) && !this.#attempts.has(item.id)) this.#deps.onOver(item)
  }

  /** Best effort: a task that stays behind expires at the server. */
  #abortTask(item: UploadItem): void {
    if (item.taskId === null) return
    const { api } = this.#deps.connectionOf(item.batchId)
    void api?.abortTask(item.taskId, AbortSignal.timeout(abortTimeoutMs)).catch(() => undefined)
  }
}
