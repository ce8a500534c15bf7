/** Which elements show which lines of a virtual list. */
import { describe, expect, it } from 'vitest'
import { withElementKeys } from '../../../../src/renderer/ui/virtual-list/element-slots.ts'
import { renderedRange } from '../../../../src/renderer/ui/virtual-list/rendered-range.ts'

describe('the elements of a scrolled list', () => {
  const lines = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => ({ index: from + at, start: (from + at) * 52 }))
  const keysOf = (slots: ReturnType<typeof withElementKeys>) => slots.map(({ key }) => key)

  it('stay where they are in the page while other files scroll through them', () => {
    const before = keysOf(withElementKeys(lines(0, 24), 0, true))
    for (const from of [1, 7, 24, 167, 9_976]) {
      const current = { index: 0, start: 0 }
      const keys = keysOf(withElementKeys([current, ...lines(from, 24)].slice(from === 1 ? 1 : 0), 0, true))
      expect(keys.filter((key) => key !== 'kept')).toEqual(before)
    }
  })

  it('stand in the order of the files at rest, each file in one of its own', () => {
    const slots = withElementKeys([{ index: 3, start: 156 }, ...lines(100, 16)], 3, false)
    expect(slots.map(({ index }) => index)).toEqual([3, ...lines(100, 16).map(({ index }) => index)])
    expect(new Set(keysOf(slots)).size).toBe(17)
  })

  it('are as many wherever the list stands, and the current one besides', () => {
    const range = (startIndex: number, endIndex: number) =>
      renderedRange({ startIndex, endIndex, overscan: 3, count: 1000 }, 0)
    expect(range(0, 17)).toHaveLength(24)
    expect(range(500, 517)).toHaveLength(25)
    expect(range(500, 517)[0]).toBe(0)
    expect(range(983, 999).at(-1)).toBe(999)
  })
})
