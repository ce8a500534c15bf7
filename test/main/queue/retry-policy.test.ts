import { describe, expect, it } from 'vitest'
import { afterFailure, backoffMs, decide, waitsForConnection } from '../../../src/main/queue/retry-policy.ts'
import { type ErrorCode, UploadError } from '../../../src/shared/protocol/errors.ts'
import { anItem } from '../an-item.ts'

const first = { attempts: 0, maxRetries: 3, progressed: false }

function verdictOn(code: ErrorCode, record = first, retryAfterMs?: number) {
  const options = retryAfterMs === undefined ? {} : { retryAfterMs }
  return decide(new UploadError(code, 'x', options), record, 0.5)
}

describe('the retry policy', () => {
  it('tries again three times with growing pauses, then it is the person’s turn', () => {
    const delays = [0, 1, 2].map((attempts) => {
      const verdict = verdictOn('task-busy', { ...first, attempts })
      return verdict.kind === 'retry' ? verdict.delayMs : null
    })
    expect(delays).toEqual([750, 1500, 3000])
    expect(verdictOn('task-busy', { ...first, attempts: 3 }).kind).toBe('fail')
  })

  it('spreads the pauses between half and the whole', () => {
    expect([0, 1].map((random) => backoffMs(2, random))).toEqual([2_000, 4_000])
    expect(backoffMs(50, 1)).toBe(60_000)
  })

  it('never comes back before Retry-After', () => {
    expect(verdictOn('task-busy', first, 20_000)).toMatchObject({ delayMs: 20_000 })
    expect(verdictOn('task-busy', first, 1)).toMatchObject({ delayMs: 750 })
  })

  it('starts counting anew after an attempt that moved bytes before one arrived damaged', () => {
    const record = { attempts: 3, maxRetries: 3, progressed: true }
    expect(verdictOn('chunk-corrupted', record)).toMatchObject({ kind: 'retry', counted: true, attempts: 1 })
  })

  it.each(['digest-mismatch', 'chunk-conflict', 'task-gone'] as const)(
    'does not let progress turn %s into an endless loop',
    (code) => {
      expect(verdictOn(code, { attempts: 3, maxRetries: 3, progressed: true }).kind).toBe('fail')
    },
  )

  it('counts nothing while a file is being written, and looks again when it may have stood still', () => {
    const exhausted = { attempts: 3, maxRetries: 3, progressed: false }
    expect(verdictOn('source-changed', exhausted)).toEqual({ kind: 'stand-still', delayMs: 1000 })
    expect(verdictOn('still-being-written', exhausted, 4_321)).toEqual({
      kind: 'stand-still',
      delayMs: 4_321,
    })
  })

  it('throws the task away where its content is in doubt, and hashes again where the digest is', () => {
    expect(verdictOn('digest-mismatch')).toMatchObject({ newTask: true, rehash: true })
    expect(verdictOn('task-gone')).toMatchObject({ newTask: true, rehash: false })
    expect(verdictOn('chunks-missing')).toMatchObject({ newTask: false, rehash: false })
  })

  it('waits for what is no failure of the file without counting it, however often', () => {
    const often = { ...first, attempts: 3 }
    const wait = { kind: 'retry', counted: false, attempts: 3 }
    expect(verdictOn('still-being-written', often)).toEqual({ kind: 'stand-still', delayMs: 1_000 })
    expect(verdictOn('still-being-written', often, 700)).toEqual({ kind: 'stand-still', delayMs: 700 })
    expect(verdictOn('source-changed', often)).toEqual({ kind: 'stand-still', delayMs: 1_000 })
    expect(verdictOn('disk-full', often)).toMatchObject({ ...wait, delayMs: 30_000 })
    expect(verdictOn('too-large-for-proxy', often)).toMatchObject(wait)
  })

  it('leaves a file without a moment when its connection or its drive must come back, and tells the two apart', () => {
    const leave = (code: ErrorCode) => {
      const active = anItem({ state: { status: 'uploading' } })
      return afterFailure(active, new UploadError(code, 'x'), verdictOn(code), 0)
    }
    for (const code of ['connection-lost', 'unauthorized', 'drive-away'] as const) {
      expect(leave(code).state).toMatchObject({ status: 'waiting', untilMs: null, error: { code } })
    }
    expect(waitsForConnection(leave('connection-lost'))).toBe(true)
    expect(waitsForConnection(leave('unauthorized'))).toBe(true)
    expect(waitsForConnection(leave('drive-away'))).toBe(false)
    expect(waitsForConnection(leave('disk-full'))).toBe(false)
  })
})
