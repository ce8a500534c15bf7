/** What a list shows and in which order: filters, search, sorting. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { everyFile, type ListQuery, shownOf } from '../../../src/renderer/store/list-query.ts'
import { RowTable } from '../../../src/renderer/store/row-table.ts'
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
  return shownOf(table, { ...everyFile, ...part }, new Set()).rows.map((id) => table.row(id)?.order ?? -1)
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
        const shown = shownOf(table, { ...everyFile, sort }, new Set())
        const ids = shown.rows.flatMap(shown.filesOf)
        expect([...ids].sort()).toEqual([...table.ids(null)].sort())
      }),
    )
  })
})
