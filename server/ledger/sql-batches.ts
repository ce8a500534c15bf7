/** What ledgers in SQL have in common where batches are concerned: lookups, and changes of one statement. */
import { batchRow, namedValues, outboxRow } from './batch-rows.ts'
import type { BatchEnd, BatchLedger, BatchRow, NamedFiles, NewBatch, OutboxRow } from './batches.ts'
import { below, type Row, type Value } from './rows.ts'
import type { StatementName } from './statements.ts'

/**
 * What a write survives once its promise resolves: `crash` means the death of this process, `power-cut` also that of the
 * machine. A later write of the second kind makes all earlier ones as safe as itself.
 */
export type Survives = 'crash' | 'power-cut'

export abstract class SqlBatches implements BatchLedger {
  abstract beginBatch(batch: NewBatch): Promise<void>
  abstract endBatch(end: BatchEnd, message: OutboxRow | null): Promise<void>

  /** @throws UploadError */
  protected abstract all(name: StatementName, ...values: readonly Value[]): Promise<readonly Row[]>
  /** One statement, a transaction of its own. @throws UploadError */
  protected abstract run(survives: Survives, name: StatementName, ...values: readonly Value[]): Promise<void>

  async batch(folder: string, batchId: string): Promise<BatchRow | undefined> {
    const [row] = await this.all('batch', folder, batchId)
    return row && batchRow(row)
  }

  async batches(folder: string | undefined, beforeNo: number): Promise<readonly BatchRow[]> {
    const rows =
      folder === undefined
        ? await this.all('batches', beforeNo)
        : await this.all('batchesOf', folder, beforeNo)
    return rows.map(batchRow)
  }

  setNamed(batchNo: number, named: NamedFiles, nowMs: number): Promise<void> {
    return this.run('crash', 'setNamed', ...namedValues(batchNo, named, nowMs))
  }

  async keepLatestBatches(folder: string, count: number): Promise<void> {
    const [oldest] = await this.all('oldestKeptBatch', folder, count - 1)
    if (oldest !== undefined) await this.run('crash', 'forgetBatchesBefore', folder, Number(oldest.batch_no))
  }

  async isDamagedSince(folder: string, ms: number): Promise<boolean> {
    const found =
      folder === ''
        ? await this.all('damagedSince', ms)
        : await this.all('damagedSinceBelow', ms, ...below(folder))
    return found.length > 0
  }

  async dueMessages(nowMs: number): Promise<readonly OutboxRow[]> {
    return (await this.all('dueMessages', nowMs)).map(outboxRow)
  }

  async nextMessageMs(): Promise<number | undefined> {
    const next = (await this.all('nextMessage'))[0]?.next
    return next === null || next === undefined ? undefined : Number(next)
  }

  async countMessages(folder: string): Promise<number> {
    return Number((await this.all('countMessages', folder))[0]?.count)
  }

  postponeMessage(messageId: string, attempts: number, nextAtMs: number): Promise<void> {
    return this.run('crash', 'postponeMessage', attempts, nextAtMs, messageId)
  }

  removeMessage(messageId: string): Promise<void> {
    return this.run('crash', 'removeMessage', messageId)
  }
}
