import { describe, expect, it } from 'vitest'
import { SpeedHistory } from '../../../src/main/feed/speed-history.ts'
import { type StallFacts, stallsOf } from '../../../src/main/feed/stalls.ts'
import { noneRemoved } from '../../../src/shared/batch.ts'
import type { Totals } from '../../../src/shared/feed.ts'
import { uploadStatuses } from '../../../src/shared/upload.ts'

const nowMs = 1_000_000
const none = Object.fromEntries(uploadStatuses.map((status) => [status, 0])) as Totals['counts']

function facts(counts: Partial<Totals['counts']>, more: Partial<StallFacts> = {}): StallFacts {
  const { paused = 0, done = 0, ...pending } = counts
  const sums = { bytesTotal: 0, bytesAcknowledged: 0, bytesVerified: 0, bytesSaved: 0 }
  const pendingFiles = Object.values(pending).reduce((sum, count) => sum + count, 0)
  return {
    totals: {
      files: pendingFiles + paused + done,
      counts: { ...none, ...counts },
      copies: 0,
      removed: noneRemoved,
      neverArrived: 0,
      ...sums,
    },
    pendingFiles,
    movingFiles: 0,
    acknowledgedMs: 0,
    servers: [],
    drives: [],
    bandwidth: { limit: null, untilMs: null },
    traffic: { total: 0, silentSinceMs: null },
    nextTryMs: null,
    ...more,
  }
}

const away = (code: 'storage-full' | 'server-unreachable') => ({
  id: 'studio',
  name: 'Studio',
  url: 'http://studio',
  bundled: false,
  reachability: 'unreachable' as const,
  trouble: { error: { code, message: 'x' }, sinceMs: 1, nextTryMs: nowMs + 9, question: null },
})

describe('a stall', () => {
  it.each([
    ['nothing is left', facts({ done: 3 }), []],
    ['all that is left was paused', facts({ done: 3, paused: 2 }), ['paused']],
    ['bytes are acknowledged', facts({ uploading: 1 }, { acknowledgedMs: nowMs - 10 }), []],
    [
      'all that is left is still being written',
      facts({ done: 3, waiting: 2 }, { movingFiles: 2, acknowledgedMs: nowMs }),
      ['being-written'],
    ],
    ['photos are being prepared', facts({ preparing: 1, queued: 4 }), []],
    [
      'the timetable holds everything back',
      facts({ queued: 4 }, { bandwidth: { limit: 'pause', untilMs: 5 } }),
      ['timetable'],
    ],
    [
      'the server is away',
      facts({ waiting: 1, queued: 4 }, { servers: [away('server-unreachable')] }),
      ['server-away'],
    ],
    ['the disk there is full', facts({ waiting: 1 }, { servers: [away('storage-full')] }), ['server-full']],
    ['the server compares digests', facts({ verifying: 2, queued: 9 }), ['server-verifying']],
    [
      'nobody answers for what was sent',
      facts({ uploading: 1 }, { traffic: { total: 7, silentSinceMs: 9 } }),
      ['no-answer'],
    ],
    [
      'every file that is left waits for a drive',
      facts({ waiting: 3, done: 1 }, { drives: [{ name: 'CARD_1', files: 3 }] }),
      ['drive-away'],
    ],
    [
      'folders are still to be read from a drive that is gone',
      facts({ done: 1 }, { drives: [{ name: 'CARD_1', files: 0 }] }),
      ['drive-away'],
    ],
    [
      'only some of the files wait for a drive',
      facts(
        { waiting: 3, queued: 1 },
        { drives: [{ name: 'CARD_1', files: 3 }], servers: [away('storage-full')] },
      ),
      ['server-full'],
    ],
    ['every file waits for its next try', facts({ waiting: 2 }, { nextTryMs: nowMs + 1 }), ['retrying']],
    [
      'another server still takes files',
      facts({ uploading: 1, waiting: 1 }, { servers: [away('server-unreachable')], acknowledgedMs: nowMs }),
      [],
    ],
  ])('is named when %s', (_when, given, kinds) => {
    expect(stallsOf(given, nowMs).map(({ kind }) => kind)).toEqual(kinds)
  })
})

describe('the speeds of the last minutes', () => {
  it('are told second by second, a silence of some seconds included', () => {
    const history = new SpeedHistory()
    history.record(500, 10_100)
    history.record(500, 10_900)
    history.record(300, 13_000)
    const told = history.since(0, 14_500)
    expect(told.map(({ bytesPerSecond }) => bytesPerSecond)).toEqual([1_000, 0, 0, 300])
    expect(told[0]?.atMs).toBe(11_000)
    expect(history.since(13_000, 14_500)).toHaveLength(1)
    expect(history.since(14_000, 500_000).length).toBeLessThan(20)
  })

  it('give a range of time left that widens with their spread, and none from too little', () => {
    const steady = new SpeedHistory()
    const uneven = new SpeedHistory()
    for (let second = 0; second < 40; second++) {
      steady.record(1_000, second * 1000)
      uneven.record(second < 20 ? 400 : 1_600, second * 1000)
    }
    expect(steady.timeFor(60_000, 40_000)).toEqual({ lowSeconds: 60, highSeconds: 60 })
    const range = uneven.timeFor(60_000, 40_000)
    expect(range?.lowSeconds).toBeLessThan(50)
    expect(range?.highSeconds).toBeGreaterThan(100)
    const fresh = new SpeedHistory()
    fresh.record(1_000, 0)
    expect(fresh.timeFor(1_000, 3_000)).toBe(null)
  })
})
