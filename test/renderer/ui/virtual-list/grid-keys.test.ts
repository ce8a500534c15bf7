/** How the keyboard moves in a list and in a grid. */
import { describe, expect, it } from 'vitest'
import { indexAfterKey } from '../../../../src/renderer/ui/virtual-list/grid-keys.ts'

describe('the keyboard in the list', () => {
  it('moves by rows and pages and stays inside the list', () => {
    const list = { count: 10, columns: 1, page: 4 }
    const from = (key: string, current: number) => indexAfterKey(key, current, list)
    expect([from('ArrowDown', 0), from('ArrowUp', 0), from('PageDown', 8)]).toEqual([1, 0, 9])
    expect([from('Home', 8), from('End', 0)]).toEqual([0, 9])
    expect([from('Enter', 0), from('ArrowRight', 0)]).toEqual([null, null])
    expect(indexAfterKey('ArrowDown', 0, { ...list, count: 0 })).toBeNull()
  })

  it('moves sideways and by whole lines in a grid, and into a shorter last line', () => {
    const grid = { count: 10, columns: 4, page: 8 }
    const from = (key: string, current: number) => indexAfterKey(key, current, grid)
    expect([from('ArrowRight', 3), from('ArrowLeft', 0), from('ArrowDown', 1)]).toEqual([4, 0, 5])
    expect([from('ArrowUp', 2), from('ArrowUp', 6), from('ArrowDown', 7)]).toEqual([2, 2, 9])
  })
})
