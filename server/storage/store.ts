/**
 * Where bytes live: what the use cases ask of a store. A store knows no tasks' rows and no HTTP; a partial is named
 * by its task, a stored file by its path below the library. Every method rejects with an UploadError
 * (`storage-full`, `storage-failed`, `name-invalid`, `server-unreachable` for what is away and will be back).
 */
import type { Readable } from 'node:stream'

/** Where the bytes of one chunk belong. */
export interface ChunkPlace {
  readonly taskId: string
  readonly chunkIndex: number
  readonly totalChunks: number
  /** Bytes of every chunk but the last; undefined when there is one and its size is not known yet. */
  readonly chunkSize: number | undefined
  /** Offset of the first byte in the file. */
  readonly position: number
  /** Bytes that will come; undefined when only their end will tell. */
  readonly length: number | undefined
  /** The bytes may end before `length`, in the middle of the chunk: another writer then goes on where they ended. */
  readonly mayBreakOff?: boolean
  /** Nobody reads a piece any more once the writer has it: its memory may go as soon as it is written. */
  readonly ownsPieces?: boolean
  /** The file ends with this chunk: `finish` cuts off what an earlier attempt may have left behind it. */
  readonly endsFile: boolean
  /** What the bytes must hash to (hex), where the client said so beforehand: the far end of a store may check it. */
  readonly sha256?: string
}

/** How a file falls into chunks. */
export interface PartialPlan {
  /** Bytes of the whole file. */
  readonly size: number
  /** Bytes of every chunk but the last. */
  readonly chunkSize: number
  readonly totalChunks: number
}

/** Takes one chunk's bytes in order. Nothing of it counts until the ledger says so. */
export interface ChunkWriter {
  /** Undefined when more bytes may come at once, else a promise to wait for before the next piece. */
  write(piece: Uint8Array): Promise<void> | undefined
  /** Resolves when all bytes are written and can be read back. */
  finish(): Promise<void>
  /** Ends without a result; waits for writes under way. Never rejects. */
  abandon(): Promise<void>
}

export interface StoredStat {
  /** Bytes. */
  readonly size: number
  /** ms since 1970. */
  readonly mtimeMs: number
}

/** Chunks that are not there any more, ascending. */
export interface LostChunks {
  readonly lost: readonly number[]
}

/** A partial that has become one durable whole: the stored file will be like this. */
export interface SealedPartial extends StoredStat {
  /** Names these very bytes, where a store can tell them from what may be written later. */
  readonly version?: string | undefined
}

/** A stored file that is open for reading; `close` it unless `stream` was called. */
export interface StoredContent extends StoredStat {
  /** @param start first byte @param end last byte, included */
  stream(start: number, end: number): Readable
  close(): Promise<void>
}

/** Told from time to time how many bytes have been read, for a status answer. */
export type OnBytes = (bytes: number) => void

export interface Store {
  /**
   * Whether several servers may use this store at once. Then no two of them write the same chunk, publish the same task
   * or publish under the same path at once, unless one has lost its database meanwhile: its late write of a chunk must
   * not get into a file that is verified already, and its late publication of the same task must leave the same file.
   */
  readonly isShared: boolean
  openChunk(place: ChunkPlace): Promise<ChunkWriter>
  /** Whether anything of the partial is there. */
  hasPartial(taskId: string): Promise<boolean>
  /** Bytes of a partial that one chunk makes up; undefined when it is gone. */
  partialSize(taskId: string): Promise<number | undefined>
  /**
   * Makes the chunks one durable whole; again when one of them was replaced since.
   * @param plan of a file whose chunks have all come; an empty file has none that could have made its partial
   * @param lastModifiedMs the source's modification time; without it the store gives one
   */
  sealPartial(
    taskId: string,
    plan: PartialPlan,
    lastModifiedMs: number | undefined,
  ): Promise<SealedPartial | LostChunks>
  /** MD5 of the sealed partial, 32 lowercase hex digits. */
  partialMd5(taskId: string, sealed: SealedPartial, onBytes: OnBytes): Promise<string>
  /** SHA-256 (hex) of every chunk of the sealed partial. */
  partialChunkDigests(taskId: string, chunkSize: number): Promise<readonly string[]>
  /**
   * Gives the sealed partial its name, durably and never over anything that is there.
   * In a shared store the ledger has reserved the path for this task before, so that looking first is enough.
   * The partial stays until `discardPartial`, wherever the store can have both.
   */
  publish(taskId: string, path: string, sealed: SealedPartial): Promise<'published' | 'taken'>
  /** Whether this very partial was published there already, by a run that was killed before it could say so. */
  isPublishedAs(taskId: string, path: string): Promise<boolean>
  /** Makes a file that is there already durable with its folder. */
  settle(path: string): Promise<void>
  discardPartial(taskId: string): Promise<void>
  /** Task ids of all partials. */
  partials(): Promise<readonly string[]>
  /** Undefined when there is no such file. */
  stat(path: string): Promise<StoredStat | undefined>
  fileMd5(path: string, onBytes: OnBytes): Promise<string>
  /** A partial that is open for reading; undefined when there is none. */
  readPartial(taskId: string): Promise<StoredContent | undefined>
  /** Makes the task's partial an independent copy of a stored file; false when that file is gone. */
  copyToPartial(path: string, taskId: string): Promise<boolean>
  /** Undefined when there is no such file. */
  read(path: string): Promise<StoredContent | undefined>
  /** Bytes that may still be used, the reserve already taken off; may be a second old. */
  freeBytes(): Promise<number>
  close(): Promise<void>
}
