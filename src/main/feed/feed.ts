/** The feed: sends every window what changed, at most ten times a second however busy the queue is. */
import type { FeedEvent, Overview, Stall } from '../../shared/feed.ts'
import type { Settings } from '../../shared/settings.ts'
import type { UploadItem } from '../../shared/upload.ts'
import type { ItemList, ListListener } from '../queue/item-list.ts'
import type { Traffic } from '../queue/traffic.ts'
import { Backlog } from './backlog.ts'
import { batchRow, itemRow } from './rows.ts'
import type { Speeds } from './speeds.ts'

export type FeedListener = (event: FeedEvent) => void

export interface FeedDeps {
  readonly list: ItemList
  readonly speeds: Speeds
  readonly overview: () => Overview
  readonly settings: () => Settings
  readonly traffic: Traffic
  /** Id of the server that a batch goes to. */
  readonly serverOf: (batchId: string) => string
  /** Whether files of the batch are still to come from a page. */
  readonly isReceiving: (batchId: string) => boolean
  /** Names of drives that files of the batch wait for. */
  readonly awaitedDrives: (batchId: string) => readonly string[]
}

/** Nine a second: when one reaches the window late, right before the next, there are still only ten. */
const tickMs = 110
const watchMs = 1_000
/** Rows of one event: some 1.2 megabytes of JSON, parsed in 10 to 20 ms. */
const rowsPerEvent = 4_000
/** Speeds fall also when nothing happens, so they are sent again this often; in ticks. */
const speedEveryTicks = 9

/** Why nothing is sent that says nothing about the connection's speed. */
const waits: ReadonlySet<Stall['kind']> = new Set([
  'paused',
  'timetable',
  'server-away',
  'server-full',
  'retrying',
])

interface Subscriber {
  readonly listener: FeedListener
  readonly backlog: Backlog
  /** Up to when speeds were sent, ms since 1970. */
  sampledMs: number
}

export class Feed implements ListListener {
  readonly #deps: FeedDeps
  readonly #subscribers = new Set<Subscriber>()
  readonly #watches = new Set<NodeJS.Timeout>()
  readonly #stopListening: () => void
  #timer: NodeJS.Timeout | undefined
  #ticks = 0
  /** Whether the last event had a speed or a stall: then their end must be sent too. */
  #hadSpeedOrStall = false

  constructor(deps: FeedDeps) {
    this.#deps = deps
    this.#stopListening = deps.list.listen(this)
  }

  /** Sends everything to a new subscriber, in pages; see `Bridge.subscribe` in bridge.ts. */
  subscribe(listener: FeedListener): () => void {
    const { list } = this.#deps
    const itemIds = list.select({ all: true }).map((item) => item.id)
    const subscriber = { listener, backlog: new Backlog(itemIds, list.batchIds()), sampledMs: 0 }
    this.#subscribers.add(subscriber)
    this.#timer ??= setInterval(() => this.#tick(), tickMs)
    queueMicrotask(() => this.#subscribers.has(subscriber) && this.#send(subscriber))
    return () => {
      this.#subscribers.delete(subscriber)
      if (this.#subscribers.size === 0) this.#sleep()
    }
  }

  /** Sends the overview once a second, to those that show no rows. @returns a function that ends it */
  watch(listener: (overview: Overview) => void): () => void {
    const timer = setInterval(() => listener(this.#deps.overview()), watchMs).unref()
    this.#watches.add(timer)
    return () => {
      clearInterval(timer)
      this.#watches.delete(timer)
    }
  }

  /** The queue as it is at this moment. */
  overview(): Overview {
    return this.#deps.overview()
  }

  /** Something of the overview changed. */
  overviewChanged(): void {
    for (const { backlog } of this.#subscribers) backlog.addOverview()
  }

  /** All windows show the same settings and presets, whichever of them changed one. */
  settingsChanged(): void {
    for (const { backlog } of this.#subscribers) backlog.addSettings()
  }

  onItem(item: UploadItem): void {
    this.#deps.speeds.onItem(item)
    for (const { backlog } of this.#subscribers) {
      backlog.addItem(item.id)
      backlog.addBatch(item.batchId)
    }
  }

  onItemRemoved(itemId: string): void {
    this.#deps.speeds.onItemRemoved(itemId)
    for (const { backlog } of this.#subscribers) backlog.addRemovedItem(itemId)
  }

  onBatch(batchId: string): void {
    for (const { backlog } of this.#subscribers) backlog.addBatch(batchId)
  }

  onBatchRemoved(batchId: string): void {
    for (const { backlog } of this.#subscribers) backlog.addRemovedBatch(batchId)
  }

  /** Sends what is left and ends. */
  close(): void {
    for (const subscriber of this.#subscribers) {
      do this.#send(subscriber)
      while (subscriber.backlog.hasItems)
    }
    this.#subscribers.clear()
    for (const timer of this.#watches) clearInterval(timer)
    this.#sleep()
    this.#stopListening()
  }

  #sleep(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #tick(): void {
    this.#ticks++
    if (this.#ticks % speedEveryTicks === 0) this.#queueSpeeds()
    for (const subscriber of this.#subscribers) this.#send(subscriber)
  }

  #queueSpeeds(): void {
    const { speeds, overview } = this.#deps
    const measured = [...speeds.measured()]
    const { bytesPerSecond, stalls } = overview()
    if (stalls.some(({ kind }) => waits.has(kind))) speeds.onWaiting()
    const hasSpeedOrStall = bytesPerSecond !== null || stalls.length > 0
    for (const { backlog, sampledMs } of this.#subscribers) {
      for (const itemId of measured) backlog.addItem(itemId)
      const sampled = speeds.history.since(sampledMs, Date.now()).length > 0
      if (measured.length > 0 || sampled || hasSpeedOrStall || this.#hadSpeedOrStall) backlog.addOverview()
    }
    this.#hadSpeedOrStall = hasSpeedOrStall
  }

  #send(subscriber: Subscriber): void {
    const news = subscriber.backlog.take(rowsPerEvent)
    if (news === null) return
    const { itemIds, batchIds, settings, ...rest } = news
    subscriber.listener({
      ...rest,
      items: itemIds.flatMap((itemId) => this.#itemRow(itemId)),
      batches: batchIds.flatMap((batchId) => this.#batchRow(batchId)),
      overview: this.#deps.overview(),
      speedSamples: this.#samplesFor(subscriber),
      ...(settings ? { settings: this.#deps.settings() } : {}),
    })
  }

  #samplesFor(subscriber: Subscriber) {
    const samples = this.#deps.speeds.history.since(subscriber.sampledMs, Date.now())
    subscriber.sampledMs = samples.at(-1)?.atMs ?? subscriber.sampledMs
    return samples
  }

  #itemRow(itemId: string) {
    const item = this.#deps.list.get(itemId)
    const { speeds, traffic } = this.#deps
    return item ? [itemRow(item, speeds.of(itemId), traffic.of(itemId))] : []
  }

  #batchRow(batchId: string) {
    const batch = this.#deps.list.batch(batchId)
    const totals = this.#deps.list.batchTotals(batchId)
    if (!batch || !totals) return []
    const { list, serverOf, isReceiving, awaitedDrives } = this.#deps
    const facts = {
      serverId: serverOf(batchId),
      isReceiving: isReceiving(batchId),
      isUnchecked: (list.batchRemaining(batchId)?.uncheckedFiles ?? 0) > 0,
      awaitedDrives: awaitedDrives(batchId),
    }
    return [batchRow(batch, totals, facts)]
  }
}
