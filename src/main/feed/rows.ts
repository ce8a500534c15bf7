/** Items and batches as the window shows them. */
import type { BatchRow, ItemRow, Totals } from '../../shared/feed.ts'
import { type Batch, bytesToSend, type UploadItem } from '../../shared/upload.ts'

/** @param inFlightBytes handed to the network and not yet acknowledged */
export function itemRow(item: UploadItem, bytesPerSecond: number | null, inFlightBytes: number): ItemRow {
  return {
    id: item.id,
    batchId: item.batchId,
    order: item.order,
    rank: item.rank,
    relativePath: item.relativePath,
    size: bytesToSend(item),
    note: item.note,
    acknowledgedBytes: item.acknowledgedBytes,
    inFlightBytes,
    attempts: item.attempts,
    state: item.state,
    bytesPerSecond,
  }
}

/**
 * @param serverId where it goes
 * @param isReceiving whether files of it are still to come from a page
 */
export function batchRow(batch: Batch, totals: Totals, serverId: string, isReceiving: boolean): BatchRow {
  const { id, name, order, createdAtMs, unscannedPaths, preset } = batch
  const scanning = isReceiving || unscannedPaths.length > 0
  return { id, name, order, createdAtMs, serverId, presetName: preset?.name ?? null, totals, scanning }
}
