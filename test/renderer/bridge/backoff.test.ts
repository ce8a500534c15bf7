/** The pauses between attempts to reconnect. */
import { describe, expect, it } from 'vitest'
import { backoffMs } from '../../../src/renderer/bridge/backoff.ts'

describe('backoff', () => {
  it('doubles, stays below eight seconds, and varies by a fifth', () => {
    expect([1, 2, 3].map((tries) => backoffMs(tries, 0))).toEqual([400, 800, 1600])
    expect(backoffMs(1000, 0)).toBe(8000)
    expect(backoffMs(1000, 1)).toBe(6400)
  })
})
