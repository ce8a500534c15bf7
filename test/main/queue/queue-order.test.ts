import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QueueOrder } from '../../../src/main/queue/queue-order.ts'
import { anItem } from '../an-item.ts'

describe('the line of the queue', () => {
  it('lets raised files go first, then batch after batch in the order they are given', () => {
    const queue = new QueueOrder()
    for (const order of [0, 1, 2, 3]) queue.add(anItem({ order, batchId: order % 2 === 0 ? 'even' : 'odd' }))
    queue.add(anItem({ order: 3, batchId: 'odd', rank: -2 }))
    queue.add(anItem({ order: 2, batchId: 'even', rank: -1 }))
    expect([...queue.ids(['odd', 'even'])]).toEqual(['item-3', 'item-2', 'item-1', 'item-0'])
    expect([...queue.ids(['even'])]).toEqual(['item-3', 'item-2', 'item-0'])
  })

  it('names everybody who waits exactly once, whoever came, rose and left', () => {
    const step = fc.record({ order: fc.nat(6), rank: fc.integer({ min: -3, max: 0 }), leaves: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const queue = new QueueOrder()
        const ranks = new Map<string, number>()
        for (const { order, rank, leaves } of steps) {
          // A rank never goes back to none.
          const item = anItem({ order, rank: Math.min(rank, ranks.get(`item-${order}`) ?? 0) })
          if (leaves) queue.remove(item)
          else queue.add(item)
          if (leaves) ranks.delete(item.id)
          else ranks.set(item.id, item.rank)
        }
        const named = [...queue.ids(['batch-1'])]
        expect(named.toSorted()).toEqual([...ranks.keys()].toSorted())
        expect(named.map((id) => ranks.get(id))).toEqual([...ranks.values()].toSorted((a, b) => a - b))
      }),
    )
  })
})
