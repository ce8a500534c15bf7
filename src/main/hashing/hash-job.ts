/** What the hash worker is asked and what it answers; plain data, for it crosses threads. */
import type { MessagePort } from 'node:worker_threads'

/** Bytes between two reports of progress. */
export const progressEveryBytes = 32 << 20

/** A place inside a file from which hashing can go on. */
export interface HashCheckpoint {
  readonly hashedBytes: number
  /** spark-md5's own state as JSON. */
  readonly state: string
}

export interface HashRequest {
  /** Absolute path. */
  readonly path: string
  /** Bytes, as last seen; only sizes the read buffer. */
  readonly size: number
  /**
   * Bytes between two checkpoints, for which spark-md5 hashes: slower, but it can go on after a restart.
   * Null: node:crypto hashes, without checkpoints.
   */
  readonly checkpointEveryBytes: number | null
  readonly checkpoint: HashCheckpoint | null
  /** Receives `HashProgress`, then is closed; null for a file that is done before there is any. */
  readonly port: MessagePort | null
}

export interface HashProgress {
  readonly hashedBytes: number
  readonly checkpoint: HashCheckpoint | null
}

/** Lowercase hex, or the operating system's error code. */
export type HashResult = { readonly md5: string } | { readonly errno: string; readonly message: string }
