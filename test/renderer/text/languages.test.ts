/** The window in another language: which one, its numbers, and what main said in English. */
import { afterEach, describe, expect, it } from 'vitest'
import { rowText } from '../../../src/renderer/features/file-status/row-text.ts'
import { errorText } from '../../../src/renderer/text/error-text.ts'
import { formatBytes, formatPercent, formatSpeed, formatTimeLeft } from '../../../src/renderer/text/format.ts'
import { i18n, t } from '../../../src/renderer/text/i18n.ts'
import { languageFor } from '../../../src/renderer/text/languages.ts'
import { row } from '../rows.ts'

afterEach(async () => {
  await i18n.changeLanguage('en')
})

describe('the language', () => {
  it.each([
    ['auto', ['de-DE', 'zh-Hans-CN', 'en'], 'zh-CN'],
    ['auto', ['en-US', 'zh-CN'], 'en'],
    ['auto', ['fr'], 'en'],
    ['auto', [], 'en'],
    ['zh-CN', ['en'], 'zh-CN'],
  ] as const)('set to %s on a system of %s is %s', (wanted, preferred, language) => {
    expect(languageFor(wanted, preferred)).toBe(language)
  })

  it('changes words, counts and times at once', async () => {
    expect(t('list.removed', { count: 1 })).toBe('1 file removed from the list')
    expect(t('list.removed', { count: 12_000 })).toBe('12,000 files removed from the list')
    await i18n.changeLanguage('zh-CN')
    expect(t('list.removed', { count: 12_000 })).toBe('已将 12,000 个文件移出列表')
    expect(formatTimeLeft(4.6 * 3600)).toBe('剩余约 4 小时 45 分钟')
    expect(formatSpeed(8_200_000)).toBe('8.2\u00a0MB/秒')
    expect([formatBytes(24_600_000), formatPercent(42)]).toEqual(['24.6\u00a0MB', '42%'])
  })

  it('counts tries by the ordinals of English, and in Chinese without', async () => {
    const tried = (count: number) => t('row.retryingSoon', { count, ordinal: true, most: 30 })
    expect([1, 2, 3, 11, 22].map(tried)).toEqual([
      'Retrying now (1st of 30)',
      'Retrying now (2nd of 30)',
      'Retrying now (3rd of 30)',
      'Retrying now (11th of 30)',
      'Retrying now (22nd of 30)',
    ])
    await i18n.changeLanguage('zh-CN')
    expect(tried(2)).toBe('正在重试（第 2 次，共 30 次）')
  })

  it('says an error in its own sentence for the code, and in English what main said', async () => {
    const error = { code: 'connection-lost', message: 'The connection to x was lost' } as const
    const failed = row(1, { state: { status: 'failed', error } })
    expect(rowText(failed, 3, 0).detail).toBe(
      'The connection to x was lost. Retry when the network is stable again.',
    )
    await i18n.changeLanguage('zh-CN')
    expect(rowText(failed, 3, 0).detail).toBe('连接已断开。请在网络稳定后点击“重试”。')
  })

  it('puts the names and numbers of an error into its own sentence', async () => {
    const facts = { kind: 'over-limit', name: 'A {{b}}.mov', size: 5e9, limit: 2e9 } as const
    const problem = { kind: 'no-copy', name: 'B.jpg', problem: 'damaged' } as const
    await i18n.changeLanguage('zh-CN')
    expect(errorText({ code: 'source-too-large', message: '', facts })).toBe(
      'A {{b}}.mov 的大小为 5.0\u00a0GB，上限为 2.0\u00a0GB。请在“设置”中提高上限，然后点击“重试”。',
    )
    expect(errorText({ code: 'not-convertible', message: '', facts: problem })).toContain('照片已损坏')
  })

  it('shows a name as it is, whatever it looks like', () => {
    for (const name of ['$t(header.settings)', '{{count}}', '<b>a</b>', '$1 $& %s']) {
      expect(t('list.progressLabel', { name })).toBe(`Progress of ${name}`)
      expect(t('intake.emptyFolder', { folder: name })).toBe(`No files in ${name}`)
    }
  })
})
