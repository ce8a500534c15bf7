/** Many callers, few requests: when one starts, what it carries, and what an abort changes. */
import { setTimeout as delay } from 'node:timers/promises'
import PQueue from 'p-queue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Batcher, type BatcherOptions } from '../../../src/main/transfer/batcher.ts'

const never = new AbortController().signal
const quietMs = 50

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A batcher whose requests are answered by the test; an input is its own weight, and its output is twice as much. */
function scene(options: Partial<BatcherOptions<number, number>> = {}) {
  const requests: { inputs: readonly number[]; signal: AbortSignal; answer: (thrown?: Error) => void }[] = []
  const batcher = new Batcher<number, number>({
    count: () => 3,
    weight: () => 100,
    weightOf: (input) => input,
    atOnce: () => 2,
    quietMs,
    run: (inputs, signal) =>
      new Promise((resolve, reject) => {
        const answer = (thrown?: Error) => (thrown ? reject(thrown) : resolve(inputs.map((one) => one * 2)))
        requests.push({ inputs, signal, answer })
      }),
    ...options,
  })
  const add = (...inputs: number[]) => inputs.map((input) => batcher.add(input, never))
  return { batcher, requests, add, carried: () => requests.map(({ inputs }) => inputs) }
}

describe('a request for many', () => {
  it('starts at once when it is full, and gives each caller its own answer', async () => {
    const { add, requests, carried } = scene()
    const outputs = add(1, 2, 3)
    expect(carried()).toEqual([[1, 2, 3]])
    requests[0]?.answer()
    expect(await Promise.all(outputs)).toEqual([2, 4, 6])
  })

  it('that is not full starts when nothing was added for a while, counted from the last addition', async () => {
    const { add, carried } = scene()
    add(1)
    await vi.advanceTimersByTimeAsync(quietMs - 1)
    add(2)
    await vi.advanceTimersByTimeAsync(quietMs - 1)
    expect(carried()).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(carried()).toEqual([[1, 2]])
  })

  it('carries no more weight than it may, and one that is heavier goes alone', () => {
    const { add, carried } = scene({ atOnce: () => 9 })
    add(60, 50)
    expect(carried()).toEqual([[60]])
    add(500)
    expect(carried()).toEqual([[60], [50], [500]])
  })

  it('waits while as many are in progress as may be, and then carries what was gathered meanwhile', async () => {
    const { add, requests, carried } = scene()
    add(1, 2, 3, 4, 5, 6, 7, 8)
    await vi.advanceTimersByTimeAsync(10 * quietMs)
    expect(carried()).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ])
    add(9, 10)
    requests[0]?.answer()
    await vi.advanceTimersByTimeAsync(0)
    expect(carried().at(-1)).toEqual([7, 8, 9])
    requests[1]?.answer()
    await vi.advanceTimersByTimeAsync(quietMs)
    expect(carried().at(-1)).toEqual([10])
  })

  it('that fails fails for all of its callers, and for nobody else', async () => {
    const { add, requests } = scene()
    const [first, second] = [add(1, 2, 3), add(4, 5, 6)]
    requests[0]?.answer(new Error('broken'))
    requests[1]?.answer()
    expect((await Promise.allSettled(first)).map(({ status }) => status)).toEqual(Array(3).fill('rejected'))
    expect(await Promise.all(second)).toEqual([8, 10, 12])
  })
})

describe('an abort', () => {
  it('before the request starts withdraws the input', async () => {
    const { batcher, add, carried } = scene()
    const stop = new AbortController()
    const withdrawn = batcher.add(1, stop.signal)
    add(2)
    stop.abort('paused')
    await expect(withdrawn).rejects.toBe('paused')
    await vi.advanceTimersByTimeAsync(quietMs)
    expect(carried()).toEqual([[2]])
  })

  it('leaves no weight behind, and nothing to be asked where all were withdrawn', async () => {
    const { batcher, add, carried } = scene()
    const stop = new AbortController()
    const withdrawn = [batcher.add(50, stop.signal), batcher.add(49, stop.signal)]
    stop.abort('paused')
    await Promise.allSettled(withdrawn)
    await vi.advanceTimersByTimeAsync(quietMs)
    expect(carried()).toEqual([])
    add(2)
    expect(carried()).toEqual([])
    await expect(batcher.add(3, AbortSignal.abort('quit'))).rejects.toBe('quit')
  })

  it('of one after the start leaves the others alone, and what was done for it counts', async () => {
    const { batcher, add, requests } = scene()
    const stop = new AbortController()
    const outputs = [batcher.add(1, stop.signal), ...add(2, 3)]
    stop.abort('paused')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(requests[0]?.signal.aborted).toBe(false)
    requests[0]?.answer()
    expect(await Promise.all(outputs)).toEqual([2, 4, 6])
  })

  it('of all after the start breaks the request off, but only when it is not answered soon', async () => {
    const { batcher, requests } = scene()
    const stops = [1, 2, 3].map(() => new AbortController())
    const outputs = stops.map((stop, nth) => batcher.add(nth, stop.signal))
    for (const stop of stops) stop.abort('quit')
    await vi.advanceTimersByTimeAsync(1_900)
    expect(requests[0]?.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(200)
    expect(requests[0]?.signal.aborted).toBe(true)
    requests[0]?.answer(new Error('broken off'))
    const reasons = (await Promise.allSettled(outputs)).map((one) => one.status === 'rejected' && one.reason)
    expect(reasons).toEqual(['quit', 'quit', 'quit'])
  })
})

describe('requests that wait for their turn', () => {
  it('carry what is there when it comes: not what was withdrawn, but what was added', async () => {
    vi.useRealTimers()
    const turns = new PQueue({ concurrency: 1 })
    const { batcher, add, requests, carried } = scene({ inTurn: (request) => turns.add(request) })
    const other = Promise.withResolvers<void>()
    void turns.add(() => other.promise)
    const stop = new AbortController()
    const withdrawn = [batcher.add(1, stop.signal), batcher.add(2, stop.signal)]
    add(3)
    stop.abort('canceled')
    expect((await Promise.allSettled(withdrawn)).map(({ status }) => status)).toEqual(
      Array(2).fill('rejected'),
    )
    add(4, 5, 6)
    await delay(2 * quietMs)
    expect(carried()).toEqual([])
    other.resolve()
    await expect.poll(carried).toEqual([[3, 4, 5]])
    requests[0]?.answer()
    await expect.poll(carried).toEqual([[3, 4, 5], [6]])
  })

  it('make no request where everything was withdrawn meanwhile, and give their turn back', async () => {
    vi.useRealTimers()
    const turns = new PQueue({ concurrency: 1 })
    const { batcher, add, carried } = scene({ inTurn: (request) => turns.add(request) })
    const other = Promise.withResolvers<void>()
    void turns.add(() => other.promise)
    const stop = new AbortController()
    const withdrawn = [1, 2, 3].map((input) => batcher.add(input, stop.signal))
    stop.abort('canceled')
    await Promise.allSettled(withdrawn)
    other.resolve()
    await turns.onIdle()
    expect(carried()).toEqual([])
    add(7, 8, 9)
    await expect.poll(carried).toEqual([[7, 8, 9]])
  })
})
