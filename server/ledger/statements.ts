/** Every SQL statement of a ledger; the dialect fills in what differs between databases. */
import { batchStatements } from './batch-statements.ts'
import type { Dialect } from './sql-dialect.ts'

export type StatementName = keyof ReturnType<typeof statementsIn>

/** Those that are the same in every dialect. */
const plain = {
  openTasks: 'SELECT * FROM tasks',
  announcedBytes: 'SELECT coalesce(sum(size), 0) AS bytes FROM tasks WHERE size > 0',
  receivedBytes: `SELECT coalesce(sum(CASE WHEN (chunk_index + 1) * chunk_size > size
    THEN size - chunk_index * chunk_size ELSE chunk_size END), 0) AS bytes
    FROM chunks JOIN tasks USING (task_id) WHERE size > 0`,
  addLink: 'INSERT INTO links (link_id, path, is_folder, made_at_ms, expires_at_ms) VALUES (?, ?, ?, ?, ?)',
  link: 'SELECT * FROM links WHERE link_id = ?',
  links: 'SELECT * FROM links ORDER BY made_at_ms DESC, link_id LIMIT 100000',
  removeLink: 'DELETE FROM links WHERE link_id = ?',
  forgetLinksBefore: 'DELETE FROM links WHERE expires_at_ms < ?',
  forgetChunks: 'DELETE FROM chunks WHERE task_id = ?',
  forgetVerified: 'UPDATE tasks SET verified_sha256 = NULL WHERE task_id = ?',
} as const

export function statementsIn(dialect: Dialect) {
  return {
    ...plain,
    ...taskStatements(dialect),
    ...fileStatements(dialect),
    ...batchStatements(dialect),
  } as const
}

function isBetween({ bytes }: Dialect, column: string): string {
  return `${bytes(column)} >= ? AND ${bytes(column)} < ?`
}

function taskStatements(dialect: Dialect) {
  const { is, replace } = dialect
  return {
    addTask: `INSERT INTO tasks (task_id, relative_path, size, chunk_size, md5, sha256, verified_sha256, ends, file_type,
    last_modified_ms, copy_of, announced_chunks, sender, metadata, held_as, opened_at_ms, active_at_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    announcedTask: `SELECT * FROM tasks WHERE ${is('relative_path')} AND md5 = ? AND announced_chunks = ?`,
    announcedTasks: `SELECT * FROM tasks
      WHERE ${is('relative_path')} AND md5 = ? AND announced_chunks IS NOT NULL`,
    taskOfSender: 'SELECT * FROM tasks WHERE sender = ?',
    setSize: 'UPDATE tasks SET size = ? WHERE task_id = ?',
    renameTask: 'UPDATE tasks SET relative_path = ? WHERE task_id = ?',
    unplacedPartial: 'SELECT 1 FROM tasks WHERE held_as = ?',
    setPlan: 'UPDATE tasks SET size = ?, chunk_size = ?, held_as = ? WHERE task_id = ?',
    task: 'SELECT * FROM tasks WHERE task_id = ?',
    openTasksOf: `SELECT * FROM tasks WHERE ${is('relative_path')} AND size = ?`,
    countOpenTasks: 'SELECT count(*) AS count FROM tasks',
    countOpenTasksBelow: `SELECT count(*) AS count FROM tasks WHERE ${isBetween(dialect, 'relative_path')}`,
    announcedBytesBelow: `SELECT coalesce(sum(size), 0) AS bytes FROM tasks
    WHERE size > 0 AND ${isBetween(dialect, 'relative_path')}`,
    touchTask: 'UPDATE tasks SET active_at_ms = ? WHERE task_id = ?',
    setStatedSha256: 'UPDATE tasks SET sha256 = ? WHERE task_id = ?',
    setVerified: 'UPDATE tasks SET md5 = ?, verified_sha256 = ? WHERE task_id = ?',
    clearCopyOf: 'UPDATE tasks SET copy_of = NULL WHERE task_id = ?',
    reserver: `SELECT task_id FROM tasks WHERE ${is('reserved_path')}`,
    reservePath: 'UPDATE tasks SET reserved_path = ? WHERE task_id = ?',
    removeTask: 'DELETE FROM tasks WHERE task_id = ?',
    chunks: 'SELECT * FROM chunks WHERE task_id = ? ORDER BY chunk_index',
    chunk: 'SELECT * FROM chunks WHERE task_id = ? AND chunk_index = ?',
    countChunks: 'SELECT count(*) AS count FROM chunks WHERE task_id = ?',
    addChunk: `${replace} INTO chunks (task_id, chunk_index, digest) VALUES (?, ?, ?)`,
    removeChunk: 'DELETE FROM chunks WHERE task_id = ? AND chunk_index = ?',
    suspectChunks: 'UPDATE chunks SET doubted = 1 WHERE task_id = ?',
    contested: 'SELECT 1 FROM chunks WHERE task_id = ? AND contested = 1 LIMIT 1',
    contestChunk: 'UPDATE chunks SET contested = 1 WHERE task_id = ? AND chunk_index = ?',
  } as const
}

function fileStatements(dialect: Dialect) {
  const { is, pathInOrder, replace } = dialect
  return {
    addFile: `INSERT INTO files (task_id, stored_path, requested_path, size, md5, sha256, announced_chunks,
    metadata, mtime_ms, stored_at_ms, verified_at_ms, checked_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    addDuplicate: `${replace} INTO duplicates (task_id, file_id, answered_at_ms, announced_chunks, metadata)
    VALUES (?, ?, ?, ?, ?)`,
    fileOfTask: `SELECT * FROM files WHERE task_id = ?
    UNION ALL SELECT files.* FROM duplicates JOIN files USING (file_id) WHERE duplicates.task_id = ?`,
    metadataOf: `SELECT metadata FROM files WHERE task_id = ?
    UNION ALL SELECT metadata FROM duplicates WHERE task_id = ?`,
    endLink: 'UPDATE files SET task_id = ? WHERE task_id = ?',
    endDuplicate: 'DELETE FROM duplicates WHERE task_id = ?',
    fileAt: `SELECT * FROM files WHERE ${is('stored_path')}`,
    filesWithContent: 'SELECT * FROM files WHERE sha256 = ? AND size = ? AND damaged_at_ms IS NULL LIMIT 16',
    filesOfSize: 'SELECT * FROM files WHERE size = ? AND damaged_at_ms IS NULL LIMIT 17',
    filesStoredFor: `SELECT * FROM files WHERE sha256 = ? AND size = ? AND damaged_at_ms IS NULL
      AND (requested_path = ? OR ${is('stored_path')})`,
    filesWithoutSha256: `SELECT * FROM files
      WHERE md5 = ? AND size = ? AND sha256 IS NULL AND damaged_at_ms IS NULL`,
    damagedFilesOf: `SELECT * FROM files WHERE md5 = ? AND size = ? AND (sha256 = ? OR sha256 IS NULL)
      AND damaged_at_ms IS NOT NULL`,
    damagedFiles: 'SELECT * FROM files WHERE damaged_at_ms IS NOT NULL ORDER BY damaged_at_ms LIMIT 1000',
    lostFiles: `SELECT * FROM files WHERE damaged_at_ms IS NOT NULL AND damage IN ('gone', 'unreadable')
      AND checked_at_ms < ? ORDER BY checked_at_ms LIMIT 100`,
    filesToCheck: 'SELECT * FROM files WHERE checked_at_ms < ? ORDER BY checked_at_ms LIMIT 100',
    setFileVerified: `UPDATE files SET sha256 = ?, mtime_ms = ?, verified_at_ms = ?, checked_at_ms = ?,
      damaged_at_ms = NULL, damage = NULL WHERE file_id = ?`,
    setFileDamaged: `UPDATE files SET damaged_at_ms = coalesce(damaged_at_ms, ?), damage = ?, checked_at_ms = ?
      WHERE file_id = ?`,
    setFileChecked: 'UPDATE files SET checked_at_ms = ? WHERE file_id = ?',
    announcedFiles: `SELECT * FROM files WHERE md5 = ? AND damaged_at_ms IS NULL AND (announced_chunks = ? OR EXISTS (
      SELECT 1 FROM duplicates WHERE duplicates.file_id = files.file_id AND duplicates.announced_chunks = ?))
      ORDER BY stored_at_ms DESC, file_id DESC`,
    fileFrom: `SELECT * FROM files WHERE ${pathInOrder} >= ? ORDER BY ${pathInOrder} LIMIT 1`,
    filesFrom: `SELECT * FROM files WHERE ${pathInOrder} >= ? ORDER BY ${pathInOrder} LIMIT 500`,
    forgetFile: 'DELETE FROM files WHERE file_id = ?',
    forgetFileAt: `DELETE FROM files WHERE ${is('stored_path')}`,
    forgetDuplicatesBefore: 'DELETE FROM duplicates WHERE answered_at_ms < ?',
    totals: `SELECT (SELECT count(*) FROM tasks) AS open_tasks, count(*) AS files,
    coalesce(sum(size), 0) AS bytes, count(damaged_at_ms) AS damaged, min(verified_at_ms) AS oldest FROM files`,
    totalsBelow: `SELECT (SELECT count(*) FROM tasks WHERE ${isBetween(dialect, 'relative_path')}) AS open_tasks,
    count(*) AS files, coalesce(sum(size), 0) AS bytes, count(damaged_at_ms) AS damaged,
    min(verified_at_ms) AS oldest FROM files WHERE ${pathInOrder} >= ? AND ${pathInOrder} < ?`,
  } as const
}
