/** The groups of the rail and the colours of its rings. */
import { describe, expect, it } from 'vitest'
import { groupBatches, groupOf, ringTone } from '../../../../src/renderer/features/batches/rail-groups.ts'
import { outcomeOfBatch } from '../../../../src/renderer/store/status-groups.ts'
import type { BatchRow, ServerState } from '../../../../src/shared/feed.ts'
import type { UploadStatus } from '../../../../src/shared/upload.ts'
import { batch as batchRow, totals } from '../../rows.ts'

function batchOf(counts: Partial<Record<UploadStatus, number>>, part: Partial<BatchRow> = {}): BatchRow {
  return batchRow('b', 0, { totals: totals(counts), ...part })
}

const away = { reachability: 'unreachable' } as ServerState
const toneOf = (batch: BatchRow, server?: ServerState) => ringTone(batch, outcomeOfBatch(batch), server)

describe('a batch', () => {
  it.each([
    ['is under way while something is to be done', batchOf({ done: 3, uploading: 1 }), 'progress'],
    ['is under way while it is paused', batchOf({ done: 3, paused: 1 }), 'progress'],
    ['needs the person where something failed', batchOf({ done: 3, failed: 1 }), 'attention'],
    ['needs the person where something was canceled', batchOf({ done: 3, canceled: 1 }), 'attention'],
    [
      'needs the person while it waits for a card',
      batchOf({ waiting: 1 }, { awaitedDrives: ['EOS'] }),
      'attention',
    ],
    ['is finished once all is stored', batchOf({ done: 3 }), 'finished'],
    ['is not finished while folders are still read', batchOf({ done: 3 }, { scanning: true }), 'progress'],
  ] as const)('%s', (_, batch, group) => {
    expect(groupOf(batch)).toBe(group)
  })

  it.each([
    ['red as soon as something failed', batchOf({ uploading: 3, failed: 1 }), undefined, 'bad'],
    ['amber where something is left out', batchOf({ done: 3, skipped: 1 }), undefined, 'warn'],
    ['amber while it is paused', batchOf({ done: 3, paused: 1 }), undefined, 'warn'],
    ['amber while its server is away', batchOf({ uploading: 1 }), away, 'warn'],
    [
      'amber while it waits for a card',
      batchOf({ waiting: 1 }, { awaitedDrives: ['EOS'] }),
      undefined,
      'warn',
    ],
    ['green once all is stored, wherever the server is', batchOf({ done: 3 }), away, 'good'],
    ['neither while it moves', batchOf({ uploading: 1, paused: 1 }), undefined, 'accent'],
  ] as const)('has a ring that is %s', (_, batch, server, tone) => {
    expect(toneOf(batch, server)).toBe(tone)
  })
})

describe('the rail', () => {
  const batches = new Map(
    Array.from({ length: 500 }, (_, nth) => {
      const counts = nth % 3 === 0 ? { done: 1 } : nth % 3 === 1 ? { failed: 1 } : { queued: 1 }
      return [`${nth}`, { ...batchOf(counts), id: `${nth}`, name: `Café Shoot ${nth}` }] as const
    }),
  )
  const batchIds = [...batches.keys()]

  it('keeps the order of the queue in each group, and loses none', () => {
    const groups = groupBatches({ batches, batchIds }, '')
    expect(groups.finished.slice(0, 3)).toEqual(['0', '3', '6'])
    expect([...groups.progress, ...groups.attention, ...groups.finished]).toHaveLength(500)
  })

  it('finds batches by words of their names, however they are written', () => {
    const { progress, attention, finished } = groupBatches({ batches, batchIds }, ' 49  CAFE\u0301 ')
    const found = [...progress, ...attention, ...finished].sort((a, b) => Number(a) - Number(b))
    expect(found).toEqual(batchIds.filter((id) => id.includes('49')))
  })
})
