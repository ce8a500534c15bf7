/** What a list shows and in which order: filters, search, sorting, and failures by reason. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { failureGroups } from '../../../src/renderer/features/failures/failure-groups.ts'
import { everyFile, idsOf, type ListQuery } from '../../../src/renderer/store/list-query.ts'
import { naturalKey } from '../../../src/renderer/store/natural-key.ts'
import { RowTable } from '../../../src/renderer/store/row-table.ts'
import { slotted } from '../../../src/renderer/ui/virtual-list/element-slots.ts'
import { rangeWith } from '../../../src/renderer/ui/virtual-list/rendered-range.ts'
import type { ItemRow } from '../../../src/shared/feed.ts'
import { event, row } from '../rows.ts'

const failed = (code: 'source-missing' | 'unauthorized') =>
  ({ status: 'failed', error: { code, message: `${code}.` } }) as const

const rows: readonly ItemRow[] = [
  row(1, { relativePath: 'Wedding/ceremony/IMG_10.CR3', size: 30, state: failed('source-missing') }),
  row(2, { relativePath: 'Wedding/ceremony/img_9.jpg', size: 10, acknowledgedBytes: 5, bytesPerSecond: 3 }),
  row(3, { relativePath: 'Wedding/party/Première danse.MP4', size: 20, state: failed('unauthorized') }),
  row(4, { relativePath: 'Lisbon/IMG_2.jpg', batchId: 'b', size: 10, state: failed('source-missing') }),
]

function tableOf(items: readonly ItemRow[]): RowTable {
  const table = new RowTable()
  table.apply(event({ reset: true, items }))
  return table
}

/** The places in the queue of the files that are shown. */
function shown(part: Partial<ListQuery>): number[] {
  const table = tableOf(rows)
  return idsOf(table, { ...everyFile, ...part }).map((id) => table.row(id)?.order ?? -1)
}

const sortedBy = (column: ListQuery['sort']['column'], descending = false) =>
  shown({ sort: { column, descending } })

describe('a list of files', () => {
  it('is filtered by batch, status, kind and reason, alone and together', () => {
    expect(shown({})).toEqual([1, 2, 3, 4])
    expect(shown({ batchId: 'b' })).toEqual([4])
    expect(shown({ status: 'failed' })).toEqual([1, 3, 4])
    expect(shown({ kind: 'photo' })).toEqual([2, 4])
    expect(shown({ reason: 'source-missing' })).toEqual([1, 4])
    expect(shown({ reason: 'source-missing', batchId: 'a', kind: 'raw' })).toEqual([1])
  })

  it('is searched by every word of a name or its folder, however it is spelt', () => {
    expect(shown({ search: 'IMG' })).toEqual([1, 2, 4])
    expect(shown({ search: ' jpg ceremony ' })).toEqual([2])
    expect(shown({ search: 'première'.normalize('NFD') })).toEqual([3])
    expect(shown({ search: '(' })).toEqual([])
  })

  it('is sorted by each column, both ways, and in the order of the queue where files are equal', () => {
    expect(sortedBy('queue', true)).toEqual([4, 3, 2, 1])
    expect(sortedBy('name')).toEqual([4, 2, 1, 3])
    expect(sortedBy('name', true)).toEqual([3, 1, 2, 4])
    expect(sortedBy('size')).toEqual([2, 4, 3, 1])
    expect(sortedBy('size', true)).toEqual([1, 3, 2, 4])
    expect(sortedBy('kind')).toEqual([2, 4, 1, 3])
    expect(sortedBy('progress')).toEqual([2, 1, 3, 4])
    expect(sortedBy('speed', true)).toEqual([2, 1, 3, 4])
  })

  it('holds every file exactly once, whatever it is sorted by', () => {
    const anyRow = fc.record({ relativePath: fc.string(), size: fc.nat() })
    const anySort = fc.record({
      column: fc.constantFrom('queue', 'name', 'kind', 'size', 'progress', 'speed'),
      descending: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(anyRow), anySort, (parts, sort) => {
        const table = tableOf(parts.map((part, order) => row(order, part)))
        const ids = idsOf(table, { ...everyFile, sort })
        expect([...ids].sort()).toEqual([...table.ids(null)].sort())
      }),
    )
  })
})

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

it('groups failures by reason, the most frequent first', () => {
  const table = tableOf(rows)
  const groups = failureGroups(table, table.ids(null))
  expect(groups.map(({ code, ids }) => [code, ids])).toEqual([
    ['source-missing', ['item-1', 'item-4']],
    ['unauthorized', ['item-3']],
  ])
  expect(groups[0]?.example.message).toBe('source-missing.')
})

describe('the elements of a scrolled list', () => {
  const lines = (from: number, count: number) =>
    Array.from({ length: count }, (_, at) => ({ index: from + at, start: (from + at) * 52 }))
  const keysOf = (slots: ReturnType<typeof slotted>) => slots.map(({ key }) => key)

  it('stay where they are in the page while other files scroll through them', () => {
    const before = keysOf(slotted(lines(0, 24), 0, true))
    for (const from of [1, 7, 24, 167, 9_976]) {
      const current = { index: 0, start: 0 }
      const keys = keysOf(slotted([current, ...lines(from, 24)].slice(from === 1 ? 1 : 0), 0, true))
      expect(keys.filter((key) => key !== 'kept')).toEqual(before)
    }
  })

  it('stand in the order of the files at rest, each file in one of its own', () => {
    const slots = slotted([{ index: 3, start: 156 }, ...lines(100, 16)], 3, false)
    expect(slots.map(({ index }) => index)).toEqual([3, ...lines(100, 16).map(({ index }) => index)])
    expect(new Set(keysOf(slots)).size).toBe(17)
  })

  it('are as many wherever the list stands, and the current one besides', () => {
    const range = (startIndex: number, endIndex: number) =>
      rangeWith({ startIndex, endIndex, overscan: 3, count: 1000 }, 0)
    expect(range(0, 17)).toHaveLength(24)
    expect(range(500, 517)).toHaveLength(25)
    expect(range(500, 517)[0]).toBe(0)
    expect(range(983, 999).at(-1)).toBe(999)
  })
})
