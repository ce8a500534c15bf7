/** The message that tells of a complete batch, as the webhook's receiver gets it. */
import { randomBytes } from 'node:crypto'
import type { z } from 'zod'
import type { batchMessageSchema } from '../../../src/shared/protocol/batches.ts'
import type { BatchRow, OutboxRow } from '../../ledger/batches.ts'
import { batchAnswer } from './begin-batch.ts'

/** @param batch complete; the receiver is the studio's own, and sees the whole library */
export function completionMessage(batch: BatchRow): OutboxRow {
  const completeAtMs = batch.completeAtMs ?? batch.activeAtMs
  const message: z.infer<typeof batchMessageSchema> = {
    type: 'batch.completed',
    timestamp: new Date(completeAtMs).toISOString(),
    data: batchAnswer({ library: { folder: '' } }, { ...batch, activeAtMs: completeAtMs }),
  }
  return {
    messageId: `msg_${randomBytes(16).toString('hex')}`,
    folder: batch.folder,
    body: JSON.stringify(message),
    madeAtMs: completeAtMs,
    attempts: 0,
    nextAtMs: completeAtMs,
  }
}
