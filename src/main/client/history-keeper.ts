/** Watches batches come to their end and remembers them: counts, bytes, time, failures; writes receipts from both. */

import {
  failuresNamed,
  type HistoryEntry,
  type ReceiptFormat,
  type ReceiptLine,
} from '../../shared/history.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { type Batch, bytesToSend, type UploadItem } from '../../shared/upload.ts'
import type { HistoryStore } from '../journal/history-store.ts'
import type { ItemList, ListListener } from '../queue/item-list.ts'
import { receiptLineOf, unstoredOf, type WrittenReceipt, writeReceipt } from './receipt-text.ts'
import { WorkClock } from './work-clock.ts'

export interface HistoryDeps {
  readonly list: ItemList
  readonly store: HistoryStore
  /** Where a batch goes. */
  readonly serverOf: (batchId: string) => HistoryEntry['server']
  /** Whether files of the batch are still to come from outside. */
  readonly isOpen: (batchId: string) => boolean
  /** A batch came to its end; told once each time it does. */
  readonly onFinished: (entry: HistoryEntry) => void
  readonly onProblem: (thrown: unknown) => void
}

const tickMs = 1_000

export class HistoryKeeper implements Pick<ListListener, 'onItem'> {
  readonly #deps: HistoryDeps
  readonly #clock: WorkClock
  readonly #touched = new Set<string>()
  readonly #stopListening: () => void
  readonly #timer: NodeJS.Timeout

  constructor(deps: HistoryDeps) {
    this.#deps = deps
    this.#clock = new WorkClock(deps.list)
    this.#stopListening = deps.list.listen(this)
    this.#timer = setInterval(() => this.look(), tickMs).unref()
    // A crash may have come between the end of a batch and its entry.
    for (const batchId of deps.list.batchIds()) {
      if (!deps.store.get(batchId) && this.#isOver(batchId)) {
        this.#remember(batchId, false).catch(deps.onProblem)
      }
    }
  }

  onItem({ batchId }: UploadItem): void {
    this.#touched.add(batchId)
    this.#clock.note(batchId, Date.now())
  }

  onItemRemoved(): void {}
  onBatch(): void {}
  onBatchRemoved(): void {}

  /** Remembers every batch that came to its end since the last look. */
  look(): void {
    this.#clock.look(Date.now())
    for (const batchId of this.#touched) {
      this.#touched.delete(batchId)
      if (this.#isOver(batchId)) this.#remember(batchId).catch(this.#deps.onProblem)
    }
  }

  /**
   * Keeps what receipts need of items that are about to leave the list, and their batches' entries.
   * @param select names them; asked again until none has been stored meanwhile
   */
  async keep(select: () => readonly UploadItem[]): Promise<void> {
    const kept = new Set<string>()
    for (;;) {
      const fresh = select().filter(({ id, state }) => state.status === 'done' && !kept.has(id))
      if (fresh.length === 0) return
      for (const [batchId, own] of Map.groupBy(fresh, (item) => item.batchId)) {
        await this.#deps.store.keepLines(batchId, linesOf(own))
        await this.#remember(batchId, false)
      }
      for (const { id } of fresh) kept.add(id)
    }
  }

  /** @throws UploadError `not-found` for a batch that nothing is known of */
  async receipt(batchId: string, format: ReceiptFormat): Promise<WrittenReceipt> {
    const { list, store, serverOf } = this.#deps
    const entry = store.get(batchId)
    const name = list.batch(batchId)?.name ?? entry?.name
    if (name === undefined) throw new UploadError('not-found', 'Nothing is known of this batch any more.')
    const items = list.select({ batchIds: [batchId] })
    const receipt = {
      name,
      server: entry?.server ?? serverOf(batchId),
      writtenAtMs: Date.now(),
      stored: [...(await this.#stored(batchId, items)).values()],
      unstored: items.flatMap((item) => unstoredOf(item) ?? []),
    }
    return writeReceipt(receipt, format)
  }

  /** Remembers what is over, for good. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#clock.stop(Date.now())
    const over = [...this.#touched].filter((batchId) => this.#isOver(batchId))
    this.#stopListening()
    await Promise.all(over.map((batchId) => this.#remember(batchId).catch(this.#deps.onProblem)))
  }

  #isOver(batchId: string): boolean {
    const { list, isOpen } = this.#deps
    const batch = list.batch(batchId)
    const totals = list.batchTotals(batchId)
    if (!batch || !totals || totals.files === 0 || batch.unscannedPaths.length > 0 || isOpen(batchId))
      return false
    return (list.batchOutlook(batchId)?.pendingFiles ?? 0) === 0 && totals.counts.paused === 0
  }

  async #remember(batchId: string, isNews = true): Promise<void> {
    const { list, store, onFinished } = this.#deps
    const batch = list.batch(batchId)
    if (!batch) return
    const items = list.select({ batchIds: [batchId] })
    const entry = this.#entryOf(batch, items, await this.#stored(batchId, items))
    store.put(entry)
    if (isNews) onFinished(entry)
  }

  #entryOf(
    { id, name, createdAtMs, activeMs }: Batch,
    items: readonly UploadItem[],
    stored: ReadonlyMap<string, ReceiptLine>,
  ): HistoryEntry {
    const failures = items.flatMap(({ relativePath, state }) =>
      state.status === 'failed' ? [{ relativePath, error: state.error }] : [],
    )
    const done = items.filter(({ state }) => state.status === 'done')
    const sent = done.reduce((sum, item) => sum + Math.min(item.sentBytes, bytesToSend(item)), 0)
    const before = this.#deps.store.get(id)?.averageBytesPerSecond ?? null
    return {
      batchId: id,
      name,
      server: this.#deps.serverOf(id),
      createdAtMs,
      finishedAtMs: Date.now(),
      counts: {
        done: stored.size,
        failed: failures.length,
        canceled: items.length - done.length - failures.length,
      },
      bytes: [...stored.values()].reduce((sum, { size }) => sum + size, 0),
      activeMs,
      averageBytesPerSecond: sent > 0 && activeMs > 0 ? (sent * 1000) / activeMs : before,
      failures: failures.slice(0, failuresNamed),
    }
  }

  /** All files of a batch that the server confirmed, also those that left the list. */
  async #stored(batchId: string, items: readonly UploadItem[]): Promise<Map<string, ReceiptLine>> {
    return new Map([...(await this.#deps.store.lines(batchId)), ...linesOf(items)])
  }
}

function linesOf(items: readonly UploadItem[]): Map<string, ReceiptLine> {
  return new Map(
    items.flatMap((item) => {
      const line = receiptLineOf(item)
      return line ? [[item.id, line] as const] : []
    }),
  )
}
