/** Rows, batches and feed events for the tests of the window. */

import { noneRemoved } from '../../src/shared/batch.ts'
import type { BatchRow, FeedEvent, ItemRow, Overview, ServerState, Totals } from '../../src/shared/feed.ts'
import { uploadStatuses } from '../../src/shared/upload.ts'

export function totals(counts: Partial<Totals['counts']>): Totals {
  const all = Object.fromEntries(uploadStatuses.map((status) => [status, 0])) as Record<
    keyof Totals['counts'],
    number
  >
  const full = { ...all, ...counts }
  const files = Object.values(full).reduce((sum, count) => sum + count, 0)
  return {
    files,
    counts: full,
    copies: 0,
    removed: noneRemoved,
    neverArrived: 0,
    bytesTotal: files * 100,
    bytesAcknowledged: full.done * 100,
    bytesVerified: full.done * 100,
    bytesSaved: 0,
  }
}

const server: ServerState = {
  id: 'bundled',
  name: '',
  url: null,
  bundled: true,
  reachability: 'unknown',
  trouble: null,
}

const overview: Overview = {
  totals: totals({}),
  bytesPerSecond: null,
  timeLeft: null,
  bytesInFlight: 0,
  scanning: false,
  checking: false,
  stalls: [],
  server,
  servers: [server],
  bandwidth: { limit: null, untilMs: null },
  restart: null,
  notices: [],
  cards: [],
  watched: [],
}

export function row(order: number, part: Partial<ItemRow> = {}): ItemRow {
  return {
    id: `item-${order}`,
    batchId: 'a',
    order,
    rank: 0,
    relativePath: `Wedding/IMG_${order}.jpg`,
    size: 100,
    note: null,
    acknowledgedBytes: 0,
    inFlightBytes: 0,
    attempts: 0,
    nameOnly: false,
    isPreview: false,
    changed: false,
    state: { status: 'queued' },
    bytesPerSecond: null,
    ...part,
  }
}

export function batch(id: string, order: number, part: Partial<BatchRow> = {}): BatchRow {
  return {
    id,
    name: id,
    order,
    createdAtMs: 0,
    leftOut: 0,
    destination: null,
    previewsOf: null,
    neverArrived: null,
    serverId: 'bundled',
    presetName: null,
    awaitedDrives: [],
    totals: totals({ queued: 1 }),
    scanning: false,
    checking: false,
    ...part,
  }
}

export function event(part: Partial<FeedEvent> = {}): FeedEvent {
  return {
    reset: false,
    items: [],
    removedItemIds: [],
    batches: [],
    removedBatchIds: [],
    overview,
    speedSamples: [],
    more: false,
    ...part,
  }
}
