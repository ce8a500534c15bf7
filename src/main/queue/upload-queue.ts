/** Which file is next, how many at once, and what follows a failure; stages know nothing of any of it. */
import PQueue from 'p-queue'
import type { UploadError } from '../../shared/errors.ts'
import { type ItemState, isActive, isFinished, transition, type UploadItem } from '../../shared/upload.ts'
import { BufferPool } from '../pipeline/buffer-pool.ts'
import type { Arrival } from '../pipeline/process-item.ts'
import type { StageTools } from '../pipeline/stage.ts'
import { Alarms } from './alarms.ts'
import type { ItemList } from './item-list.ts'
import { arrived, ItemRun, type Outcome } from './item-run.ts'
import { decide, forgottenWith } from './retry-policy.ts'
import type { ServerLink } from './server-link.ts'
import type { StopKind } from './stop-reason.ts'

export interface QueueLimits {
  readonly parallelFiles: number
  readonly parallelChunks: number
  readonly maxRetries: number
  /** Bytes; null for no limit. */
  readonly maxFileSize: number | null
}

export interface QueueDeps {
  readonly list: ItemList
  readonly link: ServerLink
  readonly tools: StageTools
  readonly limits: () => QueueLimits
  /** The server acknowledged new bytes of an item. */
  readonly onAcknowledged: (itemId: string, bytes: number) => void
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
    const { list, link, limits } = this.#deps
    if (this.#stopped) return
    this.#files.concurrency = limits().parallelFiles
    while (this.#runs.size < this.#files.concurrency && link.client) {
      const item = list.nextQueued(this.#runs)
      if (!item) return
      this.#begin(item)
    }
  }

  /** Whether an attempt at it has begun, whatever its status still says. */
  isUnderWay(itemId: string): boolean {
    return this.#runs.has(itemId)
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

  /** The server is there again, or another: what waited for it goes on. */
  serverReturned(): void {
    const waiting = this.#deps.list.where(({ state }) => state.status === 'waiting' && state.untilMs === null)
    this.#requeue(waiting)
  }

  /** Cuts short what is under way, so that it begins anew at another server. */
  leaveServer(): void {
    for (const run of this.#runs.values()) run.stop('server-changed')
  }

  /** Nobody waits for the server any longer: what is not finished fails with the reason. */
  giveUp(error: UploadError): void {
    const left = this.#deps.list.where(({ state }) => !isFinished(state.status) && state.status !== 'paused')
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
    const { list, link, tools, limits, onAcknowledged } = this.#deps
    const { client } = link
    if (!client) return
    const run = new ItemRun(item.id, list, onAcknowledged)
    this.#runs.set(item.id, run)
    const { parallelChunks, maxFileSize } = limits()
    const deps = { client, ...tools, buffers: this.#buffers, parallelChunks, maxFileSize }
    this.#files
      .add(async () => {
        const outcome = await run.run(item, deps)
        this.#runs.delete(item.id)
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
    const { list, link } = this.#deps
    list.put([arrived(item, arrival)])
    link.answered()
  }

  #fail(item: UploadItem, error: UploadError, progressed: boolean): void {
    const { list, link, limits } = this.#deps
    const record = { attempts: item.attempts, maxRetries: limits().maxRetries, progressed }
    const verdict = decide(error, record, Math.random())
    if (verdict.kind === 'fail') {
      list.put([transition(item, { status: 'failed', error: error.info })])
    } else if (verdict.kind === 'wait-for-server') {
      list.put([transition(item, { status: 'waiting', error: error.info, untilMs: null })])
      link.suspend(error)
    } else {
      if (verdict.newTask) this.#dropTask(item)
      const untilMs = Date.now() + verdict.delayMs
      const waiting = transition(item, { status: 'waiting', error: error.info, untilMs })
      list.put([{ ...waiting, ...forgottenWith(verdict), attempts: verdict.attempts }])
      this.#alarms.set(item.id, untilMs, () => this.#wake(item.id))
    }
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
    void this.#deps.link.client?.abortTask(item.taskId, AbortSignal.timeout(10_000)).catch(() => undefined)
  }
}
