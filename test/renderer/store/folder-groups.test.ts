/** The groups of a list by folder. */
import { describe, expect, it } from 'vitest'
import { FolderGrouping } from '../../../src/renderer/store/folder-groups.ts'
import type { ItemRow } from '../../../src/shared/feed.ts'
import { row } from '../rows.ts'

function tableOf(paths: readonly string[], batchOf = (_: number) => 'batch') {
  const rows = new Map(
    paths.map((relativePath, nth) => [
      `${nth}`,
      row(nth, { id: `${nth}`, relativePath, batchId: batchOf(nth) }),
    ]),
  )
  return { row: (id: string): ItemRow | undefined => rows.get(id), ids: [...rows.keys()] }
}

describe('the folders of a list', () => {
  it('begin where the folder changes, in the order of the list', () => {
    const table = tableOf(['Day/a/1.jpg', 'Day/a/2.jpg', 'Day/b/3.jpg', 'Day/4.jpg', 'Day/a/5.jpg'])
    expect(new FolderGrouping().update(table, table.ids)).toEqual([
      { from: 0, batchId: 'batch', folder: 'Day/a' },
      { from: 2, batchId: 'batch', folder: 'Day/b' },
      { from: 3, batchId: 'batch', folder: 'Day' },
      { from: 4, batchId: 'batch', folder: 'Day/a' },
    ])
  })

  it('tell a folder from another one whose name begins alike, and one batch from another', () => {
    const table = tableOf(['Day/1.jpg', 'Day 2/1.jpg', 'Day 2/2.jpg', '3.jpg'], (nth) =>
      nth < 2 ? 'x' : 'y',
    )
    const found = new FolderGrouping().update(table, table.ids)
    expect(found.map(({ from }) => from)).toEqual([0, 1, 2, 3])
    expect(found.at(-1)).toEqual({ from: 3, batchId: 'y', folder: '' })
  })

  it('are the same whether a list came at once, piece by piece, or after other lists', () => {
    const paths = Array.from({ length: 500 }, (_, nth) => `Shoot ${Math.floor(nth / 7)}/${nth}.jpg`)
    const table = tableOf(paths)
    const whole = new FolderGrouping().update(table, table.ids)
    const pieces = new FolderGrouping()
    const growing: string[] = []
    for (const id of table.ids) {
      growing.push(id)
      pieces.update(table, growing)
    }
    expect(pieces.update(table, growing)).toEqual(whole)
    pieces.update(table, growing.slice(0, 20))
    pieces.update(table, growing.slice(10))
    expect(pieces.update(table, table.ids)).toEqual(whole)
  })

  it('are the same array until something changes', () => {
    const table = tableOf(['a/1.jpg', 'a/2.jpg', 'b/3.jpg'])
    const grouping = new FolderGrouping()
    const first = grouping.update(table, table.ids)
    expect(grouping.update(table, [...table.ids])).toBe(first)
    expect(grouping.update(table, table.ids.slice(0, 2))).toEqual([first[0]])
  })
})
