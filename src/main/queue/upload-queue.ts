/** Which file is next, how many at once, and what follows a failure; stages know nothing of any of it. */
import PQueue from 'p-queue'
import type { UploadError } from '../../shared/errors.ts'
import { type ItemState, isActive, isFinished, transition, type UploadItem } from '../../shared/upload.ts'
import { BufferPool } from '../pipeline/buffer-pool.ts'
import type { Arrival } from '../pipeline/process-item.ts'
import type { StageTools } from '../pipeline/stage.ts'
import { Alarms } from './alarms.ts'
import type { ItemList } from './item-list.ts'
import { arrived, ItemRun, type Outcome, withFailure } from './item-run.ts'
import { afterFailure, decide } from './retry-policy.ts'
import type { ServerLink } from './server-link.ts'
import type { StopKind } from './stop-reason.ts'
import type { Traffic } from './traffic.ts'

export interface QueueLimits {
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
  readonly #files = new PQueue()
  readonly #buffers = new BufferPool()
  readonly #runs = new Map<string, ItemRun>()
  readonly #alarms = new Alarms()
  #stopped = false

  constructor(deps: QueueDeps) {
    this.#deps = deps
  }

  /** Starts as many waiting items as there is room for; call it whenever there may be room or work. */
  pump(): void {
    const { limits } = this.#deps
    if (this.#stopped) return
    this.#files.concurrency = limits().parallelFiles
    const room = this.#files.concurrency - this.#runs.size
    if (room > 0) for (const item of this.#next(room)) this.#begin(item)
  }

  /** The next items whose server can be talked to. */
  #next(count: number): UploadItem[] {
    const { list, linkOf } = this.#deps
    const next: UploadItem[] = []
    for (const itemId of list.queued((batchId) => linkOf(batchId).client !== null)) {
      const item = this.#runs.has(itemId) ? undefined : list.get(itemId)
      if (item && linkOf(item.batchId).client) next.push(item)
      if (next.length === count) break
    }
    return next
  }

  /** Whether an attempt at it has begun, whatever its status still says. */
  isUnderWay(itemId: string): boolean {
    return this.#runs.has(itemId)
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
    this.#requeue(again.map((item) => ({ ...item, attempts: 0 })))
  }

  /** A server is there again, or another in its place: what waited for it goes on. */
  serverReturned(link: ServerLink): void {
    const { list, linkOf } = this.#deps
    const waiting = list.where(({ state }) => state.status === 'waiting' && state.untilMs === null)
    this.#requeue(waiting.filter(({ batchId }) => linkOf(batchId) === link))
  }

  /** Cuts short what is under way to a server, so that it begins anew at the one in its place. */
  leaveServer(link: ServerLink): void {
    const { list, linkOf } = this.#deps
    for (const [itemId, run] of this.#runs) {
      const item = list.get(itemId)
      if (item && linkOf(item.batchId) === link) run.stop('server-changed')
    }
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
    for (const run of this.#runs.values()) run.stop('quit')
    await this.#files.onIdle()
  }

  #begin(item: UploadItem): void {
    const { list, linkOf, tools, limits, traffic } = this.#deps
    const { client } = linkOf(item.batchId)
    if (!client) return
    const run = new ItemRun(item.id, list, traffic)
    this.#runs.set(item.id, run)
    const { parallelChunks, maxFileSize } = limits()
    const deps = { client, ...tools, buffers: this.#buffers, parallelChunks, maxFileSize }
    this.#files
      .add(async () => {
        const outcome = await run.run(item, deps)
        this.#runs.delete(item.id)
        traffic.ended(item.id)
        this.#settle(item.id, outcome)
        this.#noteOver(item)
        this.pump()
      })
      .catch(this.#deps.onProblem)
  }

  #settle(itemId: string, outcome: Outcome): void {
    const item = this.#deps.list.get(itemId)
    if (!item) return
    if (outcome.kind === 'arrived') this.#arrive(item, outcome.arrival)
    else if (outcome.kind === 'failed') this.#fail(item, outcome.error, outcome.progressed)
    // Stopped without a command having named its next state: quit, or another server.
    else if (isActive(item.state.status)) this.#deps.list.put([transition(item, { status: 'queued' })])
  }

  #arrive(item: UploadItem, arrival: Arrival): void {
    const { list, linkOf } = this.#deps
    list.put([arrived(item, arrival)])
    linkOf(item.batchId).answered()
  }

  #fail(attempted: UploadItem, error: UploadError, progressed: boolean): void {
    const { list, linkOf, limits } = this.#deps
    const item = withFailure(attempted, error)
    const record = { attempts: item.attempts, maxRetries: limits().maxRetries, progressed }
    const verdict = decide(error, record, Math.random())
    list.put([afterFailure(item, error, verdict, Date.now())])
    if (verdict.kind === 'wait-for-server') linkOf(item.batchId).suspend(error)
    if (verdict.kind !== 'retry') return
    if (verdict.newTask) this.#dropTask(item)
    this.#alarms.set(item.id, Date.now() + verdict.delayMs, () => this.#wake(item.id))
  }

  #wake(itemId: string): void {
    const item = this.#deps.list.get(itemId)
    if (item?.state.status === 'waiting') this.#requeue([item])
  }

  #halt(items: readonly UploadItem[], kind: StopKind, state: ItemState): void {
    for (const { id } of items) {
      this.#runs.get(id)?.stop(kind)
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
    if ((status === 'done' || status === 'canceled') && !this.#runs.has(item.id)) this.#deps.onOver(item)
  }

  /** Best effort: what stays behind expires at the server. */
  #dropTask(item: UploadItem): void {
    if (item.taskId === null) return
    const { client } = this.#deps.linkOf(item.batchId)
    void client?.abortTask(item.taskId, AbortSignal.timeout(10_000)).catch(() => undefined)
  }
}
