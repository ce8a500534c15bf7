/** No component contains text: all text comes from the catalogs, and changes with the language. */
import { describe, expect, it } from 'vitest'
import { isNode, type Node, nodesOf } from '../../../build/syntax-tree.ts'
import { rendererSources } from '../source-files.ts'

/** Attributes whose values users see or hear. */
const shown = /^(aria-label|aria-description|aria-valuetext|title|label|description|placeholder|alt|error)$/
const hasLetters = /\p{L}{2}/u

const literal = (value: unknown) =>
  isNode(value) && value.type === 'Literal' && typeof value.value === 'string' ? value.value : ''

function textOf(node: Node): string {
  if (node.type === 'JSXText') return String(node.value)
  if (node.type !== 'JSXAttribute' || !isNode(node.name) || !shown.test(String(node.name.name))) return ''
  const { value } = node
  return isNode(value) && value.type === 'JSXExpressionContainer' ? literal(value.expression) : literal(value)
}

function textsIn(source: string): string[] {
  const texts = [...nodesOf(source, 'tsx')].map(textOf)
  return texts.map((each) => each.trim()).filter((each) => hasLetters.test(each))
}

const components = rendererSources().filter(({ name }) => name.endsWith('.tsx'))

describe('the components', () => {
  it('are all checked, and text in one would be found', () => {
    expect(components.length).toBeGreaterThan(20)
    expect(textsIn('const A = () => <p title="Hello you">{x} and more</p>')).toEqual([
      'Hello you',
      'and more',
    ])
  })

  it.each(components)('contain no text: $name', ({ text }) => {
    expect(textsIn(text)).toEqual([])
  })

  it.each(components)('get their text from the hook that follows the language: $name', ({ text }) => {
    expect(text).not.toMatch(/import \{[^}]*\bt\b[^}]*\} from '.*\/text\/i18n\.ts'/)
    const writesNumbers = /from '.*\/text\/format\.ts'/.test(text)
    if (writesNumbers) expect(text).toMatch(/useText\(\)/)
  })
})
