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
    changed: item.changedAtMs !== null,
    state: item.state,
    bytesPerSecond,
  }
}

/**
 * @param serverId where it goes
 * @param now whether files of it are still to come from a page, and whether stored ones are still to be looked at again
 */
export function batchRow(
  batch: Batch,
  totals: Totals,
  serverId: string,
  now: { readonly isReceiving: boolean; readonly isUnchecked: boolean },
): BatchRow {
  const { id, name, order, createdAtMs, unscannedPaths, preset } = batch
  const scanning = now.isReceiving || unscannedPaths.length > 0
  const presetName = preset?.name ?? null
  const checking = now.isUnchecked
  return { id, name, order, createdAtMs, serverId, presetName, totals, scanning, checking }
}
