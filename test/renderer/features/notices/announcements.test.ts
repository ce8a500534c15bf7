/** What screen readers are told about the queue. */
import { describe, expect, it } from 'vitest'
import { announcements } from '../../../../src/renderer/features/notices/announcements.ts'
import { batch, totals } from '../../rows.ts'

describe('announcements', () => {
  const look = (counts: Parameters<typeof totals>[0], failed = 0) => ({
    batches: new Map([['a', batch('a', 1, { name: 'Wedding', totals: totals(counts) })]]),
    failed,
  })

  it('tell once that a batch is finished', () => {
    expect(announcements(look({ uploading: 1, done: 1 }), look({ done: 2 }))).toEqual([
      'Wedding finished: 2 files stored',
    ])
    expect(announcements(look({ done: 2 }), look({ done: 2 }))).toEqual([])
  })

  it('say nothing of a batch whose sources are still to be looked at again', () => {
    const checking = { ...look({ done: 2 }) }
    checking.batches.set('a', batch('a', 1, { name: 'Wedding', totals: totals({ done: 2 }), checking: true }))
    expect(announcements(look({ uploading: 1, done: 1 }), checking)).toEqual([])
    expect(announcements(checking, look({ done: 2 }))).toEqual(['Wedding finished: 2 files stored'])
  })

  it('tell of new failures, and of a batch that ended with some', () => {
    expect(announcements(look({ uploading: 2 }), look({ uploading: 1, failed: 1 }, 1))).toEqual([
      '1 file failed',
    ])
    expect(announcements(look({ uploading: 1, failed: 1 }, 1), look({ done: 1, failed: 1 }, 1))).toEqual([
      'Wedding finished, but not everything is stored: 1 of 2 stored · 1 failed',
    ])
  })
})
