/** The small rules of the window: row words, announcements, keys, crumbs, backoff. */
import { describe, expect, it } from 'vitest'
import { backoffMs } from '../../src/renderer/bridge/backoff.ts'
import { rowLabel, wordsOfRow } from '../../src/renderer/features/file-status/row-text.ts'
import { crumbsOf } from '../../src/renderer/features/folder-picker/path-crumbs.ts'
import { announcements } from '../../src/renderer/features/notices/announcements.ts'
import { formatClock } from '../../src/renderer/text/format.ts'
import { indexAfterKey } from '../../src/renderer/ui/virtual-list/grid-keys.ts'
import { batch, row, totals } from './rows.ts'

const error = { code: 'connection-lost', message: 'The connection was lost' } as const

describe('the words of a row', () => {
  it('name the file, its folder, its status and its acknowledged share', () => {
    const words = wordsOfRow(row(1, { acknowledgedBytes: 42, state: { status: 'uploading' } }), 3, 0)
    expect(words).toMatchObject({ name: 'IMG_1.jpg', folder: 'Wedding', percent: 42, detail: '' })
    expect(rowLabel(words)).toBe('IMG_1.jpg, Uploading, 42%')
  })

  it('never show 100 % while the server still verifies', () => {
    expect(wordsOfRow(row(1, { acknowledgedBytes: 100, state: { status: 'verifying' } }), 3, 0).percent).toBe(
      99,
    )
  })

  it('say when it is tried again, and which try that is', () => {
    const untilMs = Date.UTC(2026, 5, 1, 12, 2, 10)
    const words = wordsOfRow(row(1, { attempts: 2, state: { status: 'waiting', error, untilMs } }), 3, 0)
    expect(words.detail).toBe(`Retrying at ${formatClock(untilMs)} (2nd of 3). The connection was lost.`)
  })

  it('say that it waits for the server, or for room on it', () => {
    const waiting = (code: 'server-unreachable' | 'storage-full') =>
      row(1, { state: { status: 'waiting', error: { code, message: 'No.' }, untilMs: null } })
    expect(wordsOfRow(waiting('server-unreachable'), 3, 0).detail).toMatch(/^Waiting for the server\./)
    expect(wordsOfRow(waiting('storage-full'), 3, 0).detail).toMatch(/^Waiting for room/)
  })

  it('say what was made of a photo, or why it goes as it is', () => {
    const converted = row(1, { size: 3_210_000, note: { kind: 'converted', originalSize: 24_100_000 } })
    expect(wordsOfRow(converted, 3, 0).detail).toBe('24.1\u00a0MB → 3.2\u00a0MB')
    const kept = (reason: 'hdr' | 'video') => row(1, { note: { kind: 'original-kept', reason } })
    expect(wordsOfRow(kept('hdr'), 3, 0).detail).toBe('HDR photo: the original is sent')
    expect(wordsOfRow(kept('video'), 3, 0).detail).toBe('')
  })

  it('say once what to do about an original that is gone', () => {
    const message = 'IMG_1.jpg is no longer there. Put it back or reconnect its disk, then retry.'
    const gone = row(1, { state: { status: 'failed', error: { code: 'source-missing', message } } })
    expect(wordsOfRow(gone, 3, 0).detail).toBe(message)
  })

  it('say what went wrong and what to do', () => {
    const words = wordsOfRow(row(1, { state: { status: 'failed', error } }), 3, 0)
    expect(words.detail).toBe('The connection was lost. Press Retry once the network is steady again.')
  })
})

describe('announcements', () => {
  const look = (counts: Parameters<typeof totals>[0], failed = 0) => ({
    batches: new Map([['a', batch('a', 1, { name: 'Wedding', totals: totals(counts) })]]),
    failed,
  })

  it('tell once that a batch is finished', () => {
    expect(announcements(look({ uploading: 1, done: 1 }), look({ done: 2 }))).toEqual([
      'Wedding is finished: 2 files stored',
    ])
    expect(announcements(look({ done: 2 }), look({ done: 2 }))).toEqual([])
  })

  it('tell of new failures, and of a batch that ended with some', () => {
    expect(announcements(look({ uploading: 2 }), look({ uploading: 1, failed: 1 }, 1))).toEqual([
      '1 file failed',
    ])
    expect(announcements(look({ uploading: 1, failed: 1 }, 1), look({ done: 1, failed: 1 }, 1))).toEqual([
      'Wedding has ended with 1 failed',
    ])
  })
})

describe('the keyboard in the list', () => {
  it('moves by rows and pages and stays inside the list', () => {
    const list = { count: 10, columns: 1, page: 4 }
    const from = (key: string, current: number) => indexAfterKey(key, current, list)
    expect([from('ArrowDown', 0), from('ArrowUp', 0), from('PageDown', 8)]).toEqual([1, 0, 9])
    expect([from('Home', 8), from('End', 0)]).toEqual([0, 9])
    expect([from('Enter', 0), from('ArrowRight', 0)]).toEqual([null, null])
    expect(indexAfterKey('ArrowDown', 0, { ...list, count: 0 })).toBeNull()
  })

  it('moves sideways and by whole lines in a grid, and into a shorter last line', () => {
    const grid = { count: 10, columns: 4, page: 8 }
    const from = (key: string, current: number) => indexAfterKey(key, current, grid)
    expect([from('ArrowRight', 3), from('ArrowLeft', 0), from('ArrowDown', 1)]).toEqual([4, 0, 5])
    expect([from('ArrowUp', 2), from('ArrowUp', 6), from('ArrowDown', 7)]).toEqual([2, 2, 9])
  })
})

describe('crumbs', () => {
  it('lead from the root to the folder', () => {
    expect(crumbsOf('/home/anna')).toEqual([
      { name: '/', path: '/' },
      { name: 'home', path: '/home' },
      { name: 'anna', path: '/home/anna' },
    ])
    expect(crumbsOf('C:\\Users\\anna').map((crumb) => crumb.path)).toEqual([
      'C:\\',
      'C:\\Users',
      'C:\\Users\\anna',
    ])
  })
})

describe('backoff', () => {
  it('doubles, stays below eight seconds, and varies by a fifth', () => {
    expect([1, 2, 3].map((tries) => backoffMs(tries, 0))).toEqual([400, 800, 1600])
    expect(backoffMs(1000, 0)).toBe(8000)
    expect(backoffMs(1000, 1)).toBe(6400)
  })
})
