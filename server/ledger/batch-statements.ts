/** The SQL statements on batches and on messages about them. */
import { mostBatchesListed } from './batches.ts'
import type { Dialect } from './sql-dialect.ts'

export function batchStatements({ is, pathInOrder }: Dialect) {
  const ofId = `${is('folder')} AND batch_id = ?`
  return {
    addBatch: `INSERT INTO batches (folder, batch_id, name, sender, announced_files, announced_bytes, began_at_ms, active_at_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    openBatchAgain: `UPDATE batches SET name = ?, sender = ?, announced_files = ?, announced_bytes = ?, active_at_ms = ?,
      ended_at_ms = NULL, complete_at_ms = NULL WHERE ${ofId}`,
    batch: `SELECT * FROM batches WHERE ${ofId}`,
    batches: `SELECT * FROM batches WHERE batch_no < ? ORDER BY batch_no DESC LIMIT ${mostBatchesListed + 1}`,
    batchesOf: `SELECT * FROM batches WHERE ${is('folder')} AND batch_no < ?
      ORDER BY batch_no DESC LIMIT ${mostBatchesListed + 1}`,
    setNamed: `UPDATE batches SET named_files = ?, named_bytes = ?, named_up_to = ?, named_digest = ?,
      naming_since_ms = ?, active_at_ms = ? WHERE batch_no = ?`,
    endBatch: `UPDATE batches SET announced_files = ?, announced_bytes = ?, failed = ?, left_out = ?, ended_at_ms = ?, active_at_ms = ?, complete_at_ms = ?,
      complete_digest = ? WHERE batch_no = ?`,
    oldestKeptBatch: `SELECT batch_no FROM batches WHERE ${is('folder')} ORDER BY batch_no DESC LIMIT 1 OFFSET ?`,
    forgetBatchesBefore: `DELETE FROM batches WHERE ${is('folder')} AND batch_no < ?`,
    damagedSince: 'SELECT 1 FROM files WHERE damaged_at_ms >= ? LIMIT 1',
    damagedSinceBelow: `SELECT 1 FROM files WHERE damaged_at_ms >= ?
      AND ${pathInOrder} >= ? AND ${pathInOrder} < ? LIMIT 1`,
    addMessage: `INSERT INTO outbox (message_id, folder, body, made_at_ms, attempts, next_at_ms)
      VALUES (?, ?, ?, ?, ?, ?)`,
    dueMessages: 'SELECT * FROM outbox WHERE next_at_ms <= ? ORDER BY next_at_ms LIMIT 100',
    nextMessage: 'SELECT min(next_at_ms) AS next FROM outbox',
    countMessages: `SELECT count(*) AS count FROM outbox WHERE ${is('folder')}`,
    postponeMessage: 'UPDATE outbox SET attempts = ?, next_at_ms = ? WHERE message_id = ?',
    removeMessage: 'DELETE FROM outbox WHERE message_id = ?',
  } as const
}
