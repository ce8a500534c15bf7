/** The name of a batch of single files, stored in English and shown in the window's language. */
import { afterEach, expect, it } from 'vitest'
import { batchName, storedBatchName } from '../../../src/renderer/text/batch-name.ts'
import { i18n } from '../../../src/renderer/text/i18n.ts'

afterEach(async () => {
  await i18n.changeLanguage('en')
})

it('is a count in the language of the window', async () => {
  await i18n.changeLanguage('zh-CN')
  expect([storedBatchName(1), storedBatchName(1234)]).toEqual(['1 file', '1,234 files'])
  expect(['1 file', '8 files', '1,234 files'].map(batchName)).toEqual([
    '1 个文件',
    '8 个文件',
    '1,234 个文件',
  ])
})

it('leaves names of folders alone', async () => {
  await i18n.changeLanguage('zh-CN')
  for (const name of ['Li & Wang', '8 files from Anna', 'files', '2026']) expect(batchName(name)).toBe(name)
})
