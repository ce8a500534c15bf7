/** What main tells every window: rows of files and batches, sums, the server's state; pages first, then changes. */
import type { ErrorInfo } from './errors.ts'
import type { PreparationNote } from './preparation.ts'
import type { Batch, ItemState, UploadStatus } from './upload.ts'
/** One file as the window shows it. */
export interface ItemRow {
  readonly id: string
  readonly batchId: string
  /** Rows are shown in this order. */
  readonly order: number
  /** The original's. */
  readonly relativePath: string
  /** Bytes that travel: a converted copy's where there is one, else the original's. */
  readonly size: number
  /** What was done under a preset; null where there is none or nothing was done yet. */
  readonly note: PreparationNote | null
  readonly acknowledgedBytes: number
  readonly attempts: number
  readonly state: ItemState
  /** Acknowledged bytes a second over the last seconds; null when nothing moves. */
  readonly bytesPerSecond: number | null
}

/** Sums over some items; bytes are acknowledged ones, so a sum never runs ahead of the server. */
export interface Totals {
  readonly files: number
  readonly counts: Readonly<Record<UploadStatus, number>>
  /** Bytes of all items but the canceled ones. */
  readonly bytesTotal: number
  readonly bytesAcknowledged: number
  /** By how much the copies that were made are smaller than their originals; of all items but the canceled ones. */
  readonly bytesSaved: number
}

export interface BatchRow extends Omit<Batch, 'unscannedPaths' | 'preset'> {
  /** Name of the preset that its files go by; null: as they are. */
  readonly presetName: string | null
  readonly totals: Totals
  /** True while folders are still being read, so the totals will grow. */
  readonly scanning: boolean
}

/** Where the queue's server is and how it answers. */
export interface ServerState {
  /** Null while the bundled server is starting. */
  readonly url: string | null
  readonly bundled: boolean
  readonly reachability: 'unknown' | 'reachable' | 'unreachable'
  /** Why it cannot be reached, and since when (ms since 1970). */
  readonly trouble: { readonly error: ErrorInfo; readonly sinceMs: number } | null
}

export interface Overview {
  readonly totals: Totals
  readonly bytesPerSecond: number | null
  /** Null when it cannot be told honestly: nothing moves, or too little is known. */
  readonly secondsLeft: number | null
  readonly server: ServerState
  /** Things that concern no single file, such as a damaged journal shard that was set aside. */
  readonly notices: readonly ErrorInfo[]
}

/** What changed since the event before; at most ten a second. */
export interface FeedEvent {
  /** True for the first event of a subscription: forget all rows. */
  readonly reset: boolean
  readonly items: readonly ItemRow[]
  readonly removedItemIds: readonly string[]
  /** Every batch that changed. */
  readonly batches: readonly BatchRow[]
  readonly removedBatchIds: readonly string[]
  readonly overview: Overview
  /** True while pages of the first listing are still to come. */
  readonly more: boolean
}
