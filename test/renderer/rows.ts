/** Rows, batches and feed events for the tests of the window. */
import type { BatchRow, FeedEvent, ItemRow, Overview, Totals } from '../../src/shared/feed.ts'
import { uploadStatuses } from '../../src/shared/upload.ts'

export function totals(counts: Partial<Totals['counts']>): Totals {
  const all = Object.fromEntries(uploadStatuses.map((status) => [status, 0])) as Record<
    keyof Totals['counts'],
    number
  >
  const full = { ...all, ...counts }
  const files = Object.values(full).reduce((sum, count) => sum + count, 0)
  return { files, counts: full, bytesTotal: files * 100, bytesAcknowledged: full.done * 100, bytesSaved: 0 }
}

export const overview: Overview = {
  totals: totals({}),
  bytesPerSecond: null,
  secondsLeft: null,
  server: { url: null, bundled: true, reachability: 'unknown', trouble: null },
  notices: [],
}

export function row(order: number, part: Partial<ItemRow> = {}): ItemRow {
  return {
    id: `item-${order}`,
    batchId: 'a',
    order,
    relativePath: `Wedding/IMG_${order}.jpg`,
    size: 100,
    note: null,
    acknowledgedBytes: 0,
    attempts: 0,
    state: { status: 'queued' },
    bytesPerSecond: null,
    ...part,
  }
}

export function batch(id: string, order: number, part: Partial<BatchRow> = {}): BatchRow {
  const row = { id, name: id, order, createdAtMs: 0, presetName: null, scanning: false }
  return { ...row, totals: totals({ queued: 1 }), ...part }
}

export function event(part: Partial<FeedEvent> = {}): FeedEvent {
  return {
    reset: false,
    items: [],
    removedItemIds: [],
    batches: [],
    removedBatchIds: [],
    overview,
    more: false,
    ...part,
  }
}
