/** Names in the order that people expect. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { naturalKey } from '../../../src/renderer/store/natural-key.ts'

describe('natural order', () => {
  it('counts numbers as numbers and ignores case and leading zeros', () => {
    const names = ['IMG_10', 'img_9', 'IMG_0010b', 'a2b10', 'A2B9', '7'].sort((a, b) =>
      naturalKey(a) < naturalKey(b) ? -1 : 1,
    )
    expect(names).toEqual(['7', 'A2B9', 'a2b10', 'img_9', 'IMG_10', 'IMG_0010b'])
  })

  it('orders numbers of up to fifteen digits by their value', () => {
    const number = fc.nat({ max: Number.MAX_SAFE_INTEGER })
    fc.assert(
      fc.property(number, number, (one, other) => {
        fc.pre(Math.max(one, other) < 1e15)
        expect(naturalKey(`${one}`) < naturalKey(`${other}`)).toBe(one < other)
      }),
    )
  })
})
