import { expect, it } from 'vitest'
import { parseRetryAfter } from '../../../src/main/transfer/retry-after.ts'

const nowMs = Date.UTC(2026, 0, 1)

it.each([
  ['30', 30_000],
  ['0', 0],
  [new Date(nowMs + 5_000).toUTCString(), 5_000],
  [new Date(nowMs - 5_000).toUTCString(), 0],
  [new Date(nowMs + 10 * 365 * 86_400_000).toUTCString(), 3_600_000],
  ['99999999999999999999', 3_600_000],
  ['-5', undefined],
  ['soon', undefined],
  ['1.5', undefined],
  ['', undefined],
  [undefined, undefined],
])('reads Retry-After %j as %j ms', (value, expected) => {
  expect(parseRetryAfter(value, nowMs)).toBe(expected)
})
