/** Items and batches as the window shows them. */

import type { Batch } from '../../shared/batch.ts'
import type { BatchRow, ItemRow, Totals } from '../../shared/feed.ts'
import { bytesToSend, isNameOnly, type UploadItem } from '../../shared/upload.ts'

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
    nameOnly: isNameOnly(item),
    isPreview: item.isPreview,
    changed: item.changedAtMs !== null,
    state: item.state,
    bytesPerSecond,
  }
}

/** What a batch's row shows and its batch does not know. */
export interface BatchFacts {
  /** Where it goes. */
  readonly serverId: string
  /** Whether files of it are still to come from a page. */
  readonly isReceiving: boolean
  /** Whether stored files of it are still to be looked at again. */
  readonly isUnchecked: boolean
  /** Names of drives that its files wait for. */
  readonly awaitedDrives: readonly string[]
}

export function batchRow(batch: Batch, totals: Totals, facts: BatchFacts): BatchRow {
  const { id, name, order, createdAtMs, leftOut, unscannedPaths, preset, destination, previewsOf } = batch
  const { serverId, isReceiving, isUnchecked: checking, awaitedDrives } = facts
  const neverArrived = unread(batch.neverArrived)
  const scanning = isReceiving || unscannedPaths.length > 0
  const presetName = preset?.name ?? null
  const progress = { totals, neverArrived, scanning, checking, awaitedDrives }
  return { id, name, order, createdAtMs, leftOut, destination, previewsOf, serverId, presetName, ...progress }
}

/** More names than this nobody reads in a window, and a row is sent with every change. */
const missingShown = 100

function unread(missing: Batch['neverArrived']): Batch['neverArrived'] {
  if (missing === null || missing.dismissed) return null
  return { ...missing, names: missing.names.slice(0, missingShown) }
}
