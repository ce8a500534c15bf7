/** The queue as the feed reports it: rows, batches, totals. One state change for each feed event, however large. */
import { createStore, useStore } from 'zustand'
import type { BatchRow, FeedEvent, Overview, SpeedSample } from '../../shared/feed.ts'
import type { ListRow } from './row-sets.ts'
import { RowTable } from './row-table.ts'
import { outcomeOfBatch } from './status-groups.ts'

/** The five minutes that the plot shows, at one sample a second. */
const samplesKept = 300

export interface QueueState {
  readonly table: RowTable
  readonly memberVersion: number
  readonly statusVersion: number
  readonly batches: ReadonlyMap<string, BatchRow>
  /** In the order of the rail: batches in the order of the queue, then fully stored ones, newest first. */
  readonly batchIds: readonly string[]
  /** Of the last minutes, oldest first. */
  readonly speedSamples: readonly SpeedSample[]
  /** Null before the first event. */
  readonly overview: Overview | null
  /** True until the last page of the first listing has arrived. */
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
    speedSamples: [],
    overview: null,
    listing: true,
  }))
}

/** The state after one more event. The row table is changed in place, everything else is replaced. */
export function applyFeed(state: QueueState, event: FeedEvent): QueueState {
  state.table.apply(event)
  const batches = nextBatches(state.batches, event)
  return {
    table: state.table,
    memberVersion: state.table.memberVersion,
    statusVersion: state.table.statusVersion,
    batches,
    batchIds: batches === state.batches ? state.batchIds : railOrder(batches, state.batchIds),
    speedSamples: nextSamples(state.speedSamples, event),
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

function nextSamples(known: readonly SpeedSample[], event: FeedEvent): readonly SpeedSample[] {
  const { reset, speedSamples } = event
  if (!reset && speedSamples.length === 0) return known
  return [...(reset ? [] : known), ...speedSamples].slice(-samplesKept)
}

/** Whether every file of a batch is stored as it is now, and no more will be added. */
const isStored = (batch: BatchRow) => outcomeOfBatch(batch).level === 'all-stored'

function railOrder(batches: ReadonlyMap<string, BatchRow>, before: readonly string[]): readonly string[] {
  const all = [...batches.values()].sort((a, b) => a.order - b.order)
  const next = [...all.filter((batch) => !isStored(batch)), ...all.filter(isStored).reverse()]
  const isSame = next.length === before.length && next.every(({ id }, index) => id === before[index])
  return isSame ? before : next.map(({ id }) => id)
}

/** The store of this window. */
export const queueStore = createQueueStore()

/** Applies one event of the feed to the window's store. */
export function receiveFeed(event: FeedEvent): void {
  queueStore.setState((state) => applyFeed(state, event), true)
}

export function useQueue<Part>(select: (state: QueueState) => Part): Part {
  return useStore(queueStore, select)
}

/** The row of a file or a set; a component that uses it renders again only when this row changed. */
export function useRow(id: string): ListRow | undefined {
  return useStore(queueStore, (state) => state.table.row(id))
}
