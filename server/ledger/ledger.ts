/**
 * What the server knows: tasks under way, their verified chunks, and the files that are stored. A ledger knows no
 * bytes and no HTTP. Every method rejects with an UploadError (`storage-full`, `storage-failed`). A write survives the
 * death of the process when its promise resolves; what says that a file is stored or verified survives a power cut too.
 * Rows of chunks need not: their bytes are synced no earlier than with the whole file.
 */

/** A file on its way. Its row goes when the file is stored. */
export interface TaskRow {
  readonly taskId: string
  /** As the client sent it. */
  readonly relativePath: string
  /** Bytes. */
  readonly size: number
  readonly chunkSize: number
  /** MD5 the client gave when it offered the file, or the one that was verified. */
  readonly md5: string | null
  readonly fileType: string | null
  /** ms since 1970. */
  readonly lastModifiedMs: number | null
  /** Stored path of the same content, when the server makes the copy itself. */
  readonly copyOf: string | null
  /** Last sign of life, ms since 1970. */
  readonly activeAtMs: number
}

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
}

export interface LedgerTotals {
  readonly openTasks: number
  readonly files: number
  readonly bytes: number
}

export interface Ledger {
  addTask(task: TaskRow): Promise<void>
  task(taskId: string): Promise<TaskRow | undefined>
  /** The open task of this very file, to be resumed. */
  openTaskOf(relativePath: string, size: number, md5: string): Promise<TaskRow | undefined>
  openTasks(): Promise<readonly TaskRow[]>
  countOpenTasks(): Promise<number>
  touchTask(taskId: string, nowMs: number): Promise<void>
  /** The whole file's digest was found to be this one, whatever the client said before. */
  setVerifiedMd5(taskId: string, md5: string): Promise<void>
  /** The content to copy is gone: from now on the task waits for its chunks. */
  clearCopyOf(taskId: string): Promise<void>
  /** Removes the task and its chunks; nothing happens when it is gone. */
  removeTask(taskId: string): Promise<void>

  /** Ascending. */
  chunks(taskId: string): Promise<readonly ChunkRow[]>
  /** The digest (hex) of a verified chunk. */
  chunkDigest(taskId: string, chunkIndex: number): Promise<string | undefined>
  /** @returns the count of verified chunks, undefined when the task is gone */
  addChunk(taskId: string, chunk: ChunkRow, nowMs: number): Promise<number | undefined>
  removeChunks(taskId: string, chunkIndexes: readonly number[]): Promise<void>

  /** The task becomes a stored file, in one step. */
  commitFile(file: Omit<FileRow, 'fileId'>): Promise<FileRow>
  /** The task ends because its content is stored already, in one step. */
  commitDuplicate(taskId: string, fileId: number, nowMs: number): Promise<void>
  /** What a finished task ended as. */
  fileOfTask(taskId: string): Promise<FileRow | undefined>
  fileAt(storedPath: string): Promise<FileRow | undefined>
  filesWithContent(size: number, md5: string): Promise<readonly FileRow[]>
  /** The stored file is gone or was changed by somebody. */
  forgetFile(fileId: number): Promise<void>
  /** Finished duplicates whose answers nobody will ask for again. */
  forgetDuplicatesBefore(ms: number): Promise<void>

  totals(): Promise<LedgerTotals>
  close(): Promise<void>
}
