/** What the hash worker is asked to do and what it answers. Plain data, because it crosses threads. */
import type { MessagePort } from 'node:worker_threads'
import type { Digests } from '../../shared/protocol/digests.ts'

/** Progress is reported after this many bytes. */
export const progressEveryBytes = 32 << 20

/** A position in a file from which hashing can resume. */
export interface HashCheckpoint {
  readonly hashedBytes: number
  /** spark-md5's state as JSON. */
  readonly state: string
  /** hash-wasm's state of SHA-256, base64. */
  readonly sha256State: string
}

/** One file to hash. */
export interface HashJob {
  /** Absolute path. */
  readonly path: string
  /** The folder that it must lie in, see `SourcePlace`; left out: whatever the path leads to. */
  readonly realFolder?: string | null
  /** Its number on its file system; null or left out where that is not known. */
  readonly inode?: string | null
  /** Bytes, as last seen; only sizes the read buffer. */
  readonly size: number
  /** Where an earlier attempt stopped; null to begin at the start. */
  readonly checkpoint: HashCheckpoint | null
}

/** The message to the worker thread. */
export interface HashRequest extends HashJob {
  /**
   * Bytes between two checkpoints, for which spark-md5 and hash-wasm hash: slower, but they can resume. Null: node:crypto
   * hashes, without checkpoints.
   */
  readonly checkpointEveryBytes: number | null
  /** Receives `HashProgress`, then is closed; null for a file that is too small to report any. */
  readonly port: MessagePort | null
}

/** What the thread is told of a file that is hashed while it is sent. */
export type SentPart =
  /** The bytes from where it is; in shared memory, which stays as it is until they are answered. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Read the file itself up to here. */
  | { readonly kind: 'read'; readonly to: number }
  /** Read the rest, and end. */
  | { readonly kind: 'end' }
  /** End without digests. */
  | { readonly kind: 'stop' }

/** The answer to each part, in their order. */
export interface PartHashed {
  readonly hashedBytes: number
  /** Where hashing can resume after a restart, if it is time for that. */
  readonly checkpoint: HashCheckpoint | null
}

export interface HashProgress {
  readonly hashedBytes: number
  readonly checkpoint: HashCheckpoint | null
}

/** What a file that was read once more had in it. */
export interface ReadOnceMore extends Digests {
  /** Bytes that were read. */
  readonly size: number
  /** Whether they came from the drive itself, see read-past-memory.ts. */
  readonly pastMemory: boolean
}

/** The operating system's error code, such as `EIO`. */
export interface UnreadFile {
  readonly errno: string
  readonly message: string
}

/** The digests, or why there are none. */
export type HashResult = Digests | UnreadFile
