import { describe, expect, it } from 'vitest'
import { msUntilStill } from '../../../src/main/intake/stand-still.ts'

const nowMs = 1_700_000_000_123.5
const rule = { requiredMs: 5_000, isOwnClock: true, nowMs }
const written = (msAgo: number, seenMsAgo: number | null = null) => ({
  mtimeMs: nowMs - msAgo,
  ctimeMs: nowMs - msAgo,
  seenAtMs: seenMsAgo === null ? null : nowMs - seenMsAgo,
})

describe('how long until a file has stood still', () => {
  it('is nothing for one that is minutes old, and was never seen before', () => {
    expect(msUntilStill(written(120_000), rule)).toBe(0)
  })

  it('is what is left since it was last written to', () => {
    expect(msUntilStill(written(1_200), rule)).toBe(3_800)
    // Copied with its old time: the change time is that of the copy.
    expect(msUntilStill({ ...written(3_600_000), ctimeMs: nowMs - 1_200 }, rule)).toBe(3_800)
  })

  it('is found by looking twice where another machine’s clock wrote the times, be it behind or ahead', () => {
    const theirs = { ...rule, isOwnClock: false }
    expect(msUntilStill(written(3_600_000), theirs)).toBe(5_000)
    expect(msUntilStill(written(3_600_000, 2_000), theirs)).toBe(3_000)
    expect(msUntilStill(written(-3_600_000, 5_000), theirs)).toBe(0)
  })

  it('is found by looking twice where the times lie in the future', () => {
    expect(msUntilStill(written(-3_600_000), rule)).toBe(5_000)
    expect(msUntilStill(written(-3_600_000, 4_000), rule)).toBe(1_000)
    expect(msUntilStill(written(-3_600_000, 6_000), rule)).toBe(0)
  })

  it('is no shorter because a clock was set back since the file was seen', () => {
    expect(msUntilStill(written(-1, -3_600_000), rule)).toBe(5_000)
  })

  it('allows for times in steps of two seconds, as memory cards keep them', () => {
    const mtimeMs = 1_700_000_000_000
    const card = { mtimeMs, ctimeMs: mtimeMs, seenAtMs: null }
    expect(msUntilStill(card, { ...rule, nowMs: mtimeMs + 5_000 })).toBe(2_000)
    expect(msUntilStill(card, { ...rule, nowMs: mtimeMs + 7_000 })).toBe(0)
  })

  it('is nothing where nothing is required', () => {
    expect(msUntilStill(written(0), { ...rule, requiredMs: 0 })).toBe(0)
  })
})
