/** What the row of a set says in words. */
import { describe, expect, it } from 'vitest'
import { rowLabel } from '../../../../src/renderer/features/file-status/row-text.ts'
import { setText } from '../../../../src/renderer/features/file-status/set-text.ts'
import { RowTable } from '../../../../src/renderer/store/row-table.ts'
import { i18n } from '../../../../src/renderer/text/i18n.ts'
import type { ItemState } from '../../../../src/shared/upload.ts'
import { event, row } from '../../rows.ts'

const done: ItemState = { status: 'done', md5: '', url: 'http://x/uploads/Day/IMG_1.CR3', finishedAtMs: 1 }
const failed: ItemState = {
  status: 'failed',
  error: { code: 'source-missing', message: 'IMG_1.xmp is gone.' },
}
const skipped: ItemState = { status: 'skipped', reason: { by: 'name-taken', path: 'Day/IMG_1.xmp' } }

/** Of a RAW with its JPEG and its edits. */
function textOf(...states: ItemState[]) {
  const names = ['IMG_1.CR3', 'IMG_1.JPG', 'IMG_1.xmp']
  const items = states.map((state, index) =>
    row(index, { id: `${index}`, relativePath: `Day/${names[index]}`, state, acknowledgedBytes: 100 }),
  )
  const table = new RowTable()
  table.apply(event({ reset: true, items }))
  const set = table.row('set:0')
  if (set === undefined) throw new Error('No set')
  return setText(set, items, 3, 0, '')
}

describe('the row of a set', () => {
  it('names the shot and its files once', () => {
    expect(textOf(done, done, done)).toMatchObject({
      name: 'IMG_1',
      parts: 'CR3 + JPG + XMP',
      folder: 'Day',
      status: 'Done',
      percent: 100,
    })
    expect(rowLabel(textOf(done, done, done))).toContain('IMG_1, set of 3 files: CR3 + JPG + XMP, Done, 100%')
  })

  it('says how many are stored as long as not all are, and what of the others', () => {
    const text = textOf(done, done, failed)
    expect(text.status).toBe('2 of 3 stored')
    expect(text.percent).toBe(99)
    expect(text.detail).toMatch(/^Failed: 1 · IMG_1\.xmp: /)
  })

  it('says that a file is not stored whose name other bytes have', () => {
    const text = textOf(done, done, skipped)
    expect(text.status).toBe('2 of 3 stored')
    expect(text.detail).toMatch(/^Skipped: 1 · IMG_1\.xmp: /)
  })

  it('says it when one file got another name than the rest', () => {
    const numbered = { ...done, url: 'http://x/uploads/Day/IMG_1%20(2).xmp' }
    expect(textOf(done, { ...done, url: 'http://x/uploads/Day/IMG_1.JPG' }, numbered).detail).toBe(
      'IMG_1.xmp: Stored as IMG_1 (2).xmp',
    )
  })

  it('speaks Chinese too', async () => {
    await i18n.changeLanguage('zh-CN')
    expect(textOf(done, done, failed).status).toBe('已存储 2/3')
    await i18n.changeLanguage('en')
  })
})
