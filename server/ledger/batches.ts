/** The ledger's facts on batches: what clients say that they send, what of it is stored, and the news of it that is still to be told. */

/** One batch of a client: what it means to send, and how far the ledger agrees. */
export interface BatchRow {
  /** Rises with every batch that is begun. */
  readonly batchNo: number
  /** Of the token that began it, as tokens name theirs; empty for the whole library. */
  readonly folder: string
  /** The client's own name for it, unique in its folder. */
  readonly batchId: string
  /** For people. */
  readonly name: string
  /** Name of the token. */
  readonly sender: string
  /** What the client means to send, as it said last. */
  readonly announcedFiles: number
  readonly announcedBytes: number
  /** What it has named since it last began to name files, each of which is stored. */
  readonly named: NamedFiles
  /** Files that it says could not be sent, and such that somebody left out on purpose. */
  readonly failed: number
  readonly leftOut: number
  /** All ms since 1970. */
  readonly beganAtMs: number
  readonly activeAtMs: number
  /** When its client said that nothing more of it comes; null before that. */
  readonly endedAtMs: number | null
  /** When all that was named was stored, and nothing had failed; null before that. */
  readonly completeAtMs: number | null
  /** `digest` of what was named when it was complete last: the same content is no news. */
  readonly completeDigest: string | null
}

/** Files that were named, in the byte order of their paths, so that none counts twice. */
export interface NamedFiles {
  readonly files: number
  readonly bytes: number
  /** Path in the whole library of the last one; null before the first. */
  readonly upTo: string | null
  /** Of all of them, in their order, 64 hex digits; null before the first. */
  readonly digest: string | null
  /** When naming began, ms since 1970. */
  readonly sinceMs: number
}

export type NewBatch = Pick<
  BatchRow,
  'folder' | 'batchId' | 'name' | 'sender' | 'announcedFiles' | 'announcedBytes' | 'beganAtMs'
>

/** How a batch ended. */
export type BatchEnd = Pick<
  BatchRow,
  | 'batchNo'
  | 'announcedFiles'
  | 'announcedBytes'
  | 'failed'
  | 'leftOut'
  | 'endedAtMs'
  | 'completeAtMs'
  | 'completeDigest'
>

/** A message that the webhook's receiver has not confirmed yet. */
export interface OutboxRow {
  /** The same in every attempt. */
  readonly messageId: string
  /** Of the batch that it is about. */
  readonly folder: string
  /** JSON, as it is signed and sent. */
  readonly body: string
  /** ms since 1970. */
  readonly madeAtMs: number
  /** Attempts that failed. */
  readonly attempts: number
  /** When it is to be tried next, ms since 1970. */
  readonly nextAtMs: number
}

/** Batches of one page at most. */
export const mostBatchesListed = 100

export interface BatchLedger {
  /** Adds the batch, or opens the one of this folder and id again under the name and the counts that are given. */
  beginBatch(batch: NewBatch): Promise<void>
  batch(folder: string, batchId: string): Promise<BatchRow | undefined>
  /**
   * The latest first, `mostBatchesListed` + 1 at most.
   * @param folder all folders when undefined
   * @param beforeNo only those that were begun before this one
   */
  batches(folder: string | undefined, beforeNo: number): Promise<readonly BatchRow[]>
  setNamed(batchNo: number, named: NamedFiles, nowMs: number): Promise<void>
  /**
   * Records an end, and the message that tells of it, in one transaction.
   * @param message null where nobody is to be told
   */
  endBatch(end: BatchEnd, message: OutboxRow | null): Promise<void>
  /** Forgets the oldest batches of a folder, but for so many. */
  keepLatestBatches(folder: string, count: number): Promise<void>
  /** Whether a file below the folder was found to be damaged since then. @param folder empty for the whole library */
  isDamagedSince(folder: string, ms: number): Promise<boolean>

  /** At most 100 that are due, those first that are due longest. */
  dueMessages(nowMs: number): Promise<readonly OutboxRow[]>
  /** When the next one is due, ms since 1970; undefined for none. */
  nextMessageMs(): Promise<number | undefined>
  /** Of batches of this folder. */
  countMessages(folder: string): Promise<number>
  /** An attempt failed. */
  postponeMessage(messageId: string, attempts: number, nextAtMs: number): Promise<void>
  /** Does nothing when it is gone. */
  removeMessage(messageId: string): Promise<void>
}
