/** Lists a folder of this machine for the page's folder picker: browser mode has no dialog of the system. */
import { opendir, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { FolderEntry, FolderListing, FolderPlace } from '../../shared/answers.ts'
import { UploadError } from '../../shared/protocol/errors.ts'

/** Nobody picks from a longer list: such a folder is added as a whole. */
export const maxEntries = 10_000
/** Entries whose kind and size are read at the same time. */
const statsAtOnce = 64

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/**
 * Lists folders and files in natural order of their names, folders first, at most `maxEntries` together. Hidden entries,
 * pipes and devices are left out; a symbolic link counts as what it leads to.
 * @param path absolute path, or null for the home folder
 * @throws UploadError `bad-request` for a relative path, `source-missing`, `source-unreadable`
 */
export async function listFolder(path: string | null): Promise<FolderListing> {
  if (path !== null && (!isAbsolute(path) || path.includes('\0'))) {
    throw new UploadError(
      'bad-request',
      `Expected the absolute path of a folder, got ${JSON.stringify(path)}.`,
    )
  }
  const folder = resolve(path ?? homedir())
  const names = await readNames(folder)
  const entries: FolderEntry[] = []
  for (let from = 0; from < names.length; from += statsAtOnce) {
    const found = await Promise.all(
      names.slice(from, from + statsAtOnce).map((name) => readEntry(folder, name)),
    )
    entries.push(...found.filter((entry) => entry !== null))
  }
  entries.sort((a, b) => rank(a) - rank(b) || byName.compare(a.name, b.name))
  const parent = dirname(folder) === folder ? null : dirname(folder)
  const [counted, places] = await Promise.all([withCounts(entries), listPlaces()])
  return { path: folder, parent, entries: counted, places }
}

/** Nobody waits longer for the counts of a whole listing, ms; a share may be slow. */
const mostCountingMs = 400
/** Folders that are counted, and entries of each: more are of no use to somebody who chooses. */
const mostCounted = 200
const mostInside = 5_000

/** Says of each folder how much is in it, as far as that is quick. */
async function withCounts(entries: readonly FolderEntry[]): Promise<FolderEntry[]> {
  const untilMs = performance.now() + mostCountingMs
  const folders = entries.filter(({ kind }) => kind === 'folder').slice(0, mostCounted)
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), mostCountingMs).unref())
  const counts = new Map(
    await Promise.all(
      folders.map(
        async ({ path }) => [path, await Promise.race([countInside(path, untilMs), late])] as const,
      ),
    ),
  )
  return entries.map((entry) => {
    const inside = counts.get(entry.path)
    return inside ? { ...entry, inside } : entry
  })
}

/** @returns null where it can't be read, or has more than anybody counts in that time */
async function countInside(path: string, untilMs: number): Promise<FolderEntry['inside'] | null> {
  let [files, folders] = [0, 0]
  try {
    for await (const entry of await opendir(path, { bufferSize: 256 })) {
      if (entry.name.startsWith('.')) continue
      if (entry.isDirectory()) folders += 1
      else if (entry.isFile()) files += 1
      if (files + folders > mostInside || performance.now() > untilMs) return null
    }
  } catch {
    return null
  }
  return { files, folders }
}

async function listPlaces(): Promise<FolderPlace[]> {
  const home = homedir()
  const wanted: FolderPlace[] = [
    { kind: 'home', path: home },
    { kind: 'pictures', path: join(home, 'Pictures') },
    { kind: 'desktop', path: join(home, 'Desktop') },
  ]
  const isThere = await Promise.all(
    wanted.map(({ path }) =>
      stat(path).then(
        (found) => found.isDirectory(),
        () => false,
      ),
    ),
  )
  return wanted.filter((_, index) => isThere[index])
}

function rank(entry: FolderEntry): number {
  return entry.kind === 'folder' ? 0 : 1
}

async function readNames(folder: string): Promise<string[]> {
  const names: string[] = []
  try {
    for await (const { name } of await opendir(folder, { bufferSize: 256 })) {
      if (!name.startsWith('.')) names.push(name)
      if (names.length === maxEntries) break
    }
  } catch (cause) {
    throw asUploadError(cause, folder)
  }
  return names
}

async function readEntry(folder: string, name: string): Promise<FolderEntry | null> {
  const path = join(folder, name)
  try {
    const found = await stat(path)
    if (found.isDirectory()) return { name, path, kind: 'folder', size: 0 }
    return found.isFile() ? { name, path, kind: 'file', size: found.size } : null
  } catch {
    // Deleted meanwhile, or a link that leads nowhere.
    return null
  }
}

function asUploadError(cause: unknown, folder: string): UploadError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  const options = (kind: 'folder-missing' | 'not-a-folder' | 'folder-unreadable') => ({
    cause,
    facts: { kind, path: folder },
  })
  if (code === 'ENOENT') {
    return new UploadError('source-missing', `No such folder: ${folder}`, options('folder-missing'))
  }
  if (code === 'ENOTDIR') {
    return new UploadError('source-unreadable', `${folder} is not a folder.`, options('not-a-folder'))
  }
  const message = `Can't read the folder ${folder}. Check its permissions.`
  return new UploadError('source-unreadable', message, options('folder-unreadable'))
}
