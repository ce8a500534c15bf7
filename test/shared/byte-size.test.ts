import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatBytes as inTheWindow } from '../../src/renderer/text/format.ts'
import { formatBytes } from '../../src/shared/byte-size.ts'

describe('formatBytes', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [512, '512 bytes'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [4_250_000, '4.3 MB'],
    [99_940_000, '99.9 MB'],
    [99_950_000, '100 MB'],
    [206_123_456, '206 MB'],
    [999_600_000, '1.0 GB'],
    [1_200_000_000, '1.2 GB'],
    [5e12, '5.0 TB'],
    [5e18, '5,000 PB'],
    [-5, '0 bytes'],
  ])('writes %d as %s', (bytes, words) => expect(formatBytes(bytes)).toBe(words))

  it('shows the digits and the unit that the window shows', () => {
    const windowWords = (bytes: number) =>
      inTheWindow(bytes)
        .replace('\u00a0', ' ')
        .replace(/ B$/, bytes >= 0.5 && bytes < 1.5 ? ' byte' : ' bytes')
    fc.assert(
      fc.property(
        fc.oneof(fc.maxSafeNat(), fc.nat(5_000_000), fc.double({ min: 0, max: 2e7, noNaN: true })),
        (bytes) => {
          expect(formatBytes(bytes)).toBe(windowWords(bytes))
        },
      ),
      { numRuns: 2000 },
    )
  })
})
