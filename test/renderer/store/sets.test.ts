/** Sets in the list: files of one shot are one row, which says only what is true of all of them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { everyFile, type ListQuery, shownOf } from '../../../src/renderer/store/list-query.ts'
import { RowTable } from '../../../src/renderer/store/row-table.ts'
import { moveTo, noSelection, select, selectAll } from '../../../src/renderer/store/selection.ts'
import type { ItemRow } from '../../../src/shared/feed.ts'
import { type ItemState, uploadStatuses } from '../../../src/shared/upload.ts'
import { event, row } from '../rows.ts'

const done: ItemState = { status: 'done', md5: '', url: 'http://x/uploads/x', finishedAtMs: 1 }
const failed: ItemState = { status: 'failed', error: { code: 'source-missing', message: 'Gone.' } }

const file = (order: number, name: string, part: Partial<ItemRow> = {}) =>
  row(order, { id: name, relativePath: `Day/${name}`, ...part })

function tableOf(...items: ItemRow[]): RowTable {
  const table = new RowTable()
  table.apply(event({ reset: true, items }))
  return table
}

const shown = (table: RowTable, part: Partial<ListQuery> = {}, ...open: string[]) =>
  shownOf(table, { ...everyFile, ...part }, new Set(open))

const shoot = () =>
  tableOf(
    file(1, 'a.CR3', { state: done, size: 50 }),
    file(2, 'a.JPG', { state: done, size: 20 }),
    file(3, 'a.xmp', { state: failed, size: 1 }),
    file(4, 'b.jpg', { size: 60 }),
  )

describe('a set in the list', () => {
  it('is one row, which its files follow once it is open', () => {
    expect(shown(shoot()).rows).toEqual(['set:a.CR3', 'b.jpg'])
    const opened = shown(shoot(), {}, 'set:a.CR3')
    expect(opened.rows).toEqual(['set:a.CR3', 'a.CR3', 'a.JPG', 'a.xmp', 'b.jpg'])
    expect([...opened.parents.keys()]).toEqual(['a.CR3', 'a.JPG', 'a.xmp'])
    // Counted are files, whatever is open.
    expect([shown(shoot()).files, opened.files]).toEqual([4, 4])
  })

  it('is never done while a file of it is not, whatever the others are', () => {
    const status = fc.constantFrom(...uploadStatuses)
    fc.assert(
      fc.property(fc.array(status, { minLength: 2, maxLength: 4 }), (statuses) => {
        const names = ['a.CR3', 'a.JPG', 'a.xmp', 'a.wav']
        const states = statuses.map((each) => ({ ...done, ...failed, status: each }) as unknown as ItemState)
        const table = tableOf(...states.map((state, index) => file(index, names[index] ?? '', { state })))
        const set = table.row('set:a.CR3')
        expect(set?.state.status === 'done').toBe(statuses.every((each) => each === 'done'))
        expect(set?.set?.stored).toBe(statuses.filter((each) => each === 'done').length)
        if (statuses.includes('failed')) expect(set?.state.status).toBe('failed')
      }),
    )
  })

  it('follows every change of its files, and is the same object while there is none', () => {
    const table = shoot()
    const before = table.row('set:a.CR3')
    table.apply(event({ items: [file(4, 'b.jpg', { size: 61 })] }))
    expect(table.row('set:a.CR3')).toBe(before)
    table.apply(event({ items: [file(3, 'a.xmp', { state: done, size: 1 })] }))
    expect(table.row('set:a.CR3')).toMatchObject({ state: { status: 'done' }, size: 71, set: { stored: 3 } })
    // An edit that was changed since it was stored goes again: the set is not stored as it is.
    table.apply(event({ items: [file(3, 'a.xmp', { state: { status: 'queued' }, changed: true })] }))
    expect(table.row('set:a.CR3')).toMatchObject({ state: { status: 'queued' }, changed: true })
  })

  it('takes in a file that comes later, and is none when one file is left', () => {
    const table = tableOf(file(1, 'a.xmp'))
    expect(shown(table).rows).toEqual(['a.xmp'])
    table.apply(event({ items: [file(2, 'a.CR3')] }))
    expect(shown(table).rows).toEqual(['set:a.CR3'])
    table.apply(event({ removedItemIds: ['a.CR3'] }))
    expect(shown(table).rows).toEqual(['a.xmp'])
    expect(table.row('set:a.CR3')).toBeUndefined()
    table.apply(event({ items: [file(3, 'a.CR3')] }))
    expect(table.filesOf('set:a.CR3')).toEqual(['a.CR3', 'a.xmp'])
  })

  it('has no files of other batches, and no second shot of its name', () => {
    const others = tableOf(file(1, 'a.CR3'), file(2, 'a.JPG', { batchId: 'b' }))
    expect(shown(others).rows).toEqual(['a.CR3', 'a.JPG'])
    const twice = tableOf(file(1, 'a.JPG'), file(2, 'again', { relativePath: 'Day/a.JPG' }))
    expect(shown(twice).rows).toEqual(['a.JPG', 'again'])
  })

  it('keeps its own state under a filter that only some of its files match, and stands for those alone', () => {
    const found = shown(shoot(), { status: 'done' }, 'set:a.CR3')
    expect(found.rows).toEqual(['set:a.CR3', 'a.CR3', 'a.JPG'])
    expect(found.files).toBe(2)
    expect(shoot().row('set:a.CR3')?.state.status).toBe('failed')
    // What is selected and removed is only what was found.
    expect([...selectAll(noSelection, found).ids]).toEqual(['a.CR3', 'a.JPG'])
    expect([...select(noSelection, 'set:a.CR3', 'only', found).ids]).toEqual(['a.CR3', 'a.JPG'])
  })

  it('is found by the name of any of its files, and sorted by what they come to', () => {
    expect(shown(shoot(), { search: 'xmp' }).rows).toEqual(['set:a.CR3'])
    expect(shown(shoot(), { search: 'xmp' }).filesOf('set:a.CR3')).toEqual(['a.xmp'])
    const bySize = { sort: { column: 'size', descending: true } } as const
    // 71 bytes together, though no file of it is as large as the other one.
    expect(shown(shoot(), bySize, 'set:a.CR3').rows).toEqual([
      'set:a.CR3',
      'a.CR3',
      'a.JPG',
      'a.xmp',
      'b.jpg',
    ])
    expect(shown(shoot(), { sort: { column: 'name', descending: true } }).rows).toEqual([
      'b.jpg',
      'set:a.CR3',
    ])
  })

  it('is selected as its files are, and taken out of the selection as a whole', () => {
    const list = shown(shoot(), {}, 'set:a.CR3')
    const all = select(noSelection, 'set:a.CR3', 'only', list)
    expect([...all.ids]).toEqual(['a.CR3', 'a.JPG', 'a.xmp'])
    expect(select(all, 'set:a.CR3', 'toggle', list).ids.size).toBe(0)
    const one = select(moveTo(noSelection, 'a.CR3'), 'a.xmp', 'only', list)
    expect(select(one, 'set:a.CR3', 'toggle', list).ids.size).toBe(3)
    const range = select(select(noSelection, 'set:a.CR3', 'only', list), 'b.jpg', 'range', list)
    expect(range.ids.size).toBe(4)
  })

  it('holds every file exactly once, whatever is sorted, filtered, found and opened', () => {
    const names = fc.uniqueArray(
      fc
        .tuple(
          fc.constantFrom('a', 'b', 'IMG_1', 'GX1', 'GL1'),
          fc.constantFrom('CR3', 'JPG', 'xmp', 'mov', 'lrv', 'txt'),
        )
        .map((parts) => parts.join('.')),
    )
    const query = fc.record({
      status: fc.constantFrom('all' as const, 'done' as const),
      column: fc.constantFrom('queue' as const, 'name' as const, 'size' as const, 'progress' as const),
      descending: fc.boolean(),
      open: fc.boolean(),
    })
    fc.assert(
      fc.property(names, query, ({ ...paths }, { status, column, descending, open }) => {
        const rows = Object.values(paths).map((name, index) =>
          file(index, String(name), index % 2 === 0 ? { state: done } : {}),
        )
        const table = tableOf(...rows)
        const wanted = rows.filter(({ state }) => status === 'all' || state.status === 'done')
        const sets = rows.flatMap(({ id }) => table.setOf(id) ?? [])
        const list = shown(table, { status, sort: { column, descending } }, ...(open ? sets : []))
        const level1 = list.rows.filter((id) => !list.parents.has(id)).flatMap(list.filesOf)
        expect(level1.sort()).toEqual(wanted.map(({ id }) => id).sort())
        expect(list.files).toBe(wanted.length)
        expect(new Set(list.rows).size).toBe(list.rows.length)
      }),
    )
  })
})
