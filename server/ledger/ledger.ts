/**
 * The server's facts: open tasks, their verified chunks, and the stored files. A ledger knows no bytes and no HTTP. Every
 * method rejects with an UploadError (`storage-full`, `storage-failed`, `server-unreachable`). When a write's promise
 * resolves, it survives the death of the process; a row that says that a file is stored or verified survives a power cut
 * too. Rows of chunks need not: their bytes are synced only with the whole file.
 */
import type { damageKinds } from '../../src/shared/protocol/wire.ts'
import type { FileDigests } from '../digests.ts'
import type { BatchLedger } from './batches.ts'

/** Stands for a size that is not known yet, in the tasks of clients that state a count of chunks instead. */
export const unknownBytes = -1

/**
 * How servers that share a ledger agree which of them works on what. A claim guarantees nothing about rows or bytes, the
 * ledger's own constraints do: it only keeps two servers from doing the same work at once.
 */
export interface Claims {
  /**
   * Claims the name for this server until `release`, or until the server dies or loses its database, whichever is first.
   * A name that this server has already must not be claimed again.
   * @param onLost the claim ended without `release`: another server may have the name now
   * @returns false while another server has it
   * @throws UploadError `server-unreachable` while the database is away
   */
  claim(name: string, onLost: () => void): Promise<boolean>
  /** Whether any server has the name now, including this one. */
  isClaimed(name: string): Promise<boolean>
  /** Gives the name back; does nothing when the claim was lost. */
  release(name: string): void
}

/**
 * An open task: a file that is being uploaded. Its row is removed when the file is stored. An open-ended
 * one is of a file that grows at its end, and whose client does not know yet how large it is.
 */
export interface TaskRow {
  readonly taskId: string
  /** As the client sent it. */
  readonly relativePath: string
  /** Bytes; `unknownBytes` until the chunks of an announced task have revealed it, or the client of an open-ended one has stated it. */
  readonly size: number
  /** Bytes; `unknownBytes` until a chunk of an announced task has revealed it. */
  readonly chunkSize: number
  /** The MD5 with which the client offered the file, or the one that was verified. */
  readonly md5: string | null
  /** The SHA-256 with which a client offered the file; null for clients that know only its MD5, or nothing. */
  readonly sha256: string | null
  /** The SHA-256 that was verified, so that a restarted server can finish without the client. */
  readonly verifiedSha256: string | null
  /** What the file was offered by before the client had read it (`ends` of the protocol); null for every other. */
  readonly ends: string | null
  readonly fileType: string | null
  /** ms since 1970. */
  readonly lastModifiedMs: number | null
  /** Stored path of the same content, when the server copies it itself. */
  readonly copyOf: string | null
  /** Count of chunks, from a client that stated it instead of the size; a task with it is called an announced one. */
  readonly announcedChunks: number | null
  /** Who sends the file, as 64 hex digits: of a file whose client knows no digest of it, only its name. Null for every other. */
  readonly sender: string | null
  /** What a tus client said of its upload (`Upload-Metadata`), as it sent it; null for every other. */
  readonly metadata: string | null
  /** The partial that holds the last chunk of an announced task while its offset is unknown. */
  readonly unplacedPartial: string | null
  /** ms since 1970. */
  readonly openedAtMs: number
  /** Last activity, ms since 1970. */
  readonly activeAtMs: number
}

/** What is kept of a task whose content was stored already. */
export type EndedTask = Pick<TaskRow, 'taskId' | 'announcedChunks' | 'metadata'>

/** What is known about the chunks of an announced task. */
export type TaskPlan = Pick<TaskRow, 'size' | 'chunkSize' | 'unplacedPartial'>

/**
 * What went bad with a stored file: its bytes or its size are others although its time is the same, somebody changed it (its
 * time is another one too), it is gone, or it cannot be read.
 */
export type Damage = (typeof damageKinds)[number]

/** A file that is stored, verified and durable. */
export interface FileRow {
  readonly fileId: number
  /** The task that stored it. */
  readonly taskId: string
  /** Its path below the library. */
  readonly storedPath: string
  /** The path that the client asked for; differs from `storedPath` when that name was taken. */
  readonly requestedPath: string
  /** Bytes. */
  readonly size: number
  readonly md5: string
  /** Null in rows of earlier versions until the file was read once more (docs/same-bytes.md). */
  readonly sha256: string | null
  /** The count of chunks of the announced task that stored it, so that its completion can be repeated; a duplicate has its own. */
  readonly announcedChunks: number | null
  /** The stored file's modification time, ms since 1970: another time means that somebody changed the file. */
  readonly mtimeMs: number
  /** ms since 1970. */
  readonly storedAtMs: number
  /** When all its bytes were last read and found to be right, ms since 1970. */
  readonly verifiedAtMs: number
  /** When it was found to be damaged, ms since 1970; null for a file that stands for its bytes. */
  readonly damagedAtMs: number | null
  /** What is wrong with it; null while nothing is. */
  readonly damage: Damage | null
}

/** A file that is just being stored. */
export type NewFile = Omit<FileRow, 'fileId' | 'damagedAtMs' | 'damage'> & Pick<TaskRow, 'metadata'>

export interface ChunkRow {
  readonly chunkIndex: number
  /** `<algorithm>:<hex>`, the algorithm named as in the protocol. */
  readonly digest: string
  /** The whole file's digest was wrong with these bytes: other bytes may replace them. */
  readonly isSuspect: boolean
  /** Other bytes came for it: two files share the task, so no client may rely on this chunk without sending it. */
  readonly isContested: boolean
}

export type NewChunk = Omit<ChunkRow, 'isSuspect' | 'isContested'>

export interface LedgerTotals {
  readonly openTasks: number
  readonly files: number
  readonly bytes: number
  /** Of the files: those that were found to be damaged and have not been replaced yet. */
  readonly damagedFiles: number
  /** The oldest of the files' last verifications, ms since 1970; null without files. */
  readonly oldestVerificationMs: number | null
}

/** What a stored file was found to be. */
export interface FileVerification extends Pick<FileRow, 'mtimeMs' | 'verifiedAtMs'> {
  readonly sha256: string
}

/** A link by which somebody without a token sees a file or a folder, until a time or until it is revoked. */
export interface LinkRow {
  /** SHA-256 of the secret that the link's address has, 64 hex digits: who reads the ledger cannot open it. */
  readonly linkId: string
  /** What it opens, below the whole library. */
  readonly path: string
  readonly isFolder: boolean
  /** ms since 1970, as is `expiresAtMs`. */
  readonly madeAtMs: number
  readonly expiresAtMs: number
}

/** `taken`: another open task has reserved that path. */
export type Reservation = 'reserved' | 'taken' | 'gone'

export interface Ledger extends BatchLedger {
  /** Undefined when no other server uses this ledger. */
  readonly claims: Claims | undefined

  addTask(task: TaskRow): Promise<void>
  /** Adds an announced task unless one of the same path, digest and count is open. @returns the open one */
  addAnnounced(task: TaskRow): Promise<TaskRow>
  /** The open announced tasks of this path and digest, whatever their count of chunks. */
  announcedTasks(relativePath: string, md5: string): Promise<readonly TaskRow[]>
  /** Adds a task with a sender unless one of the same sender is open. @returns the open one */
  addOfSender(task: TaskRow): Promise<TaskRow>
  taskOfSender(sender: string): Promise<TaskRow | undefined>
  /** From now on the task's file is for this path. */
  renameTask(taskId: string, relativePath: string): Promise<void>
  /** Records how large the file of an open-ended task is. @param size bytes */
  setSize(taskId: string, size: number): Promise<void>
  /** Of a finished task; null where it had none. */
  metadataOf(taskId: string): Promise<string | null>
  /** Whether an open task has its last chunk in this partial. */
  isUnplacedPartial(partial: string): Promise<boolean>
  task(taskId: string): Promise<TaskRow | undefined>
  /** The open tasks of this path and size, whatever is known of their bytes. */
  openTasksOf(relativePath: string, size: number): Promise<readonly TaskRow[]>
  openTasks(): Promise<readonly TaskRow[]>
  /** @param folder counts only what is below it; all when undefined */
  countOpenTasks(folder?: string): Promise<number>
  /**
   * Bytes of all files that are being uploaded; one whose size is not known yet counts as none.
   * @param folder counts only what is below it; all when undefined
   */
  announcedBytes(folder?: string): Promise<number>
  /** Those of `announcedBytes` that have been received. */
  receivedBytes(): Promise<number>
  touchTask(taskId: string, nowMs: number): Promise<void>
  /** Records with which SHA-256 a client now offers the file of this task. */
  setStatedSha256(taskId: string, sha256: string): Promise<void>
  /** Records the whole file's digests as verified. */
  setVerified(taskId: string, digests: FileDigests): Promise<void>
  /** The content to copy is gone: from now on the task needs its chunks. */
  clearCopyOf(taskId: string): Promise<void>
  /**
   * Decides which task may publish under this path, for stores that several servers write to. A task has one path at a
   * time, until it ends, so that a server that continues for one that died gets the same path.
   * @returns `gone` when the task no longer exists
   */
  reservePath(taskId: string, storedPath: string): Promise<Reservation>
  /** Removes the task and its chunks; does nothing when it is gone. */
  removeTask(taskId: string): Promise<void>

  /** Ascending. */
  chunks(taskId: string): Promise<readonly ChunkRow[]>
  chunk(taskId: string, chunkIndex: number): Promise<ChunkRow | undefined>
  countChunks(taskId: string): Promise<number>
  /**
   * @param plan what the chunk revealed about its task, stored in the same transaction
   * @returns the count of verified chunks; undefined when the task is gone
   */
  addChunk(taskId: string, chunk: NewChunk, nowMs: number, plan?: TaskPlan): Promise<number | undefined>
  removeChunks(taskId: string, chunkIndexes: readonly number[]): Promise<void>
  /** Forgets all chunks of the task and what was verified of its file, because its bytes failed to sync. */
  forgetReceived(taskId: string): Promise<void>
  /** Marks all chunks of the task suspect: other bytes may replace them. */
  suspectChunks(taskId: string): Promise<void>
  /** Notes that other bytes came for this chunk. */
  contestChunk(taskId: string, chunkIndex: number): Promise<void>
  /** Whether other bytes came for any chunk of the task. */
  isContested(taskId: string): Promise<boolean>

  /** The task becomes a stored file, in one transaction. */
  commitFile(file: NewFile): Promise<FileRow>
  /**
   * The task ends because its content is stored already, in one transaction.
   * @param task what is kept of it with the duplicate
   */
  commitDuplicate(task: EndedTask, fileId: number, nowMs: number): Promise<void>
  /** The stored file of a finished task. */
  fileOfTask(taskId: string): Promise<FileRow | undefined>
  /** The stored file stays; it is that of another task id from now on, which nobody knows. */
  endLink(taskId: string, unknownId: string): Promise<void>
  fileAt(storedPath: string): Promise<FileRow | undefined>
  /** Without damaged ones. At most 16: the same bytes may be there ten thousand times, and one is enough to copy. */
  filesWithContent(size: number, sha256: string): Promise<readonly FileRow[]>
  /** Without damaged ones. At most 17: of more, each would have to be looked at. */
  filesOfSize(size: number): Promise<readonly FileRow[]>
  /** All with this content that were stored for this path, or have it. Without damaged ones. */
  filesStoredFor(path: string, size: number, sha256: string): Promise<readonly FileRow[]>
  /**
   * Rows of earlier versions, whose SHA-256 is not known yet: with this size and MD5 they may have the content. Without
   * damaged ones.
   */
  filesWithoutSha256(size: number, md5: string): Promise<readonly FileRow[]>
  /** Damaged files that had this content: with this SHA-256, or with this MD5 where no SHA-256 is known. */
  damagedFilesOf(size: number, digests: FileDigests): Promise<readonly FileRow[]>
  /** At most 1,000 damaged files, those first that were found first. */
  damagedFiles(): Promise<readonly FileRow[]>
  /** At most 100 files that are gone or unreadable, and may be back. @param checkedBeforeMs ms since 1970 */
  lostFiles(checkedBeforeMs: number): Promise<readonly FileRow[]>
  /** At most 100 files, damaged ones included, those first that were checked longest ago. @param checkedBeforeMs ms since 1970 */
  filesToCheck(checkedBeforeMs: number): Promise<readonly FileRow[]>
  /** The file was read, and its bytes are right: it is not damaged, or no longer. Does nothing when its row is gone. */
  setFileVerified(fileId: number, verified: FileVerification): Promise<void>
  /** The file was found to be damaged. Does nothing when its row is gone. @param nowMs ms since 1970 */
  setFileDamaged(fileId: number, damage: Damage, nowMs: number): Promise<void>
  /** The file could not be judged, because somebody was writing to it: others are checked before it. */
  setFileChecked(fileId: number, nowMs: number): Promise<void>
  /** Files that announced tasks of this digest and count ended as, the latest first. Without damaged ones. */
  announcedFiles(md5: string, announcedChunks: number): Promise<readonly FileRow[]>
  /** Files in the byte order of their paths, from this path on, 500 at most or one; damaged ones too. */
  filesFrom(path: string, most: 'some' | 'one'): Promise<readonly FileRow[]>
  /** From now on the file is none of this server's. */
  forgetFile(fileId: number): Promise<void>
  /** Forgets finished duplicates whose clients will not ask again. @param ms since 1970 */
  forgetDuplicatesBefore(ms: number): Promise<void>

  addLink(link: LinkRow): Promise<void>
  /** Also one that has expired. */
  link(linkId: string): Promise<LinkRow | undefined>
  /** At most 100,000, the latest first. */
  links(): Promise<readonly LinkRow[]>
  /** Does nothing when it is gone. */
  removeLink(linkId: string): Promise<void>
  /** Forgets links that have expired. @param ms since 1970 */
  forgetLinksBefore(ms: number): Promise<void>

  /** @param folder counts only what is below it; all when undefined */
  totals(folder?: string): Promise<LedgerTotals>
  close(): Promise<void>
}
