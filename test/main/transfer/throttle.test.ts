import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Throttle } from '../../../src/main/transfer/throttle.ts'

const alive = new AbortController().signal

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

/** Takes `bytes` again and again on some streams; counts what went. */
function stream(throttle: Throttle, bytes: number, streams = 4) {
  const gone = { bytes: 0 }
  const run = async () => {
    for (;;) {
      await throttle.acquire(bytes, alive)
      gone.bytes += bytes
    }
  }
  for (let index = 0; index < streams; index++) run().catch(() => undefined)
  return gone
}

describe('a limit of bytes a second', () => {
  it('holds over all streams together', async () => {
    const throttle = new Throttle()
    throttle.set(1_000_000)
    const gone = stream(throttle, 16_384)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(gone.bytes).toBeGreaterThan(9_500_000)
    expect(gone.bytes).toBeLessThanOrEqual(10_200_000)
  })

  it('holds at once when it is changed, in either direction', async () => {
    const throttle = new Throttle()
    throttle.set(100_000)
    const gone = stream(throttle, 16_384)
    await vi.advanceTimersByTimeAsync(5_000)
    const slow = gone.bytes
    throttle.set(1_000_000)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(gone.bytes - slow).toBeGreaterThan(4_500_000)
    throttle.set(100_000)
    const fast = gone.bytes
    await vi.advanceTimersByTimeAsync(5_000)
    expect(gone.bytes - fast).toBeLessThan(600_000)
  })

  it('lets everybody go when it is lifted, and whoever gives up gives up alone', async () => {
    const throttle = new Throttle()
    throttle.set(20_000)
    await throttle.acquire(16_384, alive)
    const leaving = new AbortController()
    const left = throttle.acquire(1_000_000, leaving.signal)
    const waiting = throttle.acquire(1_000_000, alive)
    leaving.abort(new Error('left'))
    await expect(left).rejects.toThrow('left')
    throttle.set(null)
    await expect(waiting).resolves.toBeUndefined()
    expect(throttle.isUnlimited).toBe(true)
  })
})
