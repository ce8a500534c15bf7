/** Turns a database's rows into the ledger's own; the only place that relies on column types. */
import { damageKinds } from '../../src/shared/protocol/wire.ts'
import type { ChunkRow, FileRow, LedgerTotals, LinkRow, NewFile, TaskRow } from './ledger.ts'

/** A parameter of a statement. */
export type Value = string | number | null

export type Row = Readonly<Record<string, unknown>>

export function taskRow(row: Row): TaskRow {
  return {
    taskId: text(row.task_id),
    relativePath: text(row.relative_path),
    size: Number(row.size),
    chunkSize: Number(row.chunk_size),
    md5: textOrNull(row.md5),
    sha256: textOrNull(row.sha256),
    verifiedSha256: textOrNull(row.verified_sha256),
    ends: textOrNull(row.ends),
    fileType: textOrNull(row.file_type),
    lastModifiedMs: numberOrNull(row.last_modified_ms),
    copyOf: textOrNull(row.copy_of),
    announcedChunks: numberOrNull(row.announced_chunks),
    sender: textOrNull(row.sender),
    metadata: textOrNull(row.metadata),
    unplacedPartial: textOrNull(row.held_as),
    openedAtMs: Number(row.opened_at_ms),
    activeAtMs: Number(row.active_at_ms),
  }
}

export function linkRow(row: Row): LinkRow {
  return {
    linkId: text(row.link_id),
    path: text(row.path),
    isFolder: Number(row.is_folder) === 1,
    madeAtMs: Number(row.made_at_ms),
    expiresAtMs: Number(row.expires_at_ms),
  }
}

/** In the order of the statement `addTask`. */
export function taskValues(task: TaskRow): Value[] {
  return [
    task.taskId,
    task.relativePath,
    task.size,
    task.chunkSize,
    task.md5,
    task.sha256,
    task.verifiedSha256,
    task.ends,
    task.fileType,
    task.lastModifiedMs,
    task.copyOf,
    task.announcedChunks,
    task.sender,
    task.metadata,
    task.unplacedPartial,
    task.openedAtMs,
    task.activeAtMs,
  ]
}

export function chunkRow(row: Row): ChunkRow {
  return {
    chunkIndex: Number(row.chunk_index),
    digest: text(row.digest),
    isSuspect: Number(row.doubted) === 1,
    isContested: Number(row.contested) === 1,
  }
}

/** The row of a file that was just added. */
export function addedFile({ metadata: _, ...file }: NewFile, fileId: number): FileRow {
  return { ...file, fileId, damagedAtMs: null, damage: null }
}

/** In the order of the statement `addFile`. */
export function fileValues(file: NewFile): Value[] {
  return [
    file.taskId,
    file.storedPath,
    file.requestedPath,
    file.size,
    file.md5,
    file.sha256,
    file.announcedChunks,
    file.metadata,
    file.mtimeMs,
    file.storedAtMs,
    file.verifiedAtMs,
    // A file that was just verified was checked just then.
    file.verifiedAtMs,
  ]
}

export function fileRow(row: Row): FileRow {
  return {
    fileId: Number(row.file_id),
    taskId: text(row.task_id),
    storedPath: text(row.stored_path),
    requestedPath: text(row.requested_path),
    size: Number(row.size),
    md5: text(row.md5),
    sha256: textOrNull(row.sha256),
    announcedChunks: numberOrNull(row.announced_chunks),
    mtimeMs: Number(row.mtime_ms),
    storedAtMs: Number(row.stored_at_ms),
    verifiedAtMs: Number(row.verified_at_ms),
    damagedAtMs: numberOrNull(row.damaged_at_ms),
    damage: damageKinds.find((damage) => damage === row.damage) ?? null,
  }
}

export function totalsOf(row: Row | undefined): LedgerTotals {
  return {
    openTasks: Number(row?.open_tasks),
    files: Number(row?.files),
    bytes: Number(row?.bytes),
    damagedFiles: Number(row?.damaged),
    oldestVerificationMs: numberOrNull(row?.oldest),
  }
}

export function text(value: unknown): string {
  return String(value)
}

export function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value)
}

export function numberOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value)
}

/** The first path that can be below a folder, and the first after those; `0` comes after `/`. */
export function below(folder: string): readonly [string, string] {
  return [`${folder}/`, `${folder}0`]
}
