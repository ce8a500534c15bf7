/** The attempts in progress: how many run at once, and each item's next state when its attempt ends. */
import PQueue from 'p-queue'
import type { UploadError } from '../../shared/protocol/errors.ts'
import { attemptsKept, bytesToSend, isActive, transition, type UploadItem } from '../../shared/upload.ts'
import { BufferPool } from '../pipeline/buffer-pool.ts'
import type { Arrival, JourneyDeps } from '../pipeline/journey.ts'
import { SlabPool } from '../pipeline/slab-pool.ts'
import type { ServerApi } from '../transfer/server-api.ts'
import { SmallFiles } from '../transfer/small-files.ts'
import { Attempt, type Failure, type Outcome, type StopKind } from './attempt.ts'
import type { AwakeClock } from './awake-clock.ts'
import type { Connection } from './connection.ts'
import type { ItemList } from './item-list.ts'
import { LocalWaits } from './local-waits.ts'
import { afterFailure, decide, isCounted, serverAnswers, type Verdict } from './retry-policy.ts'
import { Room } from './room.ts'
import type { Depth } from './suspects.ts'
import type { Traffic } from './traffic.ts'

export interface AttemptDeps {
  readonly list: ItemList
  readonly traffic: Traffic
  /** The connection of a batch. */
  readonly connectionOf: (batchId: string) => Connection
  readonly maxRetries: () => number
  readonly clock: AwakeClock
  /** How long a file is waited for that needs something on this machine, ms awake. */
  readonly patienceMs: number
  /** The server's task of an item is useless from now on. */
  readonly onTaskDropped: (item: UploadItem) => void
  /** An item is to be tried again at that moment, ms since 1970. */
  readonly onRetryAt: (itemId: string, atMs: number) => void
  /** Whether no other item is left to be sent over the item's connection. */
  readonly isAlone: (item: UploadItem) => boolean
  /** Nothing of the item is in flight any more, and it has its next state. */
  readonly onEnd: (item: UploadItem) => void
  /** A bug, which must not stop the queue. */
  readonly onProblem: (thrown: unknown) => void
}

/** The attempts in progress: starts, counts and stops them, and writes each item's next state when its attempt ends. */
export class Attempts {
  readonly #deps: AttemptDeps
  /** Turns of the files that go to a server: as many as may be sent at once. */
  readonly #turns = new PQueue()
  readonly #buffers = new BufferPool()
  readonly #slabs = new SlabPool()
  readonly #running = new Map<string, Attempt>()
  readonly #localWaits: LocalWaits
  readonly #smallFiles = new WeakMap<ServerApi, SmallFiles>()
  /** Item that travels with others -> its bytes. */
  readonly #small = new Map<string, number>()
  #smallBytes = 0
  readonly #inTurn: JourneyDeps['inTurn'] = (send) => this.#turns.add(send)
  readonly #ending = new Set<Promise<void>>()

  constructor(deps: AttemptDeps) {
    this.#deps = deps
    this.#localWaits = new LocalWaits(deps.clock, deps.patienceMs)
  }

  has(itemId: string): boolean {
    return this.#running.has(itemId)
  }

  /**
   * How many more may start.
   * @param atOnce files on their way to a server at most
   * @param first files among those in progress that go first over their connection: they wait for no turn
   * @param isReading whether more files may be found
   */
  room(atOnce: number, first: number, isReading: boolean): Room {
    this.#turns.concurrency = atOnce + first
    const small = { files: this.#small.size, bytes: this.#smallBytes }
    const single = this.#running.size - small.files
    return new Room(atOnce, { single, small, isReading }, (item) => this.#smallFilesFor(item) !== null)
  }

  start(item: UploadItem, deps: Omit<JourneyDeps, 'buffers' | 'slabs' | 'inTurn' | 'smallFiles'>): void {
    const { connectionOf, onProblem } = this.#deps
    const connection = connectionOf(item.batchId)
    const attempt = new Attempt(item.id, this.#deps, (depth) => connection.onAnswer(depth))
    const smallFiles = this.#smallFilesFor(item)
    this.#running.set(item.id, attempt)
    if (smallFiles) this.#addSmall(item)
    const tools = { buffers: this.#buffers, slabs: this.#slabs, inTurn: this.#inTurn, smallFiles }
    const ending = this.#runToEnd(attempt, item, { ...deps, ...tools })
      .catch(onProblem)
      .finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }

  /** How a small file travels with others; null for one that goes alone. */
  #smallFilesFor({ batchId, preset, size, attempts, marks, taskId }: UploadItem): SmallFiles | null {
    const { api } = this.#deps.connectionOf(batchId)
    // One that has failed may be why a bundle failed, and what a task holds of it need not be sent again.
    if (!api || preset !== null || attempts > 0 || marks > 0 || taskId !== null) return null
    // Of these the server is asked one by one whether their name is taken.
    if (this.#deps.list.batch(batchId)?.destination?.taken === 'skip') return null
    const known = this.#smallFiles.get(api)
    const smallFiles = known ?? new SmallFiles(api, this.#inTurn, () => this.#turns.concurrency)
    this.#smallFiles.set(api, smallFiles)
    return smallFiles.mayTake(size) ? smallFiles : null
  }

  #addSmall({ id, size }: UploadItem): void {
    this.#small.set(id, size)
    this.#smallBytes += size
  }

  #removeSmall(itemId: string): void {
    this.#smallBytes -= this.#small.get(itemId) ?? 0
    this.#small.delete(itemId)
  }

  /** Cuts an item's attempt short, if one is in progress. */
  stop(itemId: string, kind: StopKind): void {
    this.#running.get(itemId)?.stop(kind)
  }

  /** Cuts every attempt short, also at items that are no longer on the list. */
  stopAll(kind: StopKind): void {
    for (const attempt of this.#running.values()) attempt.stop(kind)
  }

  /** Cuts short the attempts at all items that meet the condition. */
  stopWhere(kind: StopKind, condition: (item: UploadItem) => boolean): void {
    for (const [itemId, attempt] of this.#running) {
      const item = this.#deps.list.get(itemId)
      if (item && condition(item)) attempt.stop(kind)
    }
  }

  /** Fulfils when no attempt is in progress. */
  async whenIdle(): Promise<void> {
    while (this.#ending.size > 0) await Promise.all(this.#ending)
  }

  /** Whether an attempt over a connection is in progress. */
  uses(connection: Connection): boolean {
    const { list, connectionOf } = this.#deps
    return [...this.#running.keys()].some((itemId) => {
      const item = list.get(itemId)
      return item !== undefined && connectionOf(item.batchId) === connection
    })
  }

  async #runToEnd(attempt: Attempt, item: UploadItem, deps: JourneyDeps): Promise<void> {
    const outcome = await attempt.run(item, deps)
    this.#running.delete(item.id)
    this.#removeSmall(item.id)
    this.#deps.traffic.onEnd(item.id)
    this.#applyOutcome(item.id, outcome, attempt.depth)
    this.#deps.connectionOf(item.batchId).endAttempt(item.id)
    this.#deps.onEnd(item)
  }

  #applyOutcome(itemId: string, outcome: Outcome, depth: Depth): void {
    const { list, connectionOf } = this.#deps
    const item = list.get(itemId)
    if (!item) return
    if (outcome.kind === 'arrived') {
      this.#localWaits.end(itemId)
      list.put([arrived(item, outcome.arrival)])
      const connection = connectionOf(item.batchId)
      connection.forget(itemId)
      connection.onAnswer(depth)
    } else if (outcome.kind === 'failed') this.#applyFailure(item, outcome)
    else if (outcome.kind === 'left-out') {
      list.put([transition(item, { status: 'skipped', reason: outcome.reason })])
      connectionOf(item.batchId).onAnswer(depth)
    }
    // No command has named its next state: quit, the schedule, or another server.
    else if (isActive(item.state.status)) list.put([transition(item, { status: 'queued' })])
  }

  #applyFailure(item: UploadItem, failure: Failure): void {
    const { list, connectionOf, maxRetries, onTaskDropped, onRetryAt } = this.#deps
    const { error, progressed, depth } = failure
    const record = { attempts: item.attempts, maxRetries: maxRetries(), progressed }
    if (progressed) this.#localWaits.end(item.id)
    const verdict = this.#inTime(item.id, decide(error, record, Math.random()))
    if (verdict.kind === 'suspend') return void this.#suspend(item, failure)
    if (serverAnswers.has(error.code)) connectionOf(item.batchId).onAnswer(depth)
    const attempted = isCounted(verdict) ? withFailure(item, error) : item
    list.put([afterFailure(attempted, error, verdict, Date.now())])
    if (verdict.kind !== 'retry' && verdict.kind !== 'stand-still') return
    if (verdict.kind === 'retry' && verdict.newTask) onTaskDropped(item)
    onRetryAt(item.id, Date.now() + verdict.delayMs)
  }

  /** A file that waits for something on this machine does so no longer than the patience lasts. */
  #inTime(itemId: string, verdict: Verdict): Verdict {
    if (verdict.kind !== 'retry' || verdict.counted) return verdict
    const leftMs = this.#localWaits.leftMs(itemId)
    return leftMs === 0 ? { kind: 'fail' } : { ...verdict, delayMs: Math.min(verdict.delayMs, leftMs) }
  }

  /** The connection waits, and the file with it, unless the failure has proven to be the file's own. */
  #suspend(item: UploadItem, { error, progressed, depth }: Failure): void {
    const { list, connectionOf, isAlone } = this.#deps
    const connection = connectionOf(item.batchId)
    const alone = () => isAlone(item)
    const { marks, guilty } = connection.judge({ item, error, depth, progressed, isAlone: alone })
    const attempted = guilty ? withFailure(item, error) : { ...item, marks }
    list.put([afterFailure(attempted, error, { kind: guilty ? 'fail' : 'suspend' }, Date.now())])
    connection.suspend(error, depth, item.id)
  }
}

/** The item with one more failure on its record. */
function withFailure(item: UploadItem, error: UploadError): UploadItem {
  const failure = { atMs: Date.now(), error: error.info }
  return { ...item, failedAttempts: [...item.failedAttempts, failure].slice(-attemptsKept) }
}

/** The item once the server has its bytes. An empty file is kept there too, so that folders are complete. */
function arrived(item: UploadItem, arrival: Arrival): UploadItem {
  const status = bytesToSend(item) === 0 ? 'empty' : 'done'
  const done = transition(item, { status, ...arrival, finishedAtMs: Date.now() })
  return {
    ...done,
    checkedEarly: false,
    sourceGone: false,
    changedAtMs: null,
    attempts: 0,
    marks: 0,
    taskId: null,
    acknowledgedBytes: bytesToSend(item),
  }
}
