/**
 * The store of bytes, as the use cases see it. A store knows no rows of tasks and no HTTP; a partial is named by its task,
 * a stored file by its path below the library. Every method rejects with an UploadError (`storage-full`, `storage-failed`,
 * `name-invalid`, or `server-unreachable` for a store that is away and will be back).
 */
import type { Readable } from 'node:stream'
import type { ChunkDigest } from '../../src/shared/protocol/wire.ts'
import type { FileDigests } from '../digests.ts'
import type { Throttle } from './throttle.ts'

/** One chunk that is to be written. */
export interface ChunkWrite {
  readonly taskId: string
  readonly chunkIndex: number
  readonly totalChunks: number
  /** Bytes of every chunk but the last; undefined when there is one chunk and its size is not known yet. */
  readonly chunkSize: number | undefined
  /** Of the first byte in the file, bytes. */
  readonly offset: number
  /** Bytes that will come; undefined when unknown. */
  readonly length: number | undefined
  /** The bytes may end before `length`, in the middle of the chunk: another writer then continues there. */
  readonly mayEndEarly?: boolean
  /** Nobody else uses a piece once the writer has it: its memory may be freed as soon as it is written. */
  readonly ownsPieces?: boolean
  /** The file ends with this chunk: `finish` cuts off what an earlier attempt may have left behind it. */
  readonly endsFile: boolean
  /** The expected digest, hex, when the client stated it beforehand: a remote store can check it too. */
  readonly sha256?: string
}

/** How a file is divided into chunks. */
export interface PartialPlan {
  /** Bytes of the whole file. */
  readonly size: number
  /** Bytes of every chunk but the last. */
  readonly chunkSize: number
  readonly totalChunks: number
}

/** Receives one chunk's bytes in order. The chunk does not count until the ledger has it. */
export interface ChunkWriter {
  /** Returns undefined when more bytes may come at once, else a promise to wait for before the next piece. */
  write(piece: Uint8Array): Promise<void> | undefined
  /** Resolves when all bytes are written and can be read back. */
  finish(): Promise<void>
  /** Gives the chunk up; waits for writes in progress. Never rejects. */
  abandon(): Promise<void>
}

/** A small file, all of whose bytes are in memory. */
export interface WholeFile {
  /** Of a task that has no partial yet. */
  readonly taskId: string
  /** Bytes. */
  readonly size: number
  /** Together `size` bytes. */
  readonly pieces: readonly Uint8Array[]
  readonly digests: FileDigests
  /** The source's modification time, ms since 1970; the store chooses one when it is undefined. */
  readonly lastModifiedMs: number | undefined
}

interface StoredStat {
  /** Bytes. */
  readonly size: number
  /** ms since 1970. */
  readonly mtimeMs: number
}

/** What a stored file looks like from outside. */
export interface StoredFileStat extends StoredStat {
  /** When the file was last written to, renamed or given another time, ms since 1970: nobody can set it back. */
  readonly changedAtMs: number
}

/** Chunks that the store no longer has, ascending. */
export interface LostChunks {
  readonly lost: readonly number[]
  /** The bytes failed to sync: neither the partial nor a name that it was given already may be relied upon. */
  readonly failedSync?: unknown
}

/** A partial that was made one durable whole, with the size and time that the stored file will have. */
export interface SealedPartial extends StoredStat {
  /** Identifies these very bytes, in stores that can tell them from later ones. */
  readonly version?: string | undefined
  /** Once it is verified: a remote store can keep it with the file, for other programs. */
  readonly md5?: string
  /** Somebody else has written to it, as far as can be seen: what was computed while its bytes came does not hold. */
  readonly isTouched?: boolean
}

/** A file that is open for reading; `close` it unless `stream` was called. */
export interface StoredContent extends StoredStat {
  /** @param start first byte @param end last byte, included */
  stream(start: number, end: number): Readable
  close(): Promise<void>
}

/** Called from time to time with the count of bytes read so far. */
export type OnBytes = (bytes: number) => void

/** What a store does with partials while their chunks come in, so that little is left to do when the last one is there. */
export interface Arrivals {
  /** The first `end` bytes of the partial have arrived, and stay as they are until the task is forgotten. */
  advance(taskId: string, end: number): void
  /**
   * Both digests of the whole partial as soon as they are known; undefined where it was not read from its beginning to its
   * end, or cannot be read. The task is forgotten.
   * @param size of the whole partial, bytes
   */
  digests(taskId: string, size: number, onBytes: OnBytes): Promise<FileDigests | undefined>
  /** Other bytes may come for this task. */
  forget(taskId: string): void
}

export interface Store {
  /**
   * Whether several servers may use this store at once. Then no two of them write the same chunk, publish the same task
   * or publish under the same path at once, unless one has lost its database meanwhile: its late write of a chunk must
   * not change a file that is verified already, and its late publication of the same task must leave the same file.
   */
  readonly isShared: boolean
  /** What chunks are best sent with: the cheapest digest, or the one that a remote store checks as well. */
  readonly chunkDigest: ChunkDigest
  /** Null where nothing can be done before all chunks are there. */
  readonly arrivals: Arrivals | null
  /** Reserves room for the chunk's bytes; where their count is unknown, as they come. */
  openChunk(chunk: ChunkWrite): Promise<ChunkWriter>
  /** Writes the partial of a small file that is here whole, and makes it durable: `openChunk` and `sealPartial` in one. */
  writeWhole(file: WholeFile): Promise<SealedPartial | LostChunks>
  /** Whether any part of the partial exists. */
  hasPartial(taskId: string): Promise<boolean>
  /** Bytes of a partial that consists of one chunk; undefined when it is gone. */
  partialSize(taskId: string): Promise<number | undefined>
  /**
   * Makes the chunks one durable whole; may be repeated after a chunk was replaced.
   * @param plan of a file whose chunks have all arrived; an empty file has no chunk, and so no partial yet
   * @param lastModifiedMs the source's modification time, ms since 1970; the store chooses one when it is undefined
   */
  sealPartial(
    taskId: string,
    plan: PartialPlan,
    lastModifiedMs: number | undefined,
  ): Promise<SealedPartial | LostChunks>
  /** Of the sealed partial, in one pass over its bytes. */
  partialDigests(taskId: string, sealed: SealedPartial, onBytes: OnBytes): Promise<FileDigests>
  /**
   * The digest of every chunk of the sealed partial, `<algorithm>:<hex>`.
   * @param algorithms by index of the chunk; `crc32c` where there is none
   */
  partialChunkDigests(
    taskId: string,
    chunkSize: number,
    algorithms: readonly (ChunkDigest | undefined)[],
  ): Promise<readonly string[]>
  /**
   * Gives the sealed partial its name, durably and never over an existing file (R2, docs/promises.md: a final path holds
   * nothing, the whole old file or the whole new one). In a shared store the ledger has reserved the path for this task,
   * so checking before writing is enough. The partial stays until `discardPartial`, if the store can keep both.
   */
  publish(taskId: string, path: string, sealed: SealedPartial): Promise<'published' | 'taken'>
  /** Whether this very partial was published there already, by a server that was killed before it committed. */
  isPublishedAs(taskId: string, path: string): Promise<boolean>
  /**
   * Makes an existing file durable, with its folder.
   * @returns false when its bytes failed to sync, now or before: what is read of it may not be on the disk
   */
  makeDurable(path: string): Promise<boolean>
  /** Removes the file at this path if it is the task's own partial, which failed to sync; no other file is touched. */
  unpublish(taskId: string, path: string): Promise<void>
  discardPartial(taskId: string): Promise<void>
  /** Task ids of all partials. */
  partials(): Promise<readonly string[]>
  /** Undefined when there is no such file. */
  stat(path: string): Promise<StoredFileStat | undefined>
  /**
   * Of a stored file, in one pass over its bytes.
   * @param throttle how fast to read; left out for as fast as possible @throws ReadingStopped when it was stopped
   */
  fileDigests(path: string, onBytes: OnBytes, throttle?: Throttle): Promise<FileDigests>
  /**
   * Moves what is stored at this path out of the library, durably, to where a person finds it, and never over another
   * file. From then on the path is free.
   * @param taskId of the upload that will have the path
   * @returns where it is now, for a person to read; undefined when there was nothing
   */
  setAside(taskId: string, path: string): Promise<string | undefined>
  /** A partial that is open for reading; undefined when there is none. */
  readPartial(taskId: string): Promise<StoredContent | undefined>
  /** Makes the task's partial an independent copy of a stored file; false when that file is gone. */
  copyToPartial(path: string, taskId: string): Promise<boolean>
  /** Undefined when there is no such file. */
  read(path: string): Promise<StoredContent | undefined>
  /** Bytes that may still be used, without the reserve; what other programs did within the last second is not in it. */
  freeBytes(): Promise<number>
  close(): Promise<void>
}
