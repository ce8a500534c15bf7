/** What main tells every window: rows of files and batches, sums, the server's state; pages first, then changes. */
import type { BandwidthNow } from './bandwidth.ts'
import type { PreparationNote } from './preparation.ts'
import type { ErrorInfo } from './protocol/errors.ts'
import type { Batch, ItemState, UploadStatus } from './upload.ts'
/** One file as the window shows it. */
export interface ItemRow {
  readonly id: string
  readonly batchId: string
  /** Its place within its batch. The queue goes by rank, then by the order of batches, then by this. */
  readonly order: number
  /** 0, or below that for what was moved to the top: the least goes first. */
  readonly rank: number
  /** The original's. */
  readonly relativePath: string
  /** Bytes that travel: a converted copy's where there is one, else the original's. */
  readonly size: number
  /** What was done under a preset; null where there is none or nothing was done yet. */
  readonly note: PreparationNote | null
  /** Bytes that the server has taken and checked; all of them are verified as one file only when it is `done`. */
  readonly acknowledgedBytes: number
  /** Bytes handed to the network that the server has not answered for yet. */
  readonly inFlightBytes: number
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
  /** Bytes of files that are done: stored whole, with their digest confirmed by the server. */
  readonly bytesVerified: number
  /** By how much the copies that were made are smaller than their originals; of all items but the canceled ones. */
  readonly bytesSaved: number
}

/** `order` says where it stands among the batches; it changes when they are put in another order. */
export interface BatchRow extends Pick<Batch, 'id' | 'name' | 'order' | 'createdAtMs'> {
  readonly serverId: string
  /** Name of the preset that its files go by; null: as they are. */
  readonly presetName: string | null
  readonly totals: Totals
  /** True while folders are still being read, so the totals will grow. */
  readonly scanning: boolean
}

/** Where a server is and how it answers. */
export interface ServerState {
  /** As in the settings; `bundledServerId` for the one of this computer. */
  readonly id: string
  /** What the person calls it; empty for the bundled one. */
  readonly name: string
  /** Null while the bundled server is starting. */
  readonly url: string | null
  readonly bundled: boolean
  readonly reachability: 'unknown' | 'reachable' | 'unreachable'
  /** Why it cannot be reached, and since when (ms since 1970). */
  readonly trouble: {
    readonly error: ErrorInfo
    readonly sinceMs: number
    /** When it is tried again; null while that is going on. */
    readonly nextTryMs: number | null
  } | null
}

/** Why nothing moves although files are not finished; times are ms since 1970. */
export type Stall =
  /** All that is left was paused by the person. */
  | { readonly kind: 'paused'; readonly files: number }
  /** The timetable lets nothing through until then; null: as long as nobody changes it. */
  | { readonly kind: 'timetable'; readonly untilMs: number | null }
  /** A server is away, or its disk is full. */
  | {
      readonly kind: 'server-away' | 'server-full'
      readonly serverId: string
      readonly error: ErrorInfo
      readonly nextTryMs: number | null
    }
  /** All that is under way is at the server, which compares digests and makes files durable. */
  | { readonly kind: 'server-verifying'; readonly files: number }
  /** Bytes were handed to the network and nobody has answered for them since then: a slow line, or a slow disk there. */
  | { readonly kind: 'no-answer'; readonly sinceMs: number; readonly bytes: number }
  /** Every file that is left waits for its next try; the first of them then. */
  | { readonly kind: 'retrying'; readonly untilMs: number; readonly files: number }

/** What the start of the app found, and what earlier ones did that was not dismissed; counts are of files as they were then. */
export interface RestartReport {
  readonly atMs: number
  /** True while originals are still being looked at; the last two numbers may grow. */
  readonly checking: boolean
  /** Stored and verified before. */
  readonly safe: number
  /** Not finished: they go on by themselves, or when the person resumes them; those that changed included. */
  readonly goingOn: number
  /** Of those going on: the original is another than when it was added, so it is sent as it is now. */
  readonly changed: number
  /** The original is not there any more: they failed with that reason and wait for the person. */
  readonly missing: number
}

/** Bytes that were acknowledged within the second that ended at `atMs` (ms since 1970). */
export interface SpeedSample {
  readonly atMs: number
  readonly bytesPerSecond: number
}

/** Seconds; most likely it takes between the two. */
export interface TimeLeft {
  readonly lowSeconds: number
  readonly highSeconds: number
}

export interface Overview {
  readonly totals: Totals
  readonly bytesPerSecond: number | null
  /** Null when it cannot be told honestly: nothing moves, or too little is known. */
  readonly timeLeft: TimeLeft | null
  /** Handed to the network and not yet acknowledged. */
  readonly bytesInFlight: number
  /** Why nothing moves, most telling first; empty while bytes are acknowledged or nothing is left to do. */
  readonly stalls: readonly Stall[]
  /** The default server, where new batches go. */
  readonly server: ServerState
  /** Every server that the settings name or a batch goes to, the default one first. */
  readonly servers: readonly ServerState[]
  readonly bandwidth: BandwidthNow
  /** Until it is dismissed, over further restarts too; null where nothing was left to do or to tell at the start. */
  readonly restart: RestartReport | null
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
  /** One a second while files are under way: those since the event before, at first those of the last five minutes. */
  readonly speedSamples: readonly SpeedSample[]
  /** True while pages of the first listing are still to come. */
  readonly more: boolean
}
