/** Records finished batches (counts, bytes, time, failures), and writes receipts for them. */

import type { Batch } from '../../shared/batch.ts'
import {
  failuresNamed,
  type HistoryEntry,
  type ReceiptFormat,
  type ReceiptLine,
} from '../../shared/history.ts'
import { outcomeOf, outcomeOfEntry } from '../../shared/outcome.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { bytesToSend, countedAs, type UploadItem } from '../../shared/upload.ts'
import type { HistoryStore, KeptLines } from '../journal/history-store.ts'
import type { ItemList, ListListener } from '../queue/item-list.ts'
import { ActiveTime } from './active-time.ts'
import { isOver } from './batch-end.ts'
import type { ItemDrives } from './item-drives.ts'
import type { LookAtLines } from './look-at-lines.ts'
import { linesOf, removedLineOf, removedOf, unreadOf, unstoredOf } from './receipt.ts'
import { type WrittenReceipt, writeReceipt } from './receipt-text.ts'
import type { SecondLook } from './second-look.ts'
import { filesToCome, unreadPathsOf } from './unread-paths.ts'

export interface HistoryDeps {
  readonly list: ItemList
  readonly store: HistoryStore
  /** The server that a batch goes to. */
  readonly serverOf: (batchId: string) => HistoryEntry['server']
  /** Whether files of the batch are still to come from a page. */
  readonly isReceiving: (batchId: string) => boolean
  readonly secondLook: Pick<SecondLook, 'lookAt'>
  readonly lookAtLines: LookAtLines
  readonly itemDrives: Pick<ItemDrives, 'rootOf'>
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
    const entry = store.get(batchId)
    const [now, before] = [list.batch(batchId), entry].map((known) => known?.neverArrived?.files ?? 0)
    // Folders may be read to their end, or a page may have sent all that it can, without another file.
    const isOpen = entry !== undefined && entry.counts.unread + entry.counts.unfinished > 0
    if (isOpen || (list.batch(batchId) && now !== before)) this.#touched.add(batchId)
  }

  /** Finished batches, newest first. */
  entries(): readonly HistoryEntry[] {
    return this.#deps.store.entries()
  }

  /** What a finished batch came to; null for any other. */
  entry(batchId: string): HistoryEntry | null {
    return this.#deps.store.get(batchId) ?? null
  }

  /** What the server confirmed of a batch, of files that left the list too; item -> line. */
  async storedLines(batchId: string): Promise<ReadonlyMap<string, ReceiptLine>> {
    return (await this.#known(batchId, this.#deps.list.select({ batchIds: [batchId] }))).stored
  }

  /** Deletes entries and their receipts; stored files are kept. */
  async remove(batchIds: readonly string[]): Promise<void> {
    this.#deps.store.remove(batchIds)
  }

  /**
   * Keeps what receipts say of items that are about to leave the list, and writes their batches' entries as they will be
   * without them: the counts are the same afterwards, only their places change. A drop that was never confirmed leaves no
   * trace.
   * @param select names them; called again until none of them was stored in the meantime
   */
  async keepReceiptLines(select: () => readonly UploadItem[]): Promise<void> {
    const { list, store } = this.#deps
    const kept = new Map<string, boolean>()
    for (;;) {
      const leaving = select().filter(({ batchId }) => list.batch(batchId)?.unconfirmed === false)
      const fresh = leaving.filter((item) => kept.get(item.id) !== isStored(item))
      if (fresh.length === 0) return
      const leavingIds = new Set(leaving.map(({ id }) => id))
      for (const [batchId, own] of Map.groupBy(fresh, (item) => item.batchId)) {
        const removed = own
          .filter((item) => !isStored(item))
          .map((item) => [item.id, removedLineOf(item)] as const)
        await store.keepLines(batchId, { stored: this.#linesOf(own), removed: new Map(removed) })
        await this.#record(batchId, false, leavingIds)
      }
      for (const item of fresh) kept.set(item.id, isStored(item))
    }
  }

  /** Files of these batches are on the list again: their entries say so, and end where they are only a removal's. */
  async onRestored(batchIds: readonly string[]): Promise<void> {
    const { list, store } = this.#deps
    for (const batchId of batchIds.filter((id) => store.get(id))) {
      const { stored, removed } = await this.#known(batchId, list.select({ batchIds: [batchId] }))
      const isWhole = [...stored.keys(), ...removed.keys()].every((id) => list.get(id))
      if (isWhole && !this.#isOver(batchId)) store.remove([batchId])
      else await this.#record(batchId, false)
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
    const { stored, removed } = await this.#offList(batchId, items)
    const offList = await this.#deps.lookAtLines(stored)
    // The receipt is true without it.
    await store.keepLines(batchId, { stored: offList.toKeep, removed: new Map() }).catch(this.#deps.onProblem)
    const confirmed = [...offList.stored, ...this.#linesOf(items).values()]
    const unread = list.batch(batchId) ? unreadPathsOf(list, batchId) : (entry?.unreadPaths ?? [])
    const unstored = [
      ...unread.map(unreadOf),
      ...offList.changed,
      ...items.flatMap((item) => unstoredOf(item) ?? []),
      ...[...removed.values()].map(removedOf),
    ]
    const { leftOut, neverArrived } = list.batch(batchId) ?? entry ?? { leftOut: 0, neverArrived: null }
    const toCome = filesToCome(list, batchId)
    const totals = list.batchTotals(batchId)
    const known = totals
      ? outcomeOf({ ...totals, unread: unread.length })
      : entry
        ? outcomeOfEntry(entry)
        : null
    // What never arrived has rows of its own.
    const named = confirmed.length + unstored.length + (known?.notSent.neverArrived ?? 0)
    const receipt = {
      name,
      server: entry?.server ?? serverOf(batchId),
      writtenAtMs: Date.now(),
      stored: confirmed,
      unstored,
      unnamed: Math.max(0, (known?.dropped ?? 0) - named),
      leftOut,
      neverArrived: toCome > 0 ? ({ files: toCome, names: [], why: 'still-coming' } as const) : neverArrived,
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
      const isOver = this.#isOver(batchId)
      // Of a batch that was over and goes on, as when a file of it has changed, the entry must not say that all is stored.
      if (isOver || this.#deps.store.get(batchId)) this.#record(batchId, isOver).catch(this.#deps.onProblem)
    }
  }

  /** Whether more files may be added to it. */
  #isGrowing(batchId: string): boolean {
    const { list, isReceiving } = this.#deps
    return isReceiving(batchId) || (list.batch(batchId)?.unscannedPaths.length ?? 0) > 0
  }

  #isOver(batchId: string): boolean {
    const { list, isReceiving } = this.#deps
    return isOver(list, batchId, isReceiving)
  }

  /** @param leaving ids of items that are about to leave the list: they count as if they had */
  async #record(batchId: string, isNews = true, leaving: ReadonlySet<string> = new Set()): Promise<void> {
    const { list, store, onFinished } = this.#deps
    const batch = list.batch(batchId)
    if (!batch) return
    const items = list.select({ batchIds: [batchId] }).filter(({ id }) => !leaving.has(id))
    const entry = this.#entryOf(batch, items, await this.#known(batchId, items))
    store.put(entry)
    if (isNews) onFinished(entry)
  }

  #entryOf(
    { id, name, createdAtMs, activeMs, leftOut, neverArrived, removed: off }: Batch,
    items: readonly UploadItem[],
    { stored, removed }: KeptLines,
  ): HistoryEntry {
    const counts = countsOf(items)
    const failures = items.flatMap(({ relativePath, state }) =>
      state.status === 'failed' ? [{ relativePath, error: state.error }] : [],
    )
    const sent = items
      .filter(isStored)
      .reduce((sum, item) => sum + Math.min(item.sentBytes, bytesToSend(item)), 0)
    const before = this.#deps.store.get(id)?.averageBytesPerSecond ?? null
    const lines = [...stored.values()]
    const unreadPaths = unreadPathsOf(this.#deps.list, id)
    return {
      batchId: id,
      name,
      server: this.#deps.serverOf(id),
      createdAtMs,
      finishedAtMs: Date.now(),
      counts: {
        ...counts,
        unfinished: counts.unfinished + filesToCome(this.#deps.list, id),
        skipped: counts.skipped + off.skipped,
        done: stored.size,
        copies: copiesIn(lines),
        removed: removed.size,
        unread: unreadPaths.length,
      },
      ...(this.#deps.list.batch(id)?.previewsOf ? { previews: true } : {}),
      bytes: lines.reduce((sum, { size }) => sum + size, 0),
      activeMs,
      averageBytesPerSecond: sent > 0 && activeMs > 0 ? (sent * 1000) / activeMs : before,
      failures: failures.slice(0, failuresNamed),
      leftOut,
      neverArrived,
      unreadPaths: unreadPaths.slice(0, failuresNamed),
    }
  }

  /**
   * What is known of a batch: files that the server confirmed, those included that left the list, and files that left it
   * without that. What is on the list counts as it is there.
   */
  async #known(batchId: string, items: readonly UploadItem[]): Promise<KeptLines> {
    const { stored, removed } = await this.#offList(batchId, items)
    return { stored: new Map([...stored, ...this.#linesOf(items)]), removed }
  }

  #linesOf(items: readonly UploadItem[]): Map<string, ReceiptLine> {
    return linesOf(items, (item) => this.#deps.itemDrives.rootOf(item))
  }

  /** What is kept of files that are no longer on the list. */
  async #offList(batchId: string, items: readonly UploadItem[]): Promise<KeptLines> {
    const kept = await this.#deps.store.lines(batchId)
    const onList = new Set(items.map(({ id }) => id))
    const left = <Line>(lines: ReadonlyMap<string, Line>) =>
      new Map([...lines].filter(([id]) => !onList.has(id)))
    return { stored: left(kept.stored), removed: left(kept.removed) }
  }
}

function isStored({ state }: UploadItem): boolean {
  return countedAs(state.status) === 'stored'
}

/** Of items on the list, those that are not stored. */
function countsOf(items: readonly UploadItem[]) {
  const counts = { 'to-do': 0, stored: 0, failed: 0, empty: 0, skipped: 0, canceled: 0 }
  for (const { state } of items) counts[countedAs(state.status)]++
  const { 'to-do': unfinished, failed, empty, skipped, canceled } = counts
  return { unfinished, failed, empty, skipped, canceled }
}

function copiesIn(lines: readonly ReceiptLine[]): number {
  return lines.filter(({ converted }) => converted).length
}
