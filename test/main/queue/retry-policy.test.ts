import { describe, expect, it } from 'vitest'
import { backoffMs, decide } from '../../../src/main/queue/retry-policy.ts'
import { type ErrorCode, errorCodes, failureKinds, UploadError } from '../../../src/shared/protocol/errors.ts'

const first = { attempts: 0, maxRetries: 3, progressed: false }

function verdictOn(code: ErrorCode, record = first, retryAfterMs?: number) {
  const options = retryAfterMs === undefined ? {} : { retryAfterMs }
  return decide(new UploadError(code, 'x', options), record, 0.5)
}

describe('the retry policy', () => {
  it.each(errorCodes)('acts on %s as the recovery table says', (code) => {
    const expected = { stop: 'fail', wait: 'wait-for-server', 'stand-still': 'stand-still' } as Record<
      string,
      string
    >
    expect(verdictOn(code).kind).toBe(expected[failureKinds[code].recovery] ?? 'retry')
  })

  it('tries again three times with growing pauses, then it is the person’s turn', () => {
    const delays = [0, 1, 2].map((attempts) => {
      const verdict = verdictOn('server-error', { ...first, attempts })
      return verdict.kind === 'retry' ? verdict.delayMs : null
    })
    expect(delays).toEqual([750, 1500, 3000])
    expect(verdictOn('server-error', { ...first, attempts: 3 }).kind).toBe('fail')
  })

  it('spreads the pauses between half and the whole', () => {
    expect([0, 1].map((random) => backoffMs(2, random))).toEqual([2_000, 4_000])
    expect(backoffMs(50, 1)).toBe(60_000)
  })

  it('never comes back before Retry-After', () => {
    expect(verdictOn('server-closing', first, 20_000)).toMatchObject({ delayMs: 20_000 })
    expect(verdictOn('server-closing', first, 1)).toMatchObject({ delayMs: 750 })
  })

  it('starts counting anew after an attempt that moved bytes before the connection broke', () => {
    const record = { attempts: 3, maxRetries: 3, progressed: true }
    expect(verdictOn('connection-lost', record)).toMatchObject({ kind: 'retry', attempts: 1 })
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
})
