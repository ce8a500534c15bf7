/**
 * The second look: before a batch counts as finished, and before a receipt is written, the source of every stored file is
 * looked at again. What has changed since it was stored goes again in the same batch.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { hasArrived, transition, type UploadItem } from '../../shared/upload.ts'
import { forEachFile } from '../intake/look-again.ts'
import { otherVersion } from '../pipeline/check-source.ts'
import type { ItemList, ListListener } from '../queue/item-list.ts'
import { isSent } from './batch-end.ts'
import type { ItemDrives } from './item-drives.ts'
import type { SourceCheck, SourceFound, StoredSource } from './source-check.ts'

export interface SecondLookDeps {
  readonly list: ItemList
  readonly drives: Pick<ItemDrives, 'presence'>
  readonly sourceCheck: Pick<SourceCheck, 'check'>
  /** Whether files of the batch are still to come from a page. */
  readonly isReceiving: (batchId: string) => boolean
  /** Files were queued again. */
  readonly onChanged: () => void
  /** All that is stored of a batch was looked at. */
  readonly onChecked: (batchId: string) => void
  /** A bug, which must not stop the client. */
  readonly onProblem: (thrown: unknown) => void
}

/** The last files of a batch end within moments of each other. */
const pauseMs = 20

export class SecondLook implements ListListener {
  readonly #deps: SecondLookDeps
  readonly #touched = new Set<string>()
  /** Batches that are being looked at. */
  readonly #running = new Map<string, Promise<void>>()
  #stopListening: () => void = () => {}
  #timer: NodeJS.Timeout | undefined
  #stopped = false

  constructor(deps: SecondLookDeps) {
    this.#deps = deps
  }

  /** Begins with what a restart cut short. */
  start(): void {
    const { list } = this.#deps
    this.#stopListening = list.listen(this)
    for (const batchId of list.batchIds()) this.onBatch(batchId)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#stopListening()
    await Promise.all(this.#running.values())
  }

  /** Whether a batch of which nothing is left to send is still to be looked at. */
  get isDue(): boolean {
    const { list } = this.#deps
    if (list.remaining.uncheckedFiles === 0) return false
    return [...list.batchIds()].some((batchId) => this.#isDue(batchId))
  }

  onItem({ batchId }: UploadItem): void {
    this.onBatch(batchId)
  }

  onBatch(batchId: string): void {
    this.#touched.add(batchId)
    this.#timer ??= setTimeout(() => this.#check(), pauseMs).unref()
  }

  onItemRemoved(): void {}
  onBatchRemoved(): void {}

  /** Looks at the sources of those of the items that are done, now; fulfils when the list says what was found. */
  async lookAt(items: readonly UploadItem[]): Promise<void> {
    const { list, onChanged, onChecked } = this.#deps
    const stored = items.filter(({ state, staged }) => hasArrived(state) && !staged)
    const uncheckedFiles = (batchId: string) => list.batchRemaining(batchId)?.uncheckedFiles ?? 0
    const unchecked = [...new Set(stored.map(({ batchId }) => batchId))].filter(uncheckedFiles)
    let hasChanged = false
    const look = async (item: UploadItem) => {
      const { drives, sourceCheck } = this.#deps
      const found = await sourceCheck.check(storedSource(item), (freshness) =>
        drives.presence(item, freshness),
      )
      hasChanged = this.#apply(item, found) || hasChanged
    }
    await forEachFile(stored, look, () => !this.#stopped)
    for (const batchId of unchecked) list.notifyBatch(batchId)
    for (const batchId of unchecked) if (uncheckedFiles(batchId) === 0) onChecked(batchId)
    if (hasChanged) onChanged()
  }

  #check(): void {
    this.#timer = undefined
    const { list, onProblem } = this.#deps
    for (const batchId of this.#touched) {
      this.#touched.delete(batchId)
      if (this.#running.has(batchId) || !this.#isDue(batchId)) continue
      const running = this.lookAt(list.select({ batchIds: [batchId] }))
        .then(() => nextTurn())
        .catch(onProblem)
        .finally(() => {
          this.#running.delete(batchId)
          // Files may have ended meanwhile.
          if (!this.#stopped) this.onBatch(batchId)
        })
      this.#running.set(batchId, running)
    }
  }

  #isDue(batchId: string): boolean {
    const { list, isReceiving } = this.#deps
    return (list.batchRemaining(batchId)?.uncheckedFiles ?? 0) > 0 && isSent(list, batchId, isReceiving)
  }

  /** @returns whether the item was queued again */
  #apply(looked: UploadItem, look: SourceFound): boolean {
    const { list } = this.#deps
    const item = list.get(looked.id)
    // It is being sent again, or was removed, while it was looked at.
    if (item?.state !== looked.state || !hasArrived(item.state) || this.#stopped) return false
    // A clock that was set back since it was stored must not keep the batch from its end.
    const nowMs = Math.max(Date.now(), item.state.finishedAtMs + 1)
    if (look.found === 'changed') list.put([changed(item, otherVersion(look.stamp, nowMs), nowMs)])
    else if (look.found === 'gone') list.note({ ...item, sourceGone: true })
    else list.note({ ...item, ...look.stamp, checkedAtMs: nowMs, sourceGone: false })
    return look.found === 'changed'
  }
}

/** Of a converted file only the copy is stored: nobody knows the digests of its original. */
function storedSource({ sourcePath, relativePath, payload, ...item }: UploadItem): StoredSource {
  const { size, mtimeMs, ctimeMs, inode, md5, sha256 } = item
  const digests = payload === null && md5 !== null ? { md5, sha256 } : null
  return { sourcePath, relativePath, size, mtimeMs, ctimeMs, inode, digests }
}

/** The item as it goes again; what is stored of its earlier version stays stored. */
function changed(item: UploadItem, version: ReturnType<typeof otherVersion>, nowMs: number): UploadItem {
  const queued = transition({ ...item, ...version }, { status: 'queued' })
  return { ...queued, attempts: 0, sourceGone: false, changedAtMs: nowMs }
}
