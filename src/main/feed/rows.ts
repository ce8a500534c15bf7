/** Shapes items and batches as the window shows them. */
import type { BatchRow, ItemRow, Totals } from '../../shared/feed.ts'
import { type Batch, bytesToSend, type UploadItem } from '../../shared/upload.ts'

export function itemRow(item: UploadItem, bytesPerSecond: number | null): ItemRow {
  return {
    id: item.id,
    batchId: item.batchId,
    order: item.order,
    relativePath: item.relativePath,
    size: bytesToSend(item),
    note: item.note,
    acknowledgedBytes: item.acknowledgedBytes,
    attempts: item.attempts,
    state: item.state,
    bytesPerSecond,
  }
}

export function batchRow(batch: Batch, totals: Totals, open: boolean): BatchRow {
  const { unscannedPaths, preset, ...shown } = batch
  return { ...shown, presetName: preset?.name ?? null, totals, scanning: open || unscannedPaths.length > 0 }
}
