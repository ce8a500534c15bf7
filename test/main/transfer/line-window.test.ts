/** How many bytes are on their way at once. The clock is the test's own: rates are exact. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LineWindow } from '../../../src/main/transfer/line-window.ts'

const MiB = 1024 * 1024
const never = new AbortController().signal

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Sends one request after the other, each of which takes so long. */
async function deliver(window: LineWindow, bytes: number, tookMs: number, times = 1): Promise<void> {
  for (let time = 0; time < times; time++) {
    const passage = await window.enter(bytes, never)
    await vi.advanceTimersByTimeAsync(tookMs)
    passage.end(bytes)
  }
}

/** Asks to enter, and says whether that was granted without anybody's leaving. */
function ask(window: LineWindow, bytes: number, signal = never) {
  const state = { entered: false, end: (_arrived: number): void => undefined, error: undefined as unknown }
  window.enter(bytes, signal).then(
    ({ end }) => Object.assign(state, { entered: true, end }),
    (error) => Object.assign(state, { error }),
  )
  return state
}

const settle = () => vi.advanceTimersByTimeAsync(0)

describe('the window of a line', () => {
  it('holds what the line takes in two seconds', async () => {
    const window = new LineWindow()
    await deliver(window, MiB, 500, 8)
    expect(window.bytes).toBe(4 * MiB)
  })

  it('grows while more goes through, as when a round trip is long and the line wide', async () => {
    const window = new LineWindow()
    await deliver(window, 128 * 1024, 300, 8)
    const before = window.bytes
    for (let round = 0; round < 6; round++) await deliver(window, window.bytes, 300, 8)
    expect(before).toBeLessThan(MiB)
    expect(window.bytes).toBe(64 * MiB)
  })

  it('shrinks to half a MiB, no further, on a line that has become slow', async () => {
    const window = new LineWindow()
    await deliver(window, 8 * MiB, 100, 8)
    expect(window.bytes).toBe(64 * MiB)
    await deliver(window, MiB, 60_000, 8)
    expect(window.bytes).toBe(MiB / 2)
  })

  it('counts together what is sent at once', async () => {
    const window = new LineWindow()
    for (let round = 0; round < 8; round++) {
      const passages = await Promise.all([1, 2, 3, 4].map(() => window.enter(MiB, never)))
      await vi.advanceTimersByTimeAsync(1_000)
      for (const { end } of passages) end(MiB)
    }
    expect(window.bytes).toBe(8 * MiB)
  })

  it('lets nothing go beyond it, and the first that came go first, whatever their size', async () => {
    const window = new LineWindow()
    const [chunk, large, small] = [ask(window, 12 * MiB), ask(window, 8 * MiB), ask(window, MiB)]
    await settle()
    expect([chunk.entered, large.entered, small.entered]).toEqual([true, false, false])
    chunk.end(0)
    await settle()
    expect([large.entered, small.entered]).toEqual([true, true])
  })

  it('lets alone go what is larger than it', async () => {
    const window = new LineWindow()
    const huge = ask(window, 100 * MiB)
    await settle()
    const next = ask(window, 1)
    await settle()
    expect([huge.entered, next.entered]).toEqual([true, false])
  })

  it('does not learn from what failed', async () => {
    const window = new LineWindow()
    const passage = await window.enter(MiB, never)
    await vi.advanceTimersByTimeAsync(60_000)
    passage.end(0)
    expect(window.bytes).toBe(16 * MiB)
  })

  it('forgets who does not wait any more', async () => {
    const window = new LineWindow()
    const leaving = new AbortController()
    const first = ask(window, 16 * MiB)
    const gone = ask(window, 16 * MiB, leaving.signal)
    const next = ask(window, MiB)
    await settle()
    leaving.abort(new Error('paused'))
    await settle()
    expect([gone.entered, gone.error, next.entered]).toEqual([false, new Error('paused'), false])
    first.end(0)
    await settle()
    expect(next.entered).toBe(true)
  })

  it('lets others go at once when what is ahead may never be answered, and counts that no more', async () => {
    const window = new LineWindow()
    const lost = ask(window, 16 * MiB)
    const trial = ask(window, 16 * MiB)
    await settle()
    window.forget()
    await settle()
    expect(trial.entered).toBe(true)
    lost.end(0)
    const next = ask(window, MiB)
    await settle()
    expect(next.entered).toBe(false)
  })

  it('holds nothing up for longer than five seconds', async () => {
    const window = new LineWindow()
    ask(window, 16 * MiB)
    const next = ask(window, 16 * MiB)
    await vi.advanceTimersByTimeAsync(4_999)
    expect(next.entered).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(next.entered).toBe(true)
  })
})
