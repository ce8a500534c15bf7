/**
 * Copies what the built server needs at run time, and nothing else, into one folder: its files under out/main and the
 * packages that they import, in the locked versions. Run `node server/deploy/gather.ts <folder>` after `npm run build`.
 */
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { dirname, join, relative } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const built = join('out', 'main')
/** The server, and the worker that it starts by file name. */
const entries = ['server.js', 'digest-worker.js']
/** Only useful to people and compilers. */
const unneeded = /\.(d\.[cm]?ts|map)$/

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** @param target a folder; created when it does not exist */
async function gather(target: string): Promise<void> {
  const files = new Set<string>()
  const packages = new Set<string>()
  for (const entry of entries) await followFile(entry, files, packages)
  for (const file of files) await copy(join(built, file), target)
  for (const place of packages) await copy(place, target)
  await copy('LICENSE', target)
  const { name, version, license } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const manifest = { name: `${name}-server`, version, license, private: true, type: 'module' }
  await writeFile(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  console.log(`${files.size} files and ${packages.size} packages in ${target}`)
}

/** Adds the built file, the chunks that it imports, and the folders of the packages that these import. */
async function followFile(file: string, files: Set<string>, packages: Set<string>): Promise<void> {
  if (files.has(file)) return
  files.add(file)
  for (const name of importsOf(await readFile(join(root, built, file), 'utf8'))) {
    if (name.startsWith('./')) await followFile(name.slice(2), files, packages)
    else if (!name.startsWith('node:') && !builtinModules.includes(name)) {
      await followPackage(packageOf(name), root, packages)
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

/** Adds the folder of a package, as resolved from the folder `from`, and those of its dependencies. */
async function followPackage(
  name: string,
  from: string,
  packages: Set<string>,
  isOptional = false,
): Promise<void> {
  const folder = folderOf(name, from)
  if (folder === undefined && isOptional) return
  if (folder === undefined) throw new Error(`The package ${name} is not installed.`)
  const place = relative(root, folder)
  if (packages.has(place)) return
  packages.add(place)
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest
  const { dependencies = {}, optionalDependencies = {} } = manifest
  for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) {
    await followPackage(needed, folder, packages, needed in optionalDependencies)
  }
}

/** Resolves a package the way Node does: in each node_modules on the way up, at most to the project's own. */
function folderOf(name: string, from: string): string | undefined {
  const folder = join(from, 'node_modules', name)
  if (existsSync(join(folder, 'package.json'))) return folder
  return from === root ? undefined : folderOf(name, dirname(from))
}

/** @param place path below the project, and the same below `target` */
async function copy(place: string, target: string): Promise<void> {
  const source = join(root, place)
  await mkdir(dirname(join(target, place)), { recursive: true })
  await cp(source, join(target, place), {
    recursive: true,
    // A package inside a package is copied separately, if it is needed.
    filter: (path) => !unneeded.test(path) && relative(source, path).split('/')[0] !== 'node_modules',
  })
}

const target = process.argv[2]
if (target === undefined) {
  console.error('Name the target folder: node server/deploy/gather.ts <folder>')
  process.exit(2)
}
await gather(target)
