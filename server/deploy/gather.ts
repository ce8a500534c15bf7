/**
 * Gathers what the built server needs at run time, and nothing else, in one folder: its files under out/main and the
 * packages that these import, as locked. `node server/deploy/gather.ts <folder>`, after `npm run build`.
 */
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { dirname, join, relative } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const built = join('out', 'main')
/** The server, and the worker that it starts by its file name. */
const entries = ['server.js', 'digest-worker.js']
/** Of use to people and compilers only. */
const unneeded = /\.(d\.[cm]?ts|map)$/

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** @param target a folder; made when it is not there */
async function gather(target: string): Promise<void> {
  const files = new Set<string>()
  const places = new Set<string>()
  for (const entry of entries) await followFile(entry, files, places)
  for (const file of files) await copy(join(built, file), target)
  for (const place of places) await copy(place, target)
  await copy('LICENSE', target)
  const { name, version, license } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const manifest = { name: `${name}-server`, version, license, private: true, type: 'module' }
  await writeFile(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  console.log(`${files.size} files and ${places.size} packages in ${target}`)
}

/** Adds the built file, the chunks that it imports and, as folders, the packages. */
async function followFile(file: string, files: Set<string>, places: Set<string>): Promise<void> {
  if (files.has(file)) return
  files.add(file)
  for (const name of importsOf(await readFile(join(root, built, file), 'utf8'))) {
    if (name.startsWith('./')) await followFile(name.slice(2), files, places)
    else if (!name.startsWith('node:') && !builtinModules.includes(name)) {
      await followPackage(packageOf(name), root, places)
    }
  }
}

function importsOf(code: string): string[] {
  const found = code.matchAll(/^(?:im|ex)port\b[^;"]*"([^"]+)"|\bimport\(\s*"([^"]+)"/gm)
  return [...found].map((match) => String(match[1] ?? match[2]))
}

/** @returns `koa` for `koa/lib/response`, `@koa/router` for itself */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** Adds the place of a package, as it is found from the folder `from`, and of all that it depends on. */
async function followPackage(
  name: string,
  from: string,
  places: Set<string>,
  isOptional = false,
): Promise<void> {
  const folder = folderOf(name, from)
  if (folder === undefined && isOptional) return
  if (folder === undefined) throw new Error(`The package ${name} is not installed.`)
  const place = relative(root, folder)
  if (places.has(place)) return
  places.add(place)
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest
  const { dependencies = {}, optionalDependencies = {} } = manifest
  for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) {
    await followPackage(needed, folder, places, needed in optionalDependencies)
  }
}

/** Looks for a package the way Node does: in each node_modules on the way up, no further than the project's own. */
function folderOf(name: string, from: string): string | undefined {
  const folder = join(from, 'node_modules', name)
  if (existsSync(join(folder, 'package.json'))) return folder
  return from === root ? undefined : folderOf(name, dirname(from))
}

/** @param place within the project, the same within `target` */
async function copy(place: string, target: string): Promise<void> {
  const source = join(root, place)
  await mkdir(dirname(join(target, place)), { recursive: true })
  await cp(source, join(target, place), {
    recursive: true,
    // A package within a package is gathered by itself, if it is needed.
    filter: (path) => !unneeded.test(path) && relative(source, path).split('/')[0] !== 'node_modules',
  })
}

const target = process.argv[2]
if (target === undefined) {
  console.error('Say where to: node server/deploy/gather.ts <folder>')
  process.exit(2)
}
await gather(target)
