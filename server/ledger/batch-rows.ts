/** Turns rows on batches into the ledger's own, and back. */
import type { BatchEnd, BatchRow, NamedFiles, NewBatch, OutboxRow } from './batches.ts'
import { numberOrNull, type Row, text, textOrNull, type Value } from './rows.ts'

export function batchRow(row: Row): BatchRow {
  return {
    batchNo: Number(row.batch_no),
    folder: text(row.folder),
    batchId: text(row.batch_id),
    name: text(row.name),
    sender: text(row.sender),
    announcedFiles: Number(row.announced_files),
    announcedBytes: Number(row.announced_bytes),
    named: {
      files: Number(row.named_files),
      bytes: Number(row.named_bytes),
      upTo: textOrNull(row.named_up_to),
      digest: textOrNull(row.named_digest),
      sinceMs: Number(row.naming_since_ms),
    },
    failed: Number(row.failed),
    leftOut: Number(row.left_out),
    beganAtMs: Number(row.began_at_ms),
    activeAtMs: Number(row.active_at_ms),
    endedAtMs: numberOrNull(row.ended_at_ms),
    completeAtMs: numberOrNull(row.complete_at_ms),
    completeDigest: textOrNull(row.complete_digest),
  }
}

export function outboxRow(row: Row): OutboxRow {
  return {
    messageId: text(row.message_id),
    folder: text(row.folder),
    body: text(row.body),
    madeAtMs: Number(row.made_at_ms),
    attempts: Number(row.attempts),
    nextAtMs: Number(row.next_at_ms),
  }
}

/** In the order of the statement `addBatch`. */
export function newBatchValues(batch: NewBatch): Value[] {
  const { folder, batchId, name, sender, announcedFiles, announcedBytes, beganAtMs } = batch
  return [folder, batchId, name, sender, announcedFiles, announcedBytes, beganAtMs, beganAtMs]
}

/** In the order of the statement `openBatchAgain`. */
export function openAgainValues(batch: NewBatch): Value[] {
  const { folder, batchId, name, sender, announcedFiles, announcedBytes, beganAtMs } = batch
  return [name, sender, announcedFiles, announcedBytes, beganAtMs, folder, batchId]
}

/** In the order of the statement `setNamed`. */
export function namedValues(batchNo: number, named: NamedFiles, nowMs: number): Value[] {
  const { files, bytes, upTo, digest, sinceMs } = named
  return [files, bytes, upTo, digest, sinceMs, nowMs, batchNo]
}

/** In the order of the statement `endBatch`. */
export function endValues(end: BatchEnd): Value[] {
  const { batchNo, announcedFiles, announcedBytes, failed, leftOut } = end
  const { endedAtMs, completeAtMs, completeDigest } = end
  const announced = [announcedFiles, announcedBytes]
  return [...announced, failed, leftOut, endedAtMs, endedAtMs, completeAtMs, completeDigest, batchNo]
}

/** In the order of the statement `addMessage`. */
export function messageValues(message: OutboxRow): Value[] {
  const { messageId, folder, body, madeAtMs, attempts, nextAtMs } = message
  return [messageId, folder, body, madeAtMs, attempts, nextAtMs]
}
