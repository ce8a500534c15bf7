/** No component holds words of its own: all come from the catalogs, and change when the language does. */
import { parseAst } from 'vite'
import { describe, expect, it } from 'vitest'
import { rendererSources } from '../source-files.ts'

/** Attributes whose values people see or hear. */
const shown = /^(aria-label|aria-description|aria-valuetext|title|label|description|placeholder|alt|error)$/
const hasLetters = /\p{L}{2}/u

interface Node {
  readonly type: string
  readonly [part: string]: unknown
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'

function* nodesIn(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const each of value) yield* nodesIn(each)
  else if (isNode(value)) {
    yield value
    for (const part of Object.values(value)) yield* nodesIn(part)
  }
}

const literal = (value: unknown) =>
  isNode(value) && value.type === 'Literal' && typeof value.value === 'string' ? value.value : ''

function wordsOf(node: Node): string {
  if (node.type === 'JSXText') return String(node.value)
  if (node.type !== 'JSXAttribute' || !isNode(node.name) || !shown.test(String(node.name.name))) return ''
  const { value } = node
  return isNode(value) && value.type === 'JSXExpressionContainer' ? literal(value.expression) : literal(value)
}

function wordsIn(source: string): string[] {
  const words = [...nodesIn(parseAst(source, { lang: 'tsx' }))].map(wordsOf)
  return words.map((each) => each.trim()).filter((each) => hasLetters.test(each))
}

const components = rendererSources().filter(({ name }) => name.endsWith('.tsx'))

describe('the components', () => {
  it('are looked at as a whole, and a word in one would be found', () => {
    expect(components.length).toBeGreaterThan(20)
    expect(wordsIn('const A = () => <p title="Hello you">{x} and more</p>')).toEqual([
      'Hello you',
      'and more',
    ])
  })

  it.each(components)('hold no words: $name', ({ text }) => {
    expect(wordsIn(text)).toEqual([])
  })

  it.each(components)('get their words by the hook that follows the language: $name', ({ text }) => {
    expect(text).not.toMatch(/import \{[^}]*\bt\b[^}]*\} from '.*\/text\/i18n\.ts'/)
    const writesNumbers = /from '.*\/text\/format\.ts'/.test(text)
    if (writesNumbers) expect(text).toMatch(/useText\(\)/)
  })
})
