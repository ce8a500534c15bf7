/** One attempt to take a file from its source to the server, as the stages see it: the item as it is now, and what they work with. */
import type { Destination } from '../../shared/destination.ts'
import type { ItemState, UploadItem } from '../../shared/upload.ts'
import type { HashPool } from '../hashing/hash-pool.ts'
import type { ImagePool } from '../images/convert/image-pool.ts'
import type { LookUpFileSystem } from '../intake/file-system.ts'
import type { ServerApi } from '../transfer/server-api.ts'
import type { SmallFiles } from '../transfer/small-files.ts'
import type { BufferPool } from './buffer-pool.ts'
import { type Payload, payloadOf } from './payload.ts'
import type { PayloadStore } from './payload-store.ts'
import type { SlabPool } from './slab-pool.ts'

/** What a stage may find out about its item. */
export type ItemPatch = Partial<
  Pick<
    UploadItem,
    | 'md5'
    | 'sha256'
    | 'hashCheckpoint'
    | 'taskId'
    | 'acknowledgedBytes'
    | 'size'
    | 'mtimeMs'
    | 'realFolder'
    | 'ctimeMs'
    | 'inode'
    | 'seenAtMs'
    | 'checkedAtMs'
    | 'payload'
    | 'note'
    | 'target'
  >
>

/** Progress of one chunk: handed to the network, or acknowledged by the server; both in bytes, the other one is 0. */
export interface ChunkProgress {
  readonly sent: number
  readonly acknowledged: number
}

/** What the journey ends with. */
export interface Arrival {
  /** MD5 of the stored bytes, lowercase hex. */
  readonly md5: string
  /** SHA-256 of the stored bytes, lowercase hex; absent where the server did not confirm it. */
  readonly sha256?: string | undefined
  /** Absolute URL. */
  readonly url: string
  /** When it was durable by the server's clock, ms since 1970; absent where the server had it before. */
  readonly storedAtMs?: number
  /** When the server last verified the stored bytes, by its clock, ms since 1970; absent where it does not say. */
  readonly verifiedAtMs?: number | undefined
}

/** Of an answer's date, ms since 1970. @param text ISO 8601 */
export function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text)
}

/** What an attempt reports while it runs. */
export interface JourneyListener {
  /** The item entered a stage, or something became known about it. */
  onChange(patch: ItemPatch, state?: ItemState): void
  onChunk(progress: ChunkProgress): void
  /** The server has said what it knows of the file. */
  onOffered(): void
}

/** Whether the drives of files are in their places. */
export interface DriveCheck {
  /**
   * @param freshness `lately` where a card that was pulled out within the last moments is found out later anyway
   * @throws UploadError `drive-away` where the item's drive is gone, or another one is in its place
   */
  assertThere(item: UploadItem, freshness?: 'now' | 'lately'): Promise<void>
  /** Why an item could not be read: `drive-away` where its drive is gone, else what was thrown. */
  explain(item: UploadItem, thrown: unknown, signal?: AbortSignal): Promise<unknown>
}

/** Where files go at their servers. */
export interface Placer {
  /** Null where its files go as they lie in the drop. */
  destinationOf(batchId: string): Destination | null
  /** The path that an original gets; null where it stays as it lies in the drop. */
  targetOf(item: UploadItem): Promise<string | null>
}

/** What stages work with on this machine. */
export interface StageTools {
  readonly placer: Placer
  readonly drives: DriveCheck
  readonly hashPool: HashPool
  readonly imagePool: ImagePool
  readonly payloads: PayloadStore
  readonly lookUpFileSystem: LookUpFileSystem
}

/** What an attempt is given to work with. */
export interface JourneyDeps extends StageTools {
  readonly api: ServerApi
  /** How small files travel together; null where this one is to travel alone. */
  readonly smallFiles: SmallFiles | null
  /** Runs what speaks to the server as soon as it is this file's turn. */
  readonly inTurn: <Result>(send: () => Promise<Result>) => Promise<Result>
  readonly buffers: BufferPool
  /** Memory for small files. */
  readonly slabs: SlabPool
  /** Chunks of one file in flight at once. */
  readonly parallelChunks: number
  /** Larger files are refused; bytes, null for no limit. */
  readonly maxFileSize: number | null
  /** How long a source must have stood still before it is completed, ms; 0: not at all. */
  readonly stillMs: number
}

/**
 * A stage takes a journey, and returns or throws. It never retries, writes to the journal, or knows the next stage.
 * When the signal is aborted it throws the signal's reason (a `StopReason` of queue/attempt.ts).
 */
export class Journey {
  readonly signal: AbortSignal
  /** Of an offer. When the file is canceled it is aborted some seconds later, so that a task that was opened is known. */
  readonly offerSignal: AbortSignal
  readonly deps: JourneyDeps
  readonly #listener: JourneyListener
  #item: UploadItem

  constructor(
    item: UploadItem,
    { signal, offerSignal = signal }: { signal: AbortSignal; offerSignal?: AbortSignal },
    listener: JourneyListener,
    deps: JourneyDeps,
  ) {
    this.#item = item
    this.signal = signal
    this.offerSignal = offerSignal
    this.#listener = listener
    this.deps = deps
  }

  /** The item with all that became known so far. */
  get item(): UploadItem {
    return this.#item
  }

  /** The bytes that travel: those of the copy once there is one, else the original's. */
  get payload(): Payload {
    return payloadOf(this.#item)
  }

  /** Reports that the item is in a stage now; with it, facts that became known. */
  enter(state: ItemState, patch: ItemPatch = {}): void {
    this.#item = { ...this.#item, ...patch }
    this.#listener.onChange(patch, state)
  }

  /** Reports facts that became known within a stage. */
  update(patch: ItemPatch): void {
    this.#item = { ...this.#item, ...patch }
    this.#listener.onChange(patch)
  }

  reportOffered(): void {
    this.#listener.onOffered()
  }

  reportChunk(progress: Partial<ChunkProgress>): void {
    this.#listener.onChunk({ sent: 0, acknowledged: 0, ...progress })
  }
}
