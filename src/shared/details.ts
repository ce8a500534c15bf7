/** All that is known of one file, for the detail pane; sizes are bytes, times ms since 1970. Pure vocabulary. */

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
  /** The original, absolute; a staged copy's place for what was dropped onto the page. */
  readonly sourcePath: string
  /** Whether `sourcePath` is a copy that PhotoFerry made and deletes. */
  readonly staged: boolean
  /** Below the library: where it goes, or went. */
  readonly relativePath: string
  readonly originalSize: number
  /** The original's modification time. */
  readonly mtimeMs: number
  /** What is done to it before it is sent; null: it goes as it is. */
  readonly preset: Preset | null
  readonly note: PreparationNote | null
  /** Bytes that travel: the copy's, or the original's. */
  readonly size: number
  /** MD5 of what travels, by this computer; null until it is known. */
  readonly md5: string | null
  /** The server's own word for it; null before it is done. */
  readonly confirmed: {
    readonly md5: string
    readonly url: string
    /** By the server's clock; null where the server had it before. */
    readonly storedAtMs: number | null
    readonly confirmedAtMs: number
  } | null
  /** The server's name for the upload; null before it has one and after it is done. */
  readonly taskId: string | null
  readonly server: { readonly id: string; readonly name: string; readonly url: string | null }
  readonly state: ItemState
  readonly acknowledgedBytes: number
  /** Put on the network so far, repeated bytes included. */
  readonly sentBytes: number
  /** Automatic retries since the last progress. */
  readonly attempts: number
  /** The last ones that failed, oldest first. */
  readonly failedAttempts: readonly FailedAttempt[]
  readonly addedAtMs: number | null
  /** When the first attempt began. */
  readonly startedAtMs: number | null
}
