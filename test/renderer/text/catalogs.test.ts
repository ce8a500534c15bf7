/** The catalogs: complete in every language, without unused keys, and with correct punctuation. */
import { describe, expect, it } from 'vitest'
import { english } from '../../../src/renderer/text/en/catalog.ts'
import { simplifiedChinese } from '../../../src/renderer/text/zh-CN/catalog.ts'
import { errors } from '../../../src/renderer/text/zh-CN/errors.ts'
import { errorFactsSchema } from '../../../src/shared/protocol/error-facts.ts'
import { errorCodes } from '../../../src/shared/protocol/errors.ts'
import { rendererSources } from '../source-files.ts'

interface Catalog {
  readonly [key: string]: string | Catalog
}

/** Key, its parts joined by dots -> words. */
function flat(catalog: Catalog, above = ''): [key: string, words: string][] {
  return Object.entries(catalog).flatMap(([part, words]) =>
    typeof words === 'string' ? [[above + part, words]] : flat(words, `${above}${part}.`),
  )
}

const form = /(_ordinal)?_(zero|one|two|few|many|other)$/
const keyOf = (written: string) => written.replace(form, '')
const en = flat(english)
const zh = flat(simplifiedChinese)
const placeholders = (words: string) =>
  [...words.matchAll(/\{\{(\w+)/g)].map((match) => String(match[1])).sort()

/** Text that is the same in Chinese: names, addresses, and what has no words. */
const alike = [
  'app.name',
  'token.example',
  'kinds.raw',
  'detail.md5',
  'detail.sha256',
  'survey.groups.raw',
  'checks.extensionsPlaceholder',
  'checks.patternsPlaceholder',
  'servers.urlPlaceholder',
]

/** Key -> the placeholders of all its forms together. */
function placeholdersByKey(catalog: readonly [string, string][]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const [key, words] of catalog) {
    const known = found.get(keyOf(key)) ?? []
    found.set(keyOf(key), [...new Set([...known, ...placeholders(words)])].sort())
  }
  return found
}

/** Counted key -> its plural forms. */
function formsOf(catalog: readonly [string, string][]): Map<string, string[]> {
  const counted = catalog.filter(([key]) => form.test(key))
  const byKey = Map.groupBy(counted, ([key]) => key.replace(/_[a-z]+$/, ''))
  return new Map(
    [...byKey].map(([key, forms]) => [key, forms.map(([each]) => each.slice(key.length + 1)).sort()]),
  )
}

describe('the catalogs', () => {
  it('have the same keys with the same placeholders', () => {
    expect(Object.fromEntries(placeholdersByKey(zh))).toEqual(Object.fromEntries(placeholdersByKey(en)))
  })

  it.each([
    ['en', en],
    ['zh-CN', zh],
  ] as const)('have in %s the plural forms of that language and no others', (language, catalog) => {
    for (const [key, forms] of formsOf(catalog)) {
      const type = key.endsWith('_ordinal') ? 'ordinal' : 'cardinal'
      const asked = new Intl.PluralRules(language, { type }).resolvedOptions().pluralCategories
      expect([key, forms]).toEqual([key, [...asked].sort()])
    }
  })

  it('leave nothing in English', () => {
    const words = new Map(en)
    const untranslated = zh.filter(([key, chinese]) => chinese !== '' && words.get(key) === chinese)
    expect(untranslated.map(([key]) => key)).toEqual(alike)
  })

  it('have a Chinese sentence for each error code, with the facts of its kind', () => {
    expect(Object.keys(errors.code).sort()).toEqual([...errorCodes].sort())
    expect(flat(errors).filter(([, sentence]) => sentence === '')).toEqual([])
    for (const { shape } of errorFactsSchema.options) {
      const { kind, ...facts } = shape
      const given = placeholders(errors.case[kind.value])
      expect([kind.value, given.filter((name) => !(name in facts))]).toEqual([kind.value, []])
    }
  })

  it('have no unused key', () => {
    const sources = rendererSources().filter(({ name }) => !/^text\/(en|zh-CN)\//.test(name))
    const code = sources.map(({ text }) => text).join('\n')
    const whole = new Set([...code.matchAll(/['`]([\w.-]+)['`]/g)].map((match) => match[1]))
    // `status.${status}` uses every key below `status`; the types limit what `status` can be.
    const patterns = [...code.matchAll(/`([\w-]+(?:\.[\w-]+)*\.)\$\{[^}]*\}([\w.-]*)`/g)].map(
      ([, before = '', after = '']) => ({ before, after }),
    )
    const isUsed = (key: string) =>
      whole.has(key) || patterns.some(({ before, after }) => key.startsWith(before) && key.endsWith(after))
    expect([...new Set(en.map(([key]) => keyOf(key)))].filter((key) => !isUsed(key))).toEqual([])
  })
})

describe('the Chinese text', () => {
  const all = [...zh, ...flat(errors)].map(([key, words]) => ({
    key,
    words: words.replace(/\{\{(\w+), number\}\}/g, '12').replace(/\{\{\w+\}\}/g, 'Abc'),
  }))
  const han = '\\p{Script=Han}'

  it.each([
    ['no half-width mark beside a character', `${han}[,;:!?()]|[,;:!?()]${han}`],
    ['no plain quotation marks', `["']`],
    ['a space between a character and a Latin word or a number', `${han}[A-Za-z0-9]|[A-Za-z0-9]${han}`],
    ['no space beside a full-width mark', `[，。；：！？（）“”、] | [，。；：！？（）“”、]`],
    ['no three dots for an ellipsis', `\\.\\.\\.`],
  ])('have %s', (_, pattern) => {
    const fault = new RegExp(pattern, 'u')
    expect(all.filter(({ words }) => fault.test(words))).toEqual([])
  })
})
