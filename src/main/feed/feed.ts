/** Tells every window what changed, at most ten times a second however busy the queue is. */
import type { FeedEvent, Overview } from '../../shared/feed.ts'
import type { UploadItem } from '../../shared/upload.ts'
import type { ItemList, ListListener } from '../queue/item-list.ts'
import type { Traffic } from '../queue/traffic.ts'
import { batchRow, itemRow } from './rows.ts'
import type { Speeds } from './speeds.ts'

export type FeedListener = (event: FeedEvent) => void

export interface FeedDeps {
  readonly list: ItemList
  readonly speeds: Speeds
  readonly overview: () => Overview
  readonly traffic: Traffic
  /** Id of the server that a batch goes to. */
  readonly serverOf: (batchId: string) => string
  /** Whether files of the batch are still to come from outside. */
  readonly isOpen: (batchId: string) => boolean
}

/** Nine in a second: a tenth may come late to the window, with the one after it on its heels, and there are still only ten. */
const tickMs = 110
const watchMs = 1_000
/** Rows of one event: some 1.2 megabytes of JSON, parsed in 10 to 20 ms. */
const rowsPerEvent = 4_000
/** Speeds fall also when nothing happens: told again this often; in ticks. */
const speedEveryTicks = 9

/** What one subscriber has not been told yet. */
interface Backlog {
  readonly listener: FeedListener
  reset: boolean
  overview: boolean
  readonly items: Set<string>
  readonly removedItems: Set<string>
  readonly batches: Set<string>
  readonly removedBatches: Set<string>
  /** Up to when speeds were told, ms since 1970. */
  sampledMs: number
}

export class Feed implements ListListener {
  readonly #deps: FeedDeps
  readonly #backlogs = new Set<Backlog>()
  readonly #watches = new Set<NodeJS.Timeout>()
  readonly #stopListening: () => void
  #timer: NodeJS.Timeout | undefined
  #ticks = 0
  /** Whether a speed or a stall was told last: then its end must be told too. */
  #wasTelling = false

  constructor(deps: FeedDeps) {
    this.#deps = deps
    this.#stopListening = deps.list.listen(this)
  }

  /** Everything is news to a new subscriber, and comes in pages; see `Bridge.subscribe` in ipc.ts. */
  subscribe(listener: FeedListener): () => void {
    const { list } = this.#deps
    const news = { reset: true, overview: true, sampledMs: 0 }
    const backlog: Backlog = {
      ...news,
      listener,
      items: new Set(list.select({ all: true }).map((item) => item.id)),
      removedItems: new Set(),
      batches: new Set(list.batchIds()),
      removedBatches: new Set(),
    }
    this.#backlogs.add(backlog)
    this.#timer ??= setInterval(() => this.#tick(), tickMs)
    queueMicrotask(() => this.#backlogs.has(backlog) && this.#tell(backlog))
    return () => {
      this.#backlogs.delete(backlog)
      if (this.#backlogs.size === 0) this.#sleep()
    }
  }

  /** Tells the overview once a second. @returns a function that ends it */
  watch(listener: (overview: Overview) => void): () => void {
    const timer = setInterval(() => listener(this.#deps.overview()), watchMs).unref()
    this.#watches.add(timer)
    return () => clearInterval(timer)
  }

  /** Something of the overview changed. */
  touchOverview(): void {
    for (const backlog of this.#backlogs) backlog.overview = true
  }

  onItem(item: UploadItem): void {
    this.#deps.speeds.follow(item)
    for (const backlog of this.#backlogs) {
      backlog.items.add(item.id)
      backlog.batches.add(item.batchId)
    }
  }

  onItemRemoved(itemId: string): void {
    for (const backlog of this.#backlogs) {
      backlog.items.delete(itemId)
      backlog.removedItems.add(itemId)
    }
  }

  onBatch(batchId: string): void {
    for (const backlog of this.#backlogs) backlog.batches.add(batchId)
  }

  onBatchRemoved(batchId: string): void {
    for (const backlog of this.#backlogs) {
      backlog.batches.delete(batchId)
      backlog.removedBatches.add(batchId)
    }
  }

  /** Tells what is left and falls silent. */
  close(): void {
    for (const backlog of this.#backlogs) {
      do this.#tell(backlog)
      while (backlog.items.size > 0)
    }
    this.#backlogs.clear()
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
    if (this.#ticks % speedEveryTicks === 0) this.#touchSpeeds()
    for (const backlog of this.#backlogs) this.#tell(backlog)
  }

  #touchSpeeds(): void {
    const { speeds, overview } = this.#deps
    const measured = [...speeds.measured()]
    const { bytesPerSecond, stalls } = overview()
    const isTelling = bytesPerSecond !== null || stalls.length > 0
    for (const backlog of this.#backlogs) {
      for (const itemId of measured) backlog.items.add(itemId)
      const sampled = speeds.history.since(backlog.sampledMs, Date.now()).length > 0
      if (measured.length > 0 || sampled || isTelling || this.#wasTelling) backlog.overview = true
    }
    this.#wasTelling = isTelling
  }

  #tell(backlog: Backlog): void {
    const { items, removedItems, batches, removedBatches } = backlog
    const quiet = !backlog.reset && !backlog.overview
    if (quiet && items.size + removedItems.size + batches.size + removedBatches.size === 0) return
    const event: FeedEvent = {
      reset: backlog.reset,
      items: takeSome(items, rowsPerEvent).flatMap((itemId) => this.#itemRow(itemId)),
      removedItemIds: takeSome(removedItems, Number.POSITIVE_INFINITY),
      batches: takeSome(batches, rowsPerEvent).flatMap((batchId) => this.#batchRow(batchId)),
      removedBatchIds: takeSome(removedBatches, Number.POSITIVE_INFINITY),
      overview: this.#deps.overview(),
      speedSamples: this.#samplesFor(backlog),
      more: items.size > 0,
    }
    backlog.reset = false
    backlog.overview = false
    backlog.listener(event)
  }

  #samplesFor(backlog: Backlog) {
    const samples = this.#deps.speeds.history.since(backlog.sampledMs, Date.now())
    backlog.sampledMs = samples.at(-1)?.atMs ?? backlog.sampledMs
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
    return [batchRow(batch, totals, this.#deps.serverOf(batchId), this.#deps.isOpen(batchId))]
  }
}

/** Removes up to `count` values from the set, oldest first. */
function takeSome(set: Set<string>, count: number): string[] {
  const some: string[] = []
  for (const value of set) {
    if (some.length >= count) break
    some.push(value)
    set.delete(value)
  }
  return some
}
