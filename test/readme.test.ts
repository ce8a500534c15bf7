/** The Chinese README says what the English one says: the same features, commands, pictures and headings. */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = new URL('../', import.meta.url)
const read = (name: string) => readFileSync(fileURLToPath(new URL(name, root)), 'utf8')
const english = read('README.md')
const chinese = read('README.zh-CN.md')

/** Numbers of the features, in their order. */
const features = (readme: string) =>
  readme.split('\n').flatMap((line) => /^\| (\d+(?:–\d+)?) /.exec(line)?.[1] ?? [])

const commands = (readme: string) =>
  [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, code = '']) => code.replace(/ *#.*$/gm, ''))
const links = (readme: string) => [...readme.matchAll(/\]\(([^)#]+)/g)].map(([, target = '']) => target)

it('has the same features in both', () => {
  expect(features(english).length).toBeGreaterThan(30)
  expect(features(chinese)).toEqual(features(english))
})

it('shows the same commands in both', () => {
  expect(commands(chinese)).toEqual(commands(english))
})

it.each([
  ['README.md', english],
  ['README.zh-CN.md', chinese],
])('leads nowhere that is not there: %s', (_, readme) => {
  const local = links(readme).filter((target) => !/^https?:/.test(target))
  expect(local.length).toBeGreaterThan(2)
  expect(local.filter((target) => !existsSync(fileURLToPath(new URL(target, root))))).toEqual([])
})

it('links each to the other', () => {
  expect(links(english)).toContain('README.zh-CN.md')
  expect(links(chinese)).toContain('README.md')
})
