/** What the feed has told so far: rows, batches, totals. One state change per feed event, however large. */
import { createStore, useStore } from 'zustand'
import type { BatchRow, FeedEvent, ItemRow, Overview } from '../../shared/feed.ts'
import { RowTable } from './row-table.ts'

export interface QueueState {
  readonly table: RowTable
  readonly memberVersion: number
  readonly statusVersion: number
  readonly batches: ReadonlyMap<string, BatchRow>
  /** Newest first, as the rail shows them. */
  readonly batchIds: readonly string[]
  /** Null before the first event. */
  readonly overview: Overview | null
  /** True while pages of the first listing are still to come. */
  readonly listing: boolean
}

export function createQueueStore() {
  const table = new RowTable()
  return createStore<QueueState>(() => ({
    table,
    memberVersion: 0,
    statusVersion: 0,
    batches: new Map(),
    batchIds: [],
    overview: null,
    listing: true,
  }))
}

/** The state after one more event; the row table is changed in place, all else is replaced. */
export function applyFeed(state: QueueState, event: FeedEvent): QueueState {
  state.table.apply(event)
  const batches = nextBatches(state.batches, event)
  return {
    table: state.table,
    memberVersion: state.table.memberVersion,
    statusVersion: state.table.statusVersion,
    batches,
    batchIds: batches === state.batches ? state.batchIds : newestFirst(batches),
    overview: event.overview,
    listing: event.more,
  }
}

function nextBatches(known: ReadonlyMap<string, BatchRow>, event: FeedEvent): ReadonlyMap<string, BatchRow> {
  if (!event.reset && event.batches.length === 0 && event.removedBatchIds.length === 0) return known
  const next = new Map(event.reset ? [] : known)
  for (const id of event.removedBatchIds) next.delete(id)
  for (const batch of event.batches) next.set(batch.id, batch)
  return next
}

function newestFirst(batches: ReadonlyMap<string, BatchRow>): readonly string[] {
  return [...batches.values()].sort((a, b) => b.order - a.order).map((batch) => batch.id)
}

/** The store of this window. */
export const queueStore = createQueueStore()

/** Feeds one event into the window's store. */
export function receiveFeed(event: FeedEvent): void {
  queueStore.setState((state) => applyFeed(state, event), true)
}

export function useQueue<Part>(select: (state: QueueState) => Part): Part {
  return useStore(queueStore, select)
}

/** One row; a component that uses it renders again only when this row changed. */
export function useRow(id: string): ItemRow | undefined {
  return useStore(queueStore, (state) => state.table.row(id))
}
