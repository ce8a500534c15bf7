/** The window's store follows the feed: pages, changes, removals, and a reset after a reconnect. */
import { describe, expect, it, vi } from 'vitest'
import { everyFile, type ListQuery, shownOf } from '../../../src/renderer/store/list-query.ts'
import { applyFeed, createQueueStore } from '../../../src/renderer/store/queue-store.ts'
import type { FeedEvent } from '../../../src/shared/feed.ts'
import { batch, event, row, totals } from '../rows.ts'

function fed(...events: readonly FeedEvent[]) {
  const store = createQueueStore()
  for (const one of events) store.setState((state) => applyFeed(state, one), true)
  return store
}

describe('the queue store', () => {
  it('joins the pages of the first listing and says when it is complete', () => {
    const store = fed(event({ reset: true, items: [row(1), row(2)], more: true }))
    expect(store.getState().listing).toBe(true)
    store.setState((state) => applyFeed(state, event({ items: [row(3)] })), true)
    expect(store.getState().listing).toBe(false)
    expect(store.getState().table.ids(null)).toEqual(['item-1', 'item-2', 'item-3'])
  })

  it('keeps the order of the queue when rows arrive out of it', () => {
    const store = fed(event({ reset: true, items: [row(5), row(2)] }), event({ items: [row(3), row(9)] }))
    expect(store.getState().table.ids(null)).toEqual(['item-2', 'item-3', 'item-5', 'item-9'])
  })

  it('replaces all rows and batches when a reset comes', () => {
    const store = fed(
      event({ reset: true, items: [row(1), row(2)], batches: [batch('a', 1)] }),
      event({ reset: true, items: [row(2)], batches: [batch('b', 2)] }),
    )
    expect(store.getState().table.ids(null)).toEqual(['item-2'])
    expect(store.getState().table.row('item-1')).toBeUndefined()
    expect(store.getState().batchIds).toEqual(['b'])
  })

  it('lists the rows of each batch, and forgets those that are removed', () => {
    const store = fed(event({ reset: true, items: [row(1), row(2, { batchId: 'b' }), row(3)] }))
    store.setState((state) => applyFeed(state, event({ removedItemIds: ['item-1', 'no-such-item'] })), true)
    const { table } = store.getState()
    expect(table.ids('a')).toEqual(['item-3'])
    expect(table.ids('b')).toEqual(['item-2'])
    expect(table.ids(null)).toEqual(['item-2', 'item-3'])
    expect(table.ids('no-such-batch')).toEqual([])
  })

  it('keeps the very object of every row that did not change', () => {
    const store = fed(event({ reset: true, items: [row(1), row(2)] }))
    const before = store.getState().table.row('item-1')
    store.setState((state) => applyFeed(state, event({ items: [row(2, { acknowledgedBytes: 9 })] })), true)
    expect(store.getState().table.row('item-1')).toBe(before)
    expect(store.getState().table.row('item-2')?.acknowledgedBytes).toBe(9)
  })

  it('does not touch lists when only progress is told', () => {
    const store = fed(event({ reset: true, items: [row(1)] }))
    const { memberVersion, statusVersion } = store.getState()
    store.setState((state) => applyFeed(state, event({ items: [row(1, { acknowledgedBytes: 9 })] })), true)
    expect(store.getState()).toMatchObject({ memberVersion, statusVersion })
  })

  it('shows a file in the list of failed ones as soon as it failed', () => {
    const store = fed(event({ reset: true, items: [row(1), row(2)] }))
    const { statusVersion, table } = store.getState()
    const error = { code: 'internal', message: 'No.' } as const
    store.setState(
      (state) => applyFeed(state, event({ items: [row(2, { state: { status: 'failed', error } })] })),
      true,
    )
    expect(store.getState().statusVersion).toBeGreaterThan(statusVersion)
    const idsOf = (query: Partial<ListQuery>) => shownOf(table, { ...everyFile, ...query }, new Set()).rows
    expect(idsOf({ status: 'failed' })).toEqual(['item-2'])
    expect(idsOf({ batchId: 'a', status: 'unfinished' })).toEqual(['item-1'])
  })

  it('follows a file that is moved to another place in the queue', () => {
    const store = fed(event({ reset: true, items: [row(1), row(2), row(3)] }))
    const { memberVersion } = store.getState()
    const toTop = row(3, { rank: -1 })
    store.setState((state) => applyFeed(state, event({ items: [toTop] })), true)
    expect(store.getState().table.ids(null)).toEqual(['item-3', 'item-1', 'item-2'])
    expect(store.getState().table.ids('a')).toEqual(['item-3', 'item-1', 'item-2'])
    expect(store.getState().memberVersion).toBeGreaterThan(memberVersion)
  })

  it('tells its listeners once per event, however many rows it has', () => {
    const store = fed()
    const heard = vi.fn()
    store.subscribe(heard)
    const items = Array.from({ length: 10_000 }, (_, index) => row(index))
    store.setState((state) => applyFeed(state, event({ reset: true, items })), true)
    expect(heard).toHaveBeenCalledTimes(1)
    expect(store.getState().table.size).toBe(10_000)
  })

  it('shows batches in the order of the queue, stored ones behind them, and keeps the list where none moved', () => {
    const stored = { totals: totals({ done: 2 }) }
    const batches = [batch('old', 1, stored), batch('later', 4), batch('next', 2), batch('new', 3, stored)]
    const store = fed(event({ reset: true, batches }))
    const { batchIds } = store.getState()
    expect(batchIds).toEqual(['next', 'later', 'new', 'old'])
    store.setState((state) => applyFeed(state, event({ batches: [batch('later', 4)] })), true)
    expect(store.getState().batchIds).toBe(batchIds)
  })

  it('orders files by rank, then as their batches stand, and anew when batches trade places', () => {
    const store = fed(
      event({
        reset: true,
        batches: [batch('a', 1), batch('b', 2)],
        items: [row(1, { batchId: 'b' }), row(2), row(3), row(4, { batchId: 'b', rank: -1 })],
      }),
    )
    expect(store.getState().table.ids(null)).toEqual(['item-4', 'item-2', 'item-3', 'item-1'])
    const traded = event({ batches: [batch('a', 2), batch('b', 1)] })
    store.setState((state) => applyFeed(state, traded), true)
    expect(store.getState().table.ids(null)).toEqual(['item-4', 'item-1', 'item-2', 'item-3'])
  })

  it('keeps the speeds of the last five minutes, and forgets them at a reset', () => {
    const samples = Array.from({ length: 299 }, (_, index) => ({ atMs: index, bytesPerSecond: 1 }))
    const store = fed(event({ reset: true, speedSamples: samples }))
    const more = { atMs: 300, bytesPerSecond: 2 }
    store.setState((state) => applyFeed(state, event({ speedSamples: [more, more] })), true)
    expect(store.getState().speedSamples).toHaveLength(300)
    store.setState((state) => applyFeed(state, event({ reset: true })), true)
    expect(store.getState().speedSamples).toEqual([])
  })
})
