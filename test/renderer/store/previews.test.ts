/** Previews in the window: in their own batch alone, and never said to be originals. */
import { expect, it } from 'vitest'
import { rowText } from '../../../src/renderer/features/file-status/row-text.ts'
import { everyFile, shownOf } from '../../../src/renderer/store/list-query.ts'
import { RowTable } from '../../../src/renderer/store/row-table.ts'
import { batchName } from '../../../src/renderer/text/batch-name.ts'
import { i18n } from '../../../src/renderer/text/i18n.ts'
import { formatText } from '../../../src/renderer/text/verdict-text.ts'
import { outcomeOf } from '../../../src/shared/outcome.ts'
import type { ItemState } from '../../../src/shared/upload.ts'
import { event, row, totals } from '../rows.ts'

const done: ItemState = {
  status: 'done',
  md5: '',
  url: 'http://x/uploads/previews/Day/1.jpg',
  finishedAtMs: 1,
}
const preview = row(1, {
  isPreview: true,
  batchId: 'previews',
  relativePath: 'Day/1.CR3',
  note: { kind: 'converted', originalSize: 30_000_000 },
  size: 400_000,
  state: done,
})

it('are not among all files, of which the sums are those of what was dropped', () => {
  const table = new RowTable()
  table.apply(event({ reset: true, items: [preview, row(2)] }))
  const shown = (batchId: string | null) => shownOf(table, { ...everyFile, batchId }, new Set()).rows
  expect(shown(null)).toEqual(['item-2'])
  expect(shown('previews')).toEqual(['item-1'])
})

it('say that the original goes another way, and so do files of which there is none', () => {
  expect(rowText(preview, 3, 0).detail).toMatch(
    /^Preview: 30\.0\sMB → 400\skB\. The original is uploaded separately$/,
  )
  const none = row(1, { isPreview: true, state: { status: 'skipped', reason: { by: 'no-preview' } } })
  expect(rowText(none, 3, 0).detail).toBe(
    'No preview can be made of this file. The original is uploaded separately.',
  )
})

it('say nothing of the card, whatever became of them', () => {
  const stored = outcomeOf({ ...totals({ done: 3 }), copies: 3 })
  expect(formatText(stored, {}, true)).toContain('These are previews.')
  expect(formatText(outcomeOf(totals({ done: 2, skipped: 1 })), {}, true)).toContain('These are previews.')
})

it('have the name of their batch, in the language of the window', async () => {
  expect(batchName('Day · previews')).toBe('Day · previews')
  await i18n.changeLanguage('zh-CN')
  expect(batchName('8 files · previews')).toBe('8 个文件 · 预览')
  await i18n.changeLanguage('en')
})
