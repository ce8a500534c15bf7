/** Running sums over items, updated with every change, so that 100,000 items cost nothing to add up. */
import type { Totals } from '../../shared/feed.ts'
import {
  bytesToSend,
  countedAs,
  isActive,
  isLeftOut,
  isMoving,
  isParked,
  isPending,
  isUnchecked,
  type UploadItem,
  type UploadStatus,
  uploadStatuses,
} from '../../shared/upload.ts'

const activeStatuses = uploadStatuses.filter(isActive)

/** What is still to be done without anybody's doing. */
export type Remaining = Pick<
  RunningTotals,
  | 'activeFiles'
  | 'sendableFiles'
  | 'pendingFiles'
  | 'pendingBytes'
  | 'movingFiles'
  | 'parkedFiles'
  | 'uncheckedFiles'
>

export class RunningTotals {
  #files = 0
  #copies = 0
  #bytesTotal = 0
  #bytesAcknowledged = 0
  #bytesVerified = 0
  #bytesSaved = 0
  #pendingBytes = 0
  #pendingFiles = 0
  #movingFiles = 0
  #parkedFiles = 0
  #uncheckedFiles = 0
  readonly #counts = Object.fromEntries(uploadStatuses.map((status) => [status, 0])) as Record<
    UploadStatus,
    number
  >

  add(item: UploadItem): void {
    this.#count(item, 1)
  }

  subtract(item: UploadItem): void {
    this.#count(item, -1)
  }

  /** Bytes not yet acknowledged of pending items. */
  get pendingBytes(): number {
    return this.#pendingBytes
  }

  /** Items that will be sent without anybody's doing: neither paused nor finished. */
  get pendingFiles(): number {
    return this.#pendingFiles
  }

  /** Items that wait because their file is still being written. */
  get movingFiles(): number {
    return this.#movingFiles
  }

  /** Items that wait for their drive. */
  get parkedFiles(): number {
    return this.#parkedFiles
  }

  /** Items that are done, and whose source must be looked at once more. */
  get uncheckedFiles(): number {
    return this.#uncheckedFiles
  }

  /** Items that a stage is working on. */
  get activeFiles(): number {
    return activeStatuses.reduce((sum, status) => sum + this.#counts[status], 0)
  }

  /** Items that are being worked on, or could be at once: nothing in particular is waited for. */
  get sendableFiles(): number {
    return this.activeFiles + this.#counts.queued
  }

  /** A copy that later changes do not touch. */
  snapshot(): Omit<Totals, 'removed' | 'neverArrived'> {
    return {
      files: this.#files,
      counts: { ...this.#counts },
      copies: this.#copies,
      bytesTotal: this.#bytesTotal,
      bytesAcknowledged: this.#bytesAcknowledged,
      bytesVerified: this.#bytesVerified,
      bytesSaved: this.#bytesSaved,
    }
  }

  #count(item: UploadItem, sign: 1 | -1): void {
    const { status } = item.state
    const size = bytesToSend(item)
    this.#files += sign
    this.#counts[status] += sign
    if (isMoving(item)) this.#movingFiles += sign
    if (isParked(item.state)) this.#parkedFiles += sign
    if (isUnchecked(item)) this.#uncheckedFiles += sign
    if (isPending(status)) {
      this.#pendingFiles += sign
      this.#pendingBytes += sign * (size - item.acknowledgedBytes)
    }
    if (isLeftOut(status)) return
    this.#bytesTotal += sign * size
    // The original of a preview is sent too.
    if (!item.isPreview) this.#bytesSaved += sign * (item.size - size)
    const isStored = countedAs(status) === 'stored'
    if (isStored) this.#bytesVerified += sign * size
    if (isStored && item.payload !== null) this.#copies += sign
    this.#bytesAcknowledged += sign * (isStored ? size : item.acknowledgedBytes)
  }
}
