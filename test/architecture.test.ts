/** Holds the tree to its one-way rule: who may import whom. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** A place in the tree -> the places it may import from, besides itself; the first entry that fits a file counts. */
const mayImport: readonly (readonly [place: string, allowed: readonly string[]])[] = [
  ['src/shared', []],
  ['src/preload', ['src/shared']],
  ['src/renderer', ['src/shared']],
  [
    'server/routes',
    ['src/shared', 'server/uploads', 'server/middleware', 'server/storage', 'server/ledger', 'server'],
  ],
  ['server/uploads', ['src/shared', 'server/storage', 'server/ledger', 'server']],
  ['server/storage', ['src/shared', 'server']],
  ['server/ledger', ['src/shared', 'server']],
  ['server/middleware', ['src/shared', 'server']],
  ['server', ['src/shared', 'server/']],
  ['src/main/containers', ['src/shared']],
  ['src/main/workers', ['src/shared', 'src/main/containers']],
  ['src/main/transfer', ['src/shared']],
  ['src/main/intake', ['src/shared']],
  ['src/main/thumbnails', ['src/shared', 'src/main/containers', 'src/main/workers', 'src/main/intake']],
  ['src/main/journal', ['src/shared']],
  ['src/main/pipeline', ['src/shared', 'src/main/transfer', 'src/main/workers', 'src/main/intake']],
  [
    'src/main/queue',
    [
      'src/shared',
      'src/main/pipeline',
      'src/main/transfer',
      'src/main/workers',
      'src/main/intake',
      'src/main/journal',
    ],
  ],
  ['src/main/feed', ['src/shared', 'src/main/queue']],
  ['src/main/browser', ['src/shared', 'src/main/ferry.ts', 'src/main/commands.ts']],
  ['src/main/desktop', ['src/shared', 'src/main/ferry.ts', 'src/main/commands.ts', 'src/main/journal']],
  ['src/main', ['src/shared', 'src/main/']],
]

interface Import {
  readonly from: string
  readonly to: string
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const specifiers = [...text.matchAll(/(?:from|import|import\()\s*'([^']+)'/g)].map((match) =>
    String(match[1]),
  )
  return specifiers.map((to) => ({
    from: file,
    to: to.startsWith('.') ? relative(root, resolve(root, dirname(file), to)) : to,
  }))
}

const sources = ['src', 'server'].flatMap(sourcesBelow)
const imports = sources.flatMap(importsOf)
const inside = (file: string, place: string) =>
  file === place || file.startsWith(place.endsWith('/') ? place : `${place}/`)

function isAllowed({ from, to }: Import): boolean {
  const rule = mayImport.find(([place]) => inside(from, place))
  if (!rule) return false
  const [place, allowed] = rule
  return inside(to, place) || allowed.some((other) => inside(to, other))
}

describe('the architecture', () => {
  it('is looked at as a whole', () => {
    expect(sources.length).toBeGreaterThan(50)
    expect(imports.length).toBeGreaterThan(sources.length)
  })

  it('lets every part import only what the one-way rule allows', () => {
    const ours = imports.filter(({ to }) => to.startsWith('src/') || to.startsWith('server/'))
    expect(ours.filter((found) => !isAllowed(found))).toEqual([])
  })

  it('keeps electron to the desktop, its entry and the preload script', () => {
    const importers = imports
      .filter(({ to }) => to === 'electron' || to === 'electron-store')
      .map(({ from }) => from)
    const allowed = ['src/main/desktop', 'src/main/index.ts', 'src/preload']
    expect(importers.filter((file) => !allowed.some((place) => inside(file, place)))).toEqual([])
  })

  it('lets shared import zod and nothing else from outside', () => {
    const outside = imports.filter(({ from, to }) => inside(from, 'src/shared') && !to.startsWith('src/'))
    expect(new Set(outside.map(({ to }) => to))).toEqual(new Set(['zod']))
  })

  it('has no circles', () => {
    expect(findCircle()).toEqual([])
  })
})

/** The files of one circle of imports, types included; empty when there is none. */
function findCircle(): string[] {
  const next = Map.groupBy(imports, ({ from }) => from)
  const finished = new Set<string>()
  const visit = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (finished.has(file)) return []
    for (const { to } of next.get(file) ?? []) {
      const circle = visit(to, [...path, file])
      if (circle.length > 0) return circle
    }
    finished.add(file)
    return []
  }
  for (const file of sources) {
    const circle = visit(file, [])
    if (circle.length > 0) return circle
  }
  return []
}
