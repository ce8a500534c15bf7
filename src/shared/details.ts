/** Everything about one file, for the details pane; sizes are bytes, times ms since 1970. */

import type { PreparationNote } from './preparation.ts'
import type { Preset } from './presets.ts'
import type { ErrorInfo } from './protocol/errors.ts'
import type { ItemState } from './upload.ts'

/** An attempt that did not succeed. */
interface FailedAttempt {
  readonly atMs: number
  readonly error: ErrorInfo
}

export interface ItemDetails {
  readonly id: string
  readonly batchId: string
  /** The original, absolute; the inbox copy for a file that was dropped onto the page. */
  readonly sourcePath: string
  /** Whether `sourcePath` is a copy that PhotoFerry made and deletes. */
  readonly staged: boolean
  /** Its path in the library. */
  readonly relativePath: string
  readonly originalSize: number
  /** The original's modification time. */
  readonly mtimeMs: number
  /** How it is converted before it is sent; null: it is uploaded as it is. */
  readonly preset: Preset | null
  readonly note: PreparationNote | null
  /** Bytes to send: the copy's, or the original's. */
  readonly size: number
  /** Whether they are a converted copy's. */
  readonly isCopy: boolean
  /** MD5 of the bytes to send, computed here; null until it is known. */
  readonly md5: string | null
  /** SHA-256 of the same bytes, computed here; null until it is known. */
  readonly sha256: string | null
  /** What the server confirmed; null before it is done. */
  readonly confirmed: {
    readonly md5: string
    /** Null where a server of before does not compute it. */
    readonly sha256: string | null
    readonly url: string
    /** By the server's clock; null where the server already had the file. */
    readonly storedAtMs: number | null
    /** When the server last verified the stored bytes, by its clock; null where a server of before does not say. */
    readonly verifiedAtMs: number | null
    readonly confirmedAtMs: number
  } | null
  /** The server's id for the upload; null before it has one and after it is done. */
  readonly taskId: string | null
  readonly server: { readonly id: string; readonly name: string; readonly url: string | null }
  readonly state: ItemState
  readonly acknowledgedBytes: number
  /** Sent so far, repeated bytes included. */
  readonly sentBytes: number
  /** Automatic retries since the last progress. */
  readonly attempts: number
  /** The last ones that failed, oldest first. */
  readonly failedAttempts: readonly FailedAttempt[]
  readonly addedAtMs: number | null
  /** When the first attempt started. */
  readonly startedAtMs: number | null
}
