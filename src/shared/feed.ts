/** The feed, which main sends to every window: rows of files and batches, sums, the servers' state; first all of it in pages, then changes. */
import type { BandwidthNow } from './bandwidth.ts'
import type { Batch, NeverArrived, RemovedCounts } from './batch.ts'
import type { CardRow } from './cards.ts'
import type { PreparationNote } from './preparation.ts'
import type { ErrorInfo } from './protocol/errors.ts'
import type { Settings } from './settings.ts'
import type { ItemState, UploadStatus } from './upload.ts'
import type { WatchRow } from './watched.ts'

/** One file as the window shows it. */
export interface ItemRow {
  readonly id: string
  readonly batchId: string
  /** Its position within its batch. The queue is sorted by rank, then by the order of batches, then by this. */
  readonly order: number
  /** 0, or less for files that were moved to the top: the lowest is sent first. */
  readonly rank: number
  /** The original's. */
  readonly relativePath: string
  /** Bytes to send: a converted copy's where there is one, else the original's. */
  readonly size: number
  /** What the preset did to it; null where there is no preset or nothing was done yet. */
  readonly note: PreparationNote | null
  /** Bytes that the server has received and checked; the whole file is verified only when it is `done`. */
  readonly acknowledgedBytes: number
  /** Bytes handed to the network that the server has not acknowledged yet. */
  readonly inFlightBytes: number
  readonly attempts: number
  /** Whether a page skipped it and sent only its name: it can't be retried. */
  readonly nameOnly: boolean
  /** Whether it is a preview, which stands for no original; see `UploadItem`. */
  readonly isPreview: boolean
  /** Whether the source was found to have changed since it was stored, and is not stored as it is now yet. */
  readonly changed: boolean
  readonly state: ItemState
  /** Acknowledged bytes a second over the last seconds; null when nothing moves. */
  readonly bytesPerSecond: number | null
}

/** Sums over some items; bytes are acknowledged ones, so a sum never runs ahead of the server. */
export interface Totals {
  /** On the list; what was removed is counted in `removed`. What it all comes to says outcome.ts. */
  readonly files: number
  readonly counts: Readonly<Record<UploadStatus, number>>
  /** Stored files that are converted copies: their originals were not uploaded. */
  readonly copies: number
  /** Files of batches on the list that were removed from it. */
  readonly removed: RemovedCounts
  /** Files that a page announced and never sent. */
  readonly neverArrived: number
  /** Bytes of all items but the canceled and skipped ones. */
  readonly bytesTotal: number
  readonly bytesAcknowledged: number
  /** Bytes of files that are done: stored whole, with their digest confirmed by the server. */
  readonly bytesVerified: number
  /** By how much the copies that were made are smaller than their originals; of all items but the canceled and skipped ones. */
  readonly bytesSaved: number
}

/** `order` is its position among the batches; it changes when they are reordered. */
export interface BatchRow
  extends Pick<Batch, 'id' | 'name' | 'order' | 'createdAtMs' | 'leftOut' | 'destination' | 'previewsOf'> {
  readonly serverId: string
  /** Name of the preset for its files; null: they are uploaded as they are. */
  readonly presetName: string | null
  /** Names of drives that are gone, for which files of it wait. */
  readonly awaitedDrives: readonly string[]
  readonly totals: Totals
  /** Files that a page announced and never sent, the first hundred by name; null once the person has read it. */
  readonly neverArrived: NeverArrived | null
  /** True while folders are still being read, so the totals will grow. */
  readonly scanning: boolean
  /** True while sources of stored files are still to be looked at once more: it is not finished before that. */
  readonly checking: boolean
}

/** What only a person can answer about a server; asked once per server, while probes go on. */
export type ServerQuestion =
  /** The server does not accept the token; `accepted`: it did before, since this PhotoFerry connected to it. */
  | { readonly kind: 'token'; readonly accepted: boolean }
  /** It shows another certificate than the trusted one; both as `ServerAddress.fingerprint` has them. */
  | { readonly kind: 'certificate'; readonly trusted: string; readonly shown: string }
  /** Its address leads to another one, `url`. */
  | { readonly kind: 'redirect'; readonly url: string }

/** Why nothing is sent to a server at present. */
export interface ServerTrouble {
  readonly error: ErrorInfo
  /** ms since 1970, like `nextTryMs`. */
  readonly sinceMs: number
  /** When it is tried again; null while a try is in progress. */
  readonly nextTryMs: number | null
  readonly question: ServerQuestion | null
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
  /** Kept until the server has answered a file again, or none is left for it. */
  readonly trouble: ServerTrouble | null
}

/** A drive that is gone, and the number of files that are known to wait for it; 0 while its folders are still to be read. */
export interface DriveWait {
  readonly name: string
  readonly files: number
}

/** Why nothing moves although files are not finished; times are ms since 1970. */
export type Stall =
  /** Everything that is left is paused. */
  | { readonly kind: 'paused'; readonly files: number }
  /** The schedule pauses uploads until then; null: until it is changed. */
  | { readonly kind: 'timetable'; readonly untilMs: number | null }
  /** A server is away, or its disk is full. */
  | {
      readonly kind: 'server-away' | 'server-full'
      readonly serverId: string
      readonly error: ErrorInfo
      readonly nextTryMs: number | null
    }
  /** Everything that is left waits for a drive, card or share that is gone. */
  | ({ readonly kind: 'drive-away' } & DriveWait)
  /** The server is verifying: it compares digests and makes files durable. */
  | { readonly kind: 'server-verifying'; readonly files: number }
  /** Bytes were sent and not acknowledged since then: a slow connection, or a slow disk at the server. */
  | { readonly kind: 'no-answer'; readonly sinceMs: number; readonly bytes: number }
  /** Every file that is left is still being written by another program. */
  | { readonly kind: 'being-written'; readonly files: number }
  /** Every file that is left waits for its next try, the first of them until then. */
  | { readonly kind: 'retrying'; readonly untilMs: number; readonly files: number }

/**
 * What became of the files that were on the list when PhotoFerry started: counts are as of now, and nothing is left of it
 * once all of them are finished.
 */
export interface RestartReport {
  readonly atMs: number
  /** True while originals are still being checked; the last two numbers may grow. The findings of earlier starts are among them until they are dismissed. */
  readonly checking: boolean
  /** Already stored and verified. */
  readonly safe: number
  /** Not finished: they resume by themselves, or when the person resumes them; including those that changed. */
  readonly goingOn: number
  /** Of those: the original has changed since it was added, so it is sent as it is now. */
  readonly changed: number
  /** The original is missing: they failed with that reason and wait for the person. */
  readonly missing: number
  /** Failed for another reason, empty, skipped or canceled; with `safe`, `goingOn` and `missing` all files on the list. */
  readonly notUploaded: number
}

/** Bytes that were acknowledged within the second that ended at `atMs` (ms since 1970). */
export interface SpeedSample {
  readonly atMs: number
  readonly bytesPerSecond: number
}

/** Seconds; it most likely takes between the two. */
export interface TimeLeft {
  readonly lowSeconds: number
  readonly highSeconds: number
}

export interface Overview {
  readonly totals: Totals
  /** True while folders of any batch are still being read or files of it still come from a page, so the totals will grow. */
  readonly scanning: boolean
  /** True while sources of stored files are still to be looked at once more. */
  readonly checking: boolean
  readonly bytesPerSecond: number | null
  /** Null when no honest estimate is possible: nothing moves, or too little is known. */
  readonly timeLeft: TimeLeft | null
  /** Handed to the network and not yet acknowledged. */
  readonly bytesInFlight: number
  /** Why nothing moves, the most important reason first; empty while bytes are acknowledged or nothing is left to do. */
  readonly stalls: readonly Stall[]
  /** The default server, where new batches go. */
  readonly server: ServerState
  /** Every server that the settings name or a batch goes to, the default one first. */
  readonly servers: readonly ServerState[]
  readonly bandwidth: BandwidthNow
  /** Memory cards that are connected, and those that were. */
  readonly cards: readonly CardRow[]
  /** The watched folders of the settings. */
  readonly watched: readonly WatchRow[]
  /** Null where nothing is left to do or to report of the files of the start, and once it was dismissed. */
  readonly restart: RestartReport | null
  /** Things that concern no single file, such as a damaged journal shard that was set aside. */
  readonly notices: readonly ErrorInfo[]
}

/** What changed since the previous event; at most ten a second. */
export interface FeedEvent {
  /** True for the first event of a subscription: forget all rows. */
  readonly reset: boolean
  readonly items: readonly ItemRow[]
  readonly removedItemIds: readonly string[]
  /** Every batch that changed. */
  readonly batches: readonly BatchRow[]
  readonly removedBatchIds: readonly string[]
  readonly overview: Overview
  /** With the first event, and with every change of them, whoever made it; the person's presets are part of them. */
  readonly settings?: Settings
  /** One a second while files are being sent: those since the previous event, at first those of the last five minutes. */
  readonly speedSamples: readonly SpeedSample[]
  /** True while pages of the first listing are still to come. */
  readonly more: boolean
}
