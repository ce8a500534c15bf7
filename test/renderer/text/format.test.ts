/** Numbers as the window shows them: honest percentages, bytes, times left. */
import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatDuration,
  formatSpeed,
  formatTimeLeft,
  percentDone,
} from '../../../src/renderer/text/format.ts'

describe('percentDone', () => {
  it.each([
    [0, 100, false, 0],
    [999, 1000, false, 99],
    [1000, 1000, false, 99],
    [1000, 1000, true, 100],
    [0, 0, false, 0],
    [0, 0, true, 100],
    [1200, 1000, false, 99],
  ])('shows %d of %d bytes (complete: %s) as %d %%', (acknowledged, total, complete, percent) => {
    expect(percentDone(acknowledged, total, complete)).toBe(percent)
  })
})

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [999_600, '1.0 MB'],
    [24_600_000, '24.6 MB'],
    [286_000_000_000, '286 GB'],
    [-5, '0 B'],
  ])('writes %d as %s', (bytes, words) => {
    expect(formatBytes(bytes).replace('\u00a0', ' ')).toBe(words)
  })

  it('says nothing about a speed when nothing moves', () => {
    expect(formatSpeed(null)).toBe('')
    expect(formatSpeed(0)).toBe('')
    expect(formatSpeed(8_200_000)).toBe('8.2\u00a0MB/s')
  })
})

describe('formatDuration', () => {
  it.each([
    [0.4, '0:00'],
    [4, '0:04'],
    [59.6, '1:00'],
    [750, '12:30'],
    [3_723, '1:02:03'],
  ])('shows how long a clip is as cameras do: %d s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })
})

describe('formatTimeLeft', () => {
  it.each([
    [null, ''],
    [Number.POSITIVE_INFINITY, ''],
    [Number.NaN, ''],
    [-1, ''],
    [3, 'a few seconds left'],
    [41, 'about 50 s left'],
    [55, 'about 1 min left'],
    [200, 'about 4 min left'],
    [13 * 60, 'about 15 min left'],
    [57 * 60, 'about 1 h left'],
    [4.6 * 3600, 'about 4 h 45 min left'],
    [30 * 3600, 'more than a day left'],
  ])('says of %s seconds: "%s"', (seconds, words) => {
    expect(formatTimeLeft(seconds)).toBe(words)
  })

  it('never promises less than what is left', () => {
    for (let seconds = 8; seconds < 24 * 3600; seconds += 7) {
      const [, hours, minutes, rest] = /^about (?:(\d+) h ?)?(?:(\d+) min ?)?(?:(\d+) s ?)?left$/.exec(
        formatTimeLeft(seconds),
      ) ?? ['', '99', '0', '0']
      const promised = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(rest ?? 0)
      expect(promised).toBeGreaterThanOrEqual(seconds)
    }
  })
})
