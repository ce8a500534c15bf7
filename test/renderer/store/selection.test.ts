/** Selecting files: clicks with Shift and Ctrl, keys, all of them, and files that disappear meanwhile. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  clearSelection,
  moveTo,
  noSelection,
  type Selection,
  type SelectMode,
  select,
  selectAll,
  selectModeOf,
  withoutUnknown,
} from '../../../src/renderer/store/selection.ts'

const shown = ['a', 'b', 'c', 'd', 'e']
const listOf = (rows: readonly string[]) => ({ rows, filesOf: (id: string) => [id] })

/** Clicks one after the other on `only` a, `toggle` c and so on. */
function clicks(...all: readonly (readonly [SelectMode, string])[]): Selection {
  return all.reduce((selection, [mode, id]) => select(selection, id, mode, listOf(shown)), noSelection)
}
const idsOf = (selection: Selection) => [...selection.ids].sort().join('')

describe('selecting files', () => {
  it('selects one alone, then one more, then one less', () => {
    expect(idsOf(clicks(['only', 'a'], ['only', 'b']))).toBe('b')
    expect(idsOf(clicks(['only', 'a'], ['toggle', 'c']))).toBe('ac')
    expect(idsOf(clicks(['only', 'a'], ['toggle', 'c'], ['toggle', 'a']))).toBe('c')
  })

  it('extends from the anchor either way, and again with every further click', () => {
    expect(idsOf(clicks(['only', 'b'], ['range', 'd']))).toBe('bcd')
    expect(idsOf(clicks(['only', 'b'], ['range', 'd'], ['range', 'a']))).toBe('ab')
    expect(idsOf(clicks(['only', 'a'], ['toggle', 'c'], ['range-more', 'e']))).toBe('acde')
    expect(idsOf(clicks(['range', 'c']))).toBe('c')
  })

  it('selects only the clicked file where the anchor is no longer shown', () => {
    const before = clicks(['only', 'b'])
    expect(idsOf(select(before, 'e', 'range', listOf(['d', 'e'])))).toBe('e')
  })

  it('selects all that are shown, and none', () => {
    const all = selectAll(clicks(['only', 'b']), listOf(shown))
    expect(idsOf(all)).toBe('abcde')
    expect(clearSelection(all)).toMatchObject({ anchor: null, current: 'b' })
    expect(clearSelection(all).ids.size).toBe(0)
  })

  it('keeps the selection when the keyboard only moves', () => {
    const moved = moveTo(clicks(['only', 'b']), 'd')
    expect([idsOf(moved), moved.current, moved.anchor]).toEqual(['b', 'd', 'b'])
  })

  it('drops files that are gone, and is the same object where none is', () => {
    const before = clicks(['only', 'b'], ['range', 'd'])
    expect(withoutUnknown(before, () => true)).toBe(before)
    const after = withoutUnknown(before, (id) => id !== 'b' && id !== 'd')
    expect([idsOf(after), after.anchor, after.current]).toEqual(['c', null, null])
  })

  it('follows the keys that are held down', () => {
    const mode = (shift: boolean, command: boolean) => selectModeOf({ shift, command })
    expect([mode(false, false), mode(false, true), mode(true, false), mode(true, true)]).toEqual([
      'only',
      'toggle',
      'range',
      'range-more',
    ])
  })

  it('never holds what is not shown, whatever is clicked', () => {
    const click = fc.tuple(
      fc.constantFrom<SelectMode>('only', 'toggle', 'range', 'range-more'),
      fc.constantFrom(...shown),
    )
    fc.assert(
      fc.property(fc.array(click), (all) => {
        const { ids, current } = clicks(...all)
        expect([...ids].every((id) => shown.includes(id))).toBe(true)
        expect(current).toBe(all.at(-1)?.[1] ?? null)
      }),
    )
  })
})
