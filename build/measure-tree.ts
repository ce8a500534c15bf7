/** Prints figures of the tree's shape: `npm run tree`. Sizes are lines; every figure is counted from the sources as they are. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { nodesOf } from './syntax-tree.ts'

const root = process.argv[2] ?? '.'
const wings = ['src/main', 'src/renderer', 'src/shared', 'src/preload', 'server']
const longFunction = 40
const smallFile = 60

interface Source {
  readonly path: string
  readonly text: string
  readonly lines: number
  /** Paths of the project's own files that it imports. */
  readonly imports: readonly string[]
  /** Lines of each of its functions. */
  readonly functions: readonly number[]
}

const linesOf = (text: string) => text.split('\n').filter((line) => line.trim() !== '').length

function functionLines(path: string, text: string): number[] {
  const functions = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/
  return [...nodesOf(text, path.endsWith('x') ? 'tsx' : 'ts')]
    .filter(({ type }) => functions.test(type))
    .map(({ start, end }) => linesOf(text.slice(start, end)))
}

function sourceOf(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8')
  const specifiers = [...text.matchAll(/(?:from|import|import\()\s*'(\.[^']+)'/g)].map(([, to]) => to ?? '')
  return {
    path,
    text,
    lines: text.split('\n').length - 1,
    imports: [...new Set(specifiers.map((to) => relative(root, resolve(root, dirname(path), to))))],
    functions: functionLines(path, text),
  }
}

const sources = wings.flatMap((wing) =>
  readdirSync(join(root, wing), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => sourceOf(relative(root, join(entry.parentPath, entry.name)))),
)

const importers = Map.groupBy(
  sources.flatMap(({ path, imports }) => imports.map((to) => ({ path, to }))),
  ({ to }) => to,
)

/** Imports between folders of a wing that also import each other, directly or round about: those that run upwards somewhere. */
function upwardImports(wing: string): number {
  const folderOf = (path: string) => relative(wing, path).split('/').slice(0, 1).join('')
  const own = sources.filter(({ path }) => path.startsWith(`${wing}/`))
  const edges = own.flatMap(({ path, imports }) =>
    imports
      .filter((to) => to.startsWith(`${wing}/`) && folderOf(to) !== folderOf(path))
      .map((to) => ({ from: folderOf(path), to: folderOf(to) })),
  )
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (from === to) return true
    if (seen.has(from)) return false
    seen.add(from)
    return edges.some((edge) => edge.from === from && reaches(edge.to, to, seen))
  }
  return edges.filter(({ from, to }) => reaches(to, from)).length
}

const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)
const share = (numbers: readonly number[], part: number) =>
  sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * part))] ?? 0

function figuresOf(some: readonly Source[]): Record<string, number | string> {
  const lines = some.map((source) => source.lines)
  const names = Map.groupBy(some, ({ path }) => basename(path))
  const single = some.filter(({ path, lines: size }) => importers.get(path)?.length === 1 && size < smallFile)
  return {
    files: some.length,
    lines: lines.reduce((sum, each) => sum + each, 0),
    'lines p50 / p90 / max': `${share(lines, 0.5)} / ${share(lines, 0.9)} / ${Math.max(0, ...lines)}`,
    [`functions over ${longFunction} lines`]: some
      .flatMap((source) => source.functions)
      .filter((n) => n > longFunction).length,
    [`files under ${smallFile} lines with one importer`]: single.length,
    'file names used more than once': [...names.values()].filter((same) => same.length > 1).length,
  }
}

console.table({
  all: figuresOf(sources),
  ...Object.fromEntries(
    wings.map((wing) => [wing, figuresOf(sources.filter(({ path }) => path.startsWith(`${wing}/`)))]),
  ),
})
console.table(
  Object.fromEntries(
    wings.map((wing) => [wing, { 'imports between folders in a circle': upwardImports(wing) }]),
  ),
)
