/**
 * What the server knows: tasks under way, their verified chunks, and the files that are stored. A ledger knows no
 * bytes and no HTTP. Every method rejects with an UploadError (`storage-full`, `storage-failed`, `server-unreachable`). A write survives the
 * death of the process when its promise resolves; what says that a file is stored or verified survives a power cut too.
 * Rows of chunks need not: their bytes are synced no earlier than with the whole file.
 */
import type { Claims } from './claims.ts'

/** Stands for a size that nobody has told yet, in the tasks of clients that give a count of chunks in its place. */
export const unknownBytes = -1

/** A file on its way. Its row goes when the file is stored. */
export interface TaskRow {
  readonly taskId: string
  /** As the client sent it. */
  readonly relativePath: string
  /** Bytes; `unknownBytes` until the chunks of an announced task have told it. */
  readonly size: number
  /** Bytes; `unknownBytes` until a chunk of an announced task has told it. */
  readonly chunkSize: number
  /** MD5 the client gave when it offered the file, or the one that was verified. */
  readonly md5: string | null
  readonly fileType: string | null
  /** ms since 1970. */
  readonly lastModifiedMs: number | null
  /** Stored path of the same content, when the server makes the copy itself. */
  readonly copyOf: string | null
  /** Count of chunks, from a client that gave it in the place of the sizes: the task is an announced one. */
  readonly announcedChunks: number | null
  /** The partial that holds the last chunk of an announced task while its place is unknown. */
  readonly heldAs: string | null
  /** ms since 1970. */
  readonly openedAtMs: number
  /** Last sign of life, ms since 1970. */
  readonly activeAtMs: number
}

/** What is known of how an announced task falls into chunks. */
export type TaskPlan = Pick<TaskRow, 'size' | 'chunkSize' | 'heldAs'>

/** A file that is stored, verified and durable. */
export interface FileRow {
  readonly fileId: number
  /** The task that stored it. */
  readonly taskId: string
  /** Where it lies below the library. */
  readonly storedPath: string
  /** What the client asked for; differs from `storedPath` when that name was taken. */
  readonly requestedPath: string
  /** Bytes. */
  readonly size: number
  readonly md5: string
  /** The stored file's own modification time, ms since 1970: another one means that somebody changed it. */
  readonly mtimeMs: number
  /** ms since 1970. */
  readonly storedAtMs: number
}

export interface ChunkRow {
  readonly chunkIndex: number
  /** Hex. */
  readonly sha256: string
  /** The whole file's digest was wrong with these bytes: others may take their place. */
  readonly isDoubted: boolean
}

export interface LedgerTotals {
  readonly openTasks: number
  readonly files: number
  readonly bytes: number
}

/** `taken`: another open task has reserved that path. */
export type Reservation = 'reserved' | 'taken' | 'gone'

export interface Ledger {
  /** How servers that share this ledger keep out of each other's way; undefined when this one has it for itself. */
  readonly claims: Claims | undefined

  addTask(task: TaskRow): Promise<void>
  /** Adds an announced task unless one of the same path, digest and count is open. @returns the one that is open now */
  addAnnounced(task: TaskRow): Promise<TaskRow>
  /** The open announced tasks of this path and digest, whatever their count of chunks. */
  announcedTasks(relativePath: string, md5: string): Promise<readonly TaskRow[]>
  /** Whether an open task has its last chunk in this partial. */
  isHeld(partial: string): Promise<boolean>
  task(taskId: string): Promise<TaskRow | undefined>
  /** The open task of this very file, to be resumed. */
  openTaskOf(relativePath: string, size: number, md5: string): Promise<TaskRow | undefined>
  openTasks(): Promise<readonly TaskRow[]>
  /** @param folder counts only what lies below this one; all without it */
  countOpenTasks(folder?: string): Promise<number>
  touchTask(taskId: string, nowMs: number): Promise<void>
  /** The whole file's digest was found to be this one, whatever the client said before. */
  setVerifiedMd5(taskId: string, md5: string): Promise<void>
  /** The content to copy is gone: from now on the task waits for its chunks. */
  clearCopyOf(taskId: string): Promise<void>
  /**
   * Decides which task may publish under this path, for stores that several servers write to. A task has one path at a
   * time, until it ends: who goes on with it in the place of a server that died finds the same path free for it.
   * @returns `gone` when there is no such task any more
   */
  reservePath(taskId: string, storedPath: string): Promise<Reservation>
  /** Removes the task and its chunks; nothing happens when it is gone. */
  removeTask(taskId: string): Promise<void>

  /** Ascending. */
  chunks(taskId: string): Promise<readonly ChunkRow[]>
  chunk(taskId: string, chunkIndex: number): Promise<ChunkRow | undefined>
  countChunks(taskId: string): Promise<number>
  /**
   * @param plan what the chunk told about its task, kept in the same step
   * @returns the count of verified chunks, undefined when the task is gone
   */
  addChunk(
    taskId: string,
    chunk: Omit<ChunkRow, 'isDoubted'>,
    nowMs: number,
    plan?: TaskPlan,
  ): Promise<number | undefined>
  removeChunks(taskId: string, chunkIndexes: readonly number[]): Promise<void>
  /** From now on other bytes may take the place of any chunk that the task has. */
  doubtChunks(taskId: string): Promise<void>

  /** The task becomes a stored file, in one step. */
  commitFile(file: Omit<FileRow, 'fileId'>): Promise<FileRow>
  /** The task ends because its content is stored already, in one step. */
  commitDuplicate(taskId: string, fileId: number, nowMs: number): Promise<void>
  /** What a finished task ended as. */
  fileOfTask(taskId: string): Promise<FileRow | undefined>
  fileAt(storedPath: string): Promise<FileRow | undefined>
  filesWithContent(size: number, md5: string): Promise<readonly FileRow[]>
  /** For clients that do not know the size. */
  filesWithMd5(md5: string): Promise<readonly FileRow[]>
  /** The stored file is gone or was changed by somebody. */
  forgetFile(fileId: number): Promise<void>
  /** Finished duplicates whose answers nobody will ask for again. */
  forgetDuplicatesBefore(ms: number): Promise<void>

  /** @param folder of what lies below this one; of all without it */
  totals(folder?: string): Promise<LedgerTotals>
  close(): Promise<void>
}
