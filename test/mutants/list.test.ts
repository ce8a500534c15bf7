/** The list of breaks fits the project as it is, and leaves no promise out. The breaks themselves: `npm run test:mutants`. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { trustRules } from './break.ts'
import { breaks } from './breaks.ts'
import { brokenText } from './tree-copy.ts'

const project = join(import.meta.dirname, '..', '..')
const textOf = (file: string) => readFileSync(join(project, file), 'utf8')

const promises = [...textOf('docs/promises.md').matchAll(/^- \*\*([RS]\d+)\./gm)].map(([, id]) => String(id))
const kept = [...promises, ...Object.keys(trustRules)]

describe('the list of breaks', () => {
  it('has at least 150, each with a name of its own', () => {
    expect(breaks.length).toBeGreaterThanOrEqual(150)
    expect(new Set(breaks.map(({ id }) => id)).size).toBe(breaks.length)
  })

  it('knows the promises', () => {
    expect(promises.length).toBeGreaterThan(15)
  })

  it.each(kept)('breaks %s', (id) => {
    expect(breaks.filter(({ keeps }) => keeps.some((one) => one === id)).length).toBeGreaterThan(0)
  })

  it.each(breaks)('fits the source as it is: $id', (one) => {
    const text = textOf(one.file)
    expect(brokenText(one, text)).not.toBe(text)
    expect(one.keeps.length).toBeGreaterThan(0)
    expect(one.keeps.filter((id) => !kept.includes(id))).toEqual([])
    expect(Object.keys(one.noticedBy).filter((file) => !existsSync(join(project, file)))).toEqual([])
  })
})
