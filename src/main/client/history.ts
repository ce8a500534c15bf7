/** Records finished batches (counts, bytes, time, failures), and writes receipts for them. */

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
import { ActiveTime } from './active-time.ts'
import { isSent } from './batch-end.ts'
import { lookAtLines } from './look-at-lines.ts'
import { linesOf, unstoredOf, type WrittenReceipt, writeReceipt } from './receipt.ts'
import type { SecondLook } from './second-look.ts'

export interface HistoryDeps {
  readonly list: ItemList
  readonly store: HistoryStore
  /** The server that a batch goes to. */
  readonly serverOf: (batchId: string) => HistoryEntry['server']
  /** Whether files of the batch are still to come from a page. */
  readonly isReceiving: (batchId: string) => boolean
  readonly secondLook: Pick<SecondLook, 'lookAt'>
  /** A batch has finished; called once each time it does. */
  readonly onFinished: (entry: HistoryEntry) => void
  readonly onProblem: (thrown: unknown) => void
}

const tickMs = 1_000

export class History implements Pick<ListListener, 'onItem'> {
  readonly #deps: HistoryDeps
  readonly #activeTime: ActiveTime
  readonly #touched = new Set<string>()
  readonly #stopListening: () => void
  readonly #timer: NodeJS.Timeout

  constructor(deps: HistoryDeps) {
    this.#deps = deps
    this.#activeTime = new ActiveTime(deps.list)
    this.#stopListening = deps.list.listen(this)
    this.#timer = setInterval(() => this.#check(), tickMs).unref()
    // PhotoFerry may have crashed between the end of a batch and its entry.
    for (const batchId of deps.list.batchIds()) {
      if (deps.store.get(batchId)) continue
      if (this.#isOver(batchId)) this.#record(batchId, false).catch(deps.onProblem)
      else this.#touched.add(batchId)
    }
  }

  onItem({ batchId }: UploadItem): void {
    this.#touched.add(batchId)
    this.#activeTime.onChange(batchId, Date.now())
  }

  /** A batch may have finished. */
  onChecked(batchId: string): void {
    this.#touched.add(batchId)
  }

  onItemRemoved(): void {}
  onBatchRemoved(): void {}

  /** A batch of which no file ever arrived has no item that would tell. */
  onBatch(batchId: string): void {
    const { list, store } = this.#deps
    if (list.batch(batchId)?.neverArrived && !store.get(batchId)) this.#touched.add(batchId)
  }

  /** Finished batches, newest first. */
  entries(): readonly HistoryEntry[] {
    return this.#deps.store.entries()
  }

  /** Deletes entries and their receipts; stored files are kept. */
  async remove(batchIds: readonly string[]): Promise<void> {
    this.#deps.store.remove(batchIds)
  }

  /**
   * Keeps what receipts need of items that are about to leave the list, and their batches' entries.
   * @param select names them; called again until no more were stored in the meantime
   */
  async keepReceiptLines(select: () => readonly UploadItem[]): Promise<void> {
    const kept = new Set<string>()
    for (;;) {
      const fresh = select().filter(({ id, state }) => state.status === 'done' && !kept.has(id))
      if (fresh.length === 0) return
      for (const [batchId, own] of Map.groupBy(fresh, (item) => item.batchId)) {
        await this.#deps.store.keepLines(batchId, linesOf(own))
        await this.#record(batchId, false)
      }
      for (const { id } of fresh) kept.add(id)
    }
  }

  /**
   * Looks at all sources once more. One that has changed since it was stored is not listed as stored, and goes again if it
   * is on the list.
   * @throws UploadError `not-found` for an unknown batch
   */
  async receipt(batchId: string, format: ReceiptFormat): Promise<WrittenReceipt> {
    const { list, store, serverOf, secondLook } = this.#deps
    const entry = store.get(batchId)
    const name = list.batch(batchId)?.name ?? entry?.name
    if (name === undefined)
      throw new UploadError('not-found', 'This batch is in neither the list nor the history.')
    await secondLook.lookAt(list.select({ batchIds: [batchId] }))
    const items = list.select({ batchIds: [batchId] })
    const onList = new Set(items.map(({ id }) => id))
    const kept = [...(await store.lines(batchId))].filter(([itemId]) => !onList.has(itemId))
    const offList = await lookAtLines(new Map(kept))
    // The receipt is true without it.
    await store.keepLines(batchId, offList.toKeep).catch(this.#deps.onProblem)
    const { leftOut, neverArrived } = list.batch(batchId) ?? entry ?? { leftOut: 0, neverArrived: null }
    const receipt = {
      name,
      server: entry?.server ?? serverOf(batchId),
      writtenAtMs: Date.now(),
      stored: [...offList.stored, ...linesOf(items).values()],
      unstored: [...offList.changed, ...items.flatMap((item) => unstoredOf(item) ?? [])],
      leftOut,
      neverArrived,
    }
    return writeReceipt(receipt, format)
  }

  /** Records what has finished, and ends. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#activeTime.stop(Date.now())
    const over = [...this.#touched].filter((batchId) => this.#isOver(batchId))
    this.#stopListening()
    await Promise.all(over.map((batchId) => this.#record(batchId).catch(this.#deps.onProblem)))
  }

  /** Records every batch that finished since the last check. */
  #check(): void {
    this.#activeTime.update(Date.now())
    for (const batchId of this.#touched) {
      // Its last file may be stored before anybody knows that it is the last one.
      if (this.#isGrowing(batchId)) continue
      this.#touched.delete(batchId)
      if (this.#isOver(batchId)) this.#record(batchId).catch(this.#deps.onProblem)
    }
  }

  /** Whether more files may be added to it. */
  #isGrowing(batchId: string): boolean {
    const { list, isReceiving } = this.#deps
    return isReceiving(batchId) || (list.batch(batchId)?.unscannedPaths.length ?? 0) > 0
  }

  #isOver(batchId: string): boolean {
    const { list, isReceiving } = this.#deps
    return isSent(list, batchId, isReceiving) && list.batchRemaining(batchId)?.uncheckedFiles === 0
  }

  async #record(batchId: string, isNews = true): Promise<void> {
    const { list, store, onFinished } = this.#deps
    const batch = list.batch(batchId)
    if (!batch) return
    const items = list.select({ batchIds: [batchId] })
    const entry = this.#entryOf(batch, items, await this.#stored(batchId, items))
    store.put(entry)
    if (isNews) onFinished(entry)
  }

  #entryOf(
    { id, name, createdAtMs, activeMs, leftOut, neverArrived }: Batch,
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
      leftOut,
      neverArrived,
    }
  }

  /** All files of a batch that the server confirmed, those that left the list included. */
  async #stored(batchId: string, items: readonly UploadItem[]): Promise<Map<string, ReceiptLine>> {
    const onList = new Set(items.map(({ id }) => id))
    const offList = [...(await this.#deps.store.lines(batchId))].filter(([itemId]) => !onList.has(itemId))
    return new Map([...offList, ...linesOf(items)])
  }
}
