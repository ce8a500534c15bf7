/** What the history says about a finished batch, and how one is found in it. */
import { afterEach, expect, it } from 'vitest'
import {
  durationText,
  factsOf,
  matchesSearch,
} from '../../../../src/renderer/features/history/history-text.ts'
import { i18n } from '../../../../src/renderer/text/i18n.ts'
import type { HistoryEntry } from '../../../../src/shared/history.ts'

const noCounts = {
  done: 0,
  failed: 0,
  canceled: 0,
  skipped: 0,
  empty: 0,
  removed: 0,
  unread: 0,
  unfinished: 0,
  copies: 0,
}

const entry: HistoryEntry = {
  batchId: 'a',
  name: 'Li & Wang, wedding',
  server: { name: 'Studio', url: 'https://photos.example.com' },
  createdAtMs: 0,
  finishedAtMs: 1,
  counts: { ...noCounts, done: 1200, failed: 2 },
  bytes: 31_200_000_000,
  activeMs: 6_840_000,
  averageBytesPerSecond: 4_561_403,
  failures: [],
  leftOut: 0,
  neverArrived: null,
  unreadPaths: [],
}

afterEach(async () => {
  await i18n.changeLanguage('en')
})

it('says what was stored, what failed, how long it took and how fast it was, and nothing of what was not', async () => {
  expect(factsOf(entry)).toEqual([
    '1,200 of 1,202 stored · 2 failed',
    '31.2\u00a0GB in 1 h 54 min',
    '4.6\u00a0MB/s on average',
  ])
  const small = {
    ...entry,
    counts: { ...noCounts, done: 1, canceled: 2, skipped: 1, copies: 1 },
    bytes: 900,
    activeMs: 0,
    averageBytesPerSecond: null,
  }
  expect(factsOf(small)).toEqual([
    '1 of 4 stored · 1 skipped · 2 canceled',
    '1 as a copy',
    '900\u00a0B in 1 s',
  ])
  await i18n.changeLanguage('zh-CN')
  expect(factsOf(small)).toEqual([
    '已存储 1/4 · 1 个已跳过 · 2 个已取消',
    '其中 1 个为副本',
    '900\u00a0B，用时 1 秒',
  ])
})

it('rounds a duration to what a person cares for', () => {
  expect([400, 89_000, 91_000, 5_400_000].map(durationText)).toEqual(['1 s', '89 s', '2 min', '1 h 30 min'])
})

it('finds a batch by words of its name or its server, in any case', () => {
  expect(
    ['wang li', 'studio', 'EXAMPLE.com wedding', ''].map((search) => matchesSearch(entry, search)),
  ).toEqual(Array.from({ length: 4 }, () => true))
  expect(matchesSearch(entry, 'wang paris')).toBe(false)
})
