/** Turns SQLite's rows into the ledger's own; the only place that trusts column types. */
import type { SQLOutputValue } from 'node:sqlite'
import type { FileRow, TaskRow } from './ledger.ts'

type Row = Readonly<Record<string, SQLOutputValue>>

export function taskRow(row: Row): TaskRow {
  return {
    taskId: text(row.task_id),
    relativePath: text(row.relative_path),
    size: Number(row.size),
    chunkSize: Number(row.chunk_size),
    md5: textOrNull(row.md5),
    fileType: textOrNull(row.file_type),
    lastModifiedMs: row.last_modified_ms === null ? null : Number(row.last_modified_ms),
    copyOf: textOrNull(row.copy_of),
    activeAtMs: Number(row.active_at_ms),
  }
}

export function fileRow(row: Row): FileRow {
  return {
    fileId: Number(row.file_id),
    taskId: text(row.task_id),
    storedPath: text(row.stored_path),
    requestedPath: text(row.requested_path),
    size: Number(row.size),
    md5: text(row.md5),
    mtimeMs: Number(row.mtime_ms),
    storedAtMs: Number(row.stored_at_ms),
  }
}

function text(value: SQLOutputValue | undefined): string {
  return String(value)
}

function textOrNull(value: SQLOutputValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value)
}
