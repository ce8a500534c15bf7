/** What a subscriber of the feed is told: each thing once, and what came back as being there. */
import { describe, expect, it } from 'vitest'
import { Backlog } from '../../../src/main/feed/backlog.ts'

describe('a backlog', () => {
  it('tells a new subscriber everything in pages, and nothing where nothing is new', () => {
    const backlog = new Backlog(['a', 'b', 'c'], ['batch'])
    expect(backlog.take(2)).toMatchObject({
      reset: true,
      itemIds: ['a', 'b'],
      batchIds: ['batch'],
      more: true,
    })
    expect(backlog.take(2)).toMatchObject({ reset: false, itemIds: ['c'], batchIds: [], more: false })
    expect(backlog.take(2)).toBeNull()
    backlog.addOverview()
    expect(backlog.take(2)).toMatchObject({ itemIds: [], more: false })
    expect(backlog.take(2)).toBeNull()
  })

  it('tells of what was taken off the list and brought back at once as being there', () => {
    const backlog = new Backlog([], [])
    backlog.take(10)
    backlog.addRemovedItem('a')
    backlog.addRemovedBatch('batch')
    backlog.addBatch('batch')
    backlog.addItem('a')
    expect(backlog.take(10)).toMatchObject({
      itemIds: ['a'],
      removedItemIds: [],
      batchIds: ['batch'],
      removedBatchIds: [],
    })
  })

  it('tells of what changed and was then taken off the list as being gone', () => {
    const backlog = new Backlog(['a'], ['batch'])
    backlog.addRemovedItem('a')
    backlog.addRemovedBatch('batch')
    expect(backlog.take(10)).toMatchObject({
      itemIds: [],
      removedItemIds: ['a'],
      batchIds: [],
      removedBatchIds: ['batch'],
    })
  })
})
