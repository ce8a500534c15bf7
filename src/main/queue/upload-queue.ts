/** Starts the files that are next, as many at once as the limits allow; pauses, cancels and retries them. Stages know nothing of it. */
import { basename } from 'node:path/posix'
import { UploadError } from '../../shared/protocol/errors.ts'
import {
  type ItemState,
  isFinished,
  isMoving,
  isOver,
  isParked,
  isPending,
  transition,
  type UploadItem,
} from '../../shared/upload.ts'
import type { StageTools } from '../pipeline/journey.ts'
import type { StopKind } from './attempt.ts'
import { Attempts } from './attempts.ts'
import type { AwakeClock } from './awake-clock.ts'
import type { Connection } from './connection.ts'
import type { ItemList } from './item-list.ts'
import { waitsForConnection } from './retry-policy.ts'
import { RetryTimers } from './retry-timers.ts'
import type { Room } from './room.ts'
import type { Traffic } from './traffic.ts'
import { markedLast, trialItem } from './trial-order.ts'

interface QueueLimits {
  /** 0 lets nothing start. */
  readonly parallelFiles: number
  readonly parallelChunks: number
  readonly maxRetries: number
  /** Bytes; null for no limit. */
  readonly maxFileSize: number | null
  /** How long a source must have stood still before it is completed, ms. */
  readonly stillMs: number
}

export interface QueueDeps {
  readonly list: ItemList
  /** The connection of a batch. */
  readonly connectionOf: (batchId: string) => Connection
  readonly tools: StageTools
  readonly limits: () => QueueLimits
  readonly clock: AwakeClock
  /** How long a file is waited for that needs something on this machine, ms awake. */
  readonly patienceMs: number
  readonly traffic: Traffic
  /** Whether a batch waits for another one, though it is wanted: originals wait for their previews. */
  readonly isHeld: (batchId: string) => boolean
  /** Whether folders are being read: small files may be found behind huge ones. */
  readonly isReading: () => boolean
  /** An item is over and nothing of it is in flight: copies that were kept for it may be deleted. */
  readonly onOver: (item: UploadItem) => void
  /** A bug that belongs to no item and must not stop the queue. */
  readonly onProblem: (thrown: unknown) => void
}

/** Files that have no room for their kind, and are passed over in search of others, at most. */
const mostPassedOver = 1_000

/** How long a canceled item's task may take to be deleted at the server, ms. */
const abortTimeoutMs = 10_000

export class UploadQueue {
  readonly #deps: QueueDeps
  readonly #attempts: Attempts
  readonly #retries = new RetryTimers()
  #stopped = false
  #pumping: NodeJS.Immediate | null = null

  constructor(deps: QueueDeps) {
    this.#deps = deps
    this.#attempts = new Attempts({
      ...deps,
      maxRetries: () => deps.limits().maxRetries,
      onTaskDropped: (item) => this.#abortTask(item),
      onRetryAt: (itemId, atMs) => this.#retries.set(itemId, atMs, () => this.#retryNow(itemId)),
      isAlone: (item) => this.#isAlone(item),
      onEnd: (item) => {
        this.#reportOver(item)
        this.#pumpSoon()
      },
    })
  }

  /** Starts as many queued items as there is room for; call it whenever there may be room or work. */
  pump(): void {
    if (this.#stopped) return
    const { parallelFiles } = this.#deps.limits()
    const connections = this.#connections()
    if (parallelFiles > 0) {
      for (const connection of connections) if (connection.awaitsTrial) this.#startTrial(connection)
      const first = connections.filter(({ admission, awaitsTrial }) => admission === 'one' && !awaitsTrial)
      const room = this.#attempts.room(parallelFiles, first.length, this.#deps.isReading())
      for (const item of this.#next(room)) this.#start(item)
    }
    for (const connection of connections) if (!this.#attempts.uses(connection)) connection.endTrouble()
  }

  /** Once for all files that end in the same turn of the event loop: those of a bundle do. */
  #pumpSoon(): void {
    if (this.#pumping) return
    this.#pumping = setImmediate(() => {
      this.#pumping = null
      this.pump()
    })
  }

  /** The connections that batches go over. */
  #connections(): Connection[] {
    const { list, connectionOf } = this.#deps
    return [...new Set([...list.batchIds()].map(connectionOf))]
  }

  /** Starts the one file that goes first: however many files of before still wait for answers that may never come. */
  #startTrial(connection: Connection): void {
    const { list, connectionOf } = this.#deps
    const isOver = (batchId: string) => connectionOf(batchId) === connection && this.#isWanted(batchId)
    const item = trialItem(
      [...list.queued(isOver)].flatMap((itemId) => {
        const queued = this.#attempts.has(itemId) ? undefined : list.get(itemId)
        return queued && isOver(queued.batchId) ? [queued] : []
      }),
    )
    if (!item) return
    connection.beginTrial(item.id)
    this.#start(item)
  }

  /** The next items that can be sent now, as far as there is room for them: small files overtake a huge one. */
  #next(room: Room): UploadItem[] {
    const { list } = this.#deps
    const next: UploadItem[] = []
    if (room.isFull) return next
    const isOpen = (batchId: string) => this.#isOpen(batchId)
    let passedOver = 0
    for (const item of markedLast(list.queued(isOpen), (itemId) => list.get(itemId))) {
      if (this.#attempts.has(item.id) || !isOpen(item.batchId)) continue
      if (room.take(item)) next.push(item)
      else passedOver += 1
      if (room.isFull || passedOver >= mostPassedOver) break
    }
    return next.filter((item) => item !== room.standsBack)
  }

  /** Whether any number of items of a batch may be sent now: its server is there, and the person wants the batch. */
  #isOpen(batchId: string): boolean {
    return this.#deps.connectionOf(batchId).admission === 'all' && this.#isWanted(batchId)
  }

  #isWanted(batchId: string): boolean {
    if (this.#deps.isHeld(batchId)) return false
    return this.#deps.list.batch(batchId)?.unconfirmed !== true
  }

  /** Whether no other item is left that could go over an item's connection. */
  #isAlone({ id, batchId }: UploadItem): boolean {
    const { list, connectionOf } = this.#deps
    const connection = connectionOf(batchId)
    const canGo = (other: UploadItem) =>
      isPending(other.state.status) &&
      !isParked(other.state) &&
      !isMoving(other) &&
      this.#isWanted(other.batchId)
    const others = list.where(
      (other) => other.id !== id && canGo(other) && connectionOf(other.batchId) === connection,
    )
    return others.length === 0
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
    this.#requeue(again.map((item) => ({ ...item, attempts: 0, marks: 0, keepBoth: keepsBoth(item) })))
  }

  /** More can be sent over a connection, or it leads to another server: what waited for it is queued. */
  onConnectionReady(connection: Connection): void {
    const { list, connectionOf } = this.#deps
    const waiting = list.where(waitsForConnection)
    this.#requeue(waiting.filter(({ batchId }) => connectionOf(batchId) === connection))
  }

  /** Queues files whose drive is back. @param items as they are found now */
  onDriveReady(items: readonly UploadItem[]): void {
    this.#requeue(items.filter(({ state }) => isParked(state)))
  }

  /** Cuts short what is being sent over a connection, so that it starts again at the server that takes its place. */
  restartOn(connection: Connection): void {
    const { connectionOf } = this.#deps
    this.#attempts.stopWhere('server-changed', ({ batchId }) => connectionOf(batchId) === connection)
  }

  /** Cuts every attempt short; each resumes as soon as the limits allow it. */
  hold(): void {
    this.#attempts.stopAll('held')
  }

  /** A connection is not waited for any longer: what is not finished fails with the reason. */
  giveUp(connection: Connection, error: UploadError): void {
    const { list, connectionOf } = this.#deps
    const left = list.where(
      ({ state, batchId }) => isPending(state.status) && connectionOf(batchId) === connection,
    )
    this.#stopItems(left, 'gave-up', { status: 'failed', error: error.info })
  }

  /** Files that never stand still are not waited for any longer. */
  giveUpMoving(items: readonly UploadItem[]): void {
    for (const item of items) {
      const message = `${basename(item.relativePath)} is still being written. Upload it again when it is finished.`
      const { info } = new UploadError('still-being-written', message)
      this.#stopItems([item], 'gave-up', { status: 'failed', error: info })
    }
  }

  /** Stops everything where it stands; what was in progress is queued, for the next start. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#retries.clearAll()
    this.#attempts.stopAll('quit')
    await this.#attempts.whenIdle()
  }

  #start(item: UploadItem): void {
    const { connectionOf, tools, limits } = this.#deps
    const { api } = connectionOf(item.batchId)
    if (!api) return
    const { parallelChunks, maxFileSize, stillMs } = limits()
    this.#attempts.start(item, { api, ...tools, parallelChunks, maxFileSize, stillMs })
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

/** A file that was skipped since its name is taken is sent all the same when the person retries it, as any skipped file is. */
function keepsBoth({ state, keepBoth }: UploadItem): boolean {
  return keepBoth || (state.status === 'skipped' && state.reason.by === 'name-taken')
}
