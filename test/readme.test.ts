/** The READMEs and the list of promises name what is there: scripts, files, packages, tests; the Chinese README says what the English one says. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = new URL('../', import.meta.url)
const read = (name: string) => readFileSync(fileURLToPath(new URL(name, root)), 'utf8')
const english = read('README.md')
const chinese = read('README.zh-CN.md')

const server = read('server/README.md')
const promises = read('docs/promises.md')
const packageFile = JSON.parse(read('package.json')) as Record<
  'scripts' | 'dependencies' | 'devDependencies',
  Record<string, string>
>

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

it('gives each runtime dependency one line that says why, and none to a package that is gone', () => {
  const [, table = ''] = /## Built with\n([\s\S]*?)\n## /.exec(english) ?? []
  const named = [...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell = '']) => cell.trim().split(', '))
  const packages = named.slice(2).map((name) => name.replace(/ \(.*/, ''))
  const { dependencies, devDependencies } = packageFile
  expect(packages).toHaveLength(new Set(packages).size)
  expect(packages.filter((name) => !(name in dependencies || name in devDependencies))).toEqual([])
  expect(Object.keys(dependencies).filter((name) => !packages.includes(name))).toEqual([])
})

it('names only scripts and files that are there', () => {
  const text = `${english}${chinese}${server}`
  const scripts = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name)
  expect(scripts.filter((name) => !(name in packageFile.scripts))).toEqual([])
  const files = [...text.matchAll(/[` ]((?:src|server|test|build|\.ci)\/[\w./-]+)[` ]/g)].map(
    ([, path = '']) => path,
  )
  expect(files.length).toBeGreaterThan(20)
  expect(files.filter((path) => !existsSync(fileURLToPath(new URL(path, root))))).toEqual([])
})

it('gives each promise tests that are there, each named so that it is one test', () => {
  const tests = readdirSync(fileURLToPath(new URL('test', root)), { recursive: true, encoding: 'utf8' })
  const found = (name: string) => tests.filter((path) => `/${path}`.endsWith(`/${name}`)).length
  const list = promises.split(/^- \*\*/m).slice(1)
  expect(list.map((promise) => promise.split('.')[0])).toEqual([
    ...Array.from({ length: 17 }, (_, index) => `R${index + 1}`),
    ...Array.from({ length: 8 }, (_, index) => `S${index + 1}`),
  ])
  for (const promise of list) {
    const named = [...promise.matchAll(/`([\w./-]+\.test\.ts)`/g)].map(([, name = '']) => [name, found(name)])
    expect(named.length).toBeGreaterThan(0)
    expect(named).toEqual(named.map(([name]) => [name, 1]))
  }
})
