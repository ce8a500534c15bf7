/** Reads dropped folders and yields files as they are found; reads names and sizes, never contents. */
import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { besideEachOther } from '../../shared/file-sets.ts'
import { toUploadError, UploadError } from '../../shared/protocol/errors.ts'
import { appleDoubleBytes, isAppleDouble, isLitterUnread, litterBy } from '../../shared/system-files.ts'
import { lookUpFileSystem } from './file-system.ts'
import { realFolderIn, realFolderOf } from './in-place.ts'
import {
  fileAccessError,
  notAFile,
  openSource,
  type SourceRef,
  type SourceStamp,
  stampOf,
} from './source-file.ts'

/** A file that was found, or a place that could not be read. */
export type Find = FoundFile | FoundProblem

/** `relativePath` begins with the dropped folder's own name and is spelt as on disk. */
export interface FoundFile extends SourceRef, SourceStamp {
  readonly kind: 'file'
}

interface FoundProblem extends SourceRef {
  readonly kind: 'problem'
  readonly error: UploadError
}

/** Called with each file or folder that is left out as litter: its path inside the drop. */
export type OnLeftOut = (relativePath: string) => void

/** Called with each folder before it is read: its absolute path. */
type OnFolder = (path: string) => void

/** The name of a drop's batch: one folder gives its own name, several paths that of the folder they are in. */
export function nameOfDrop(paths: readonly string[]): string {
  const [first = ''] = paths
  return basename(paths.length === 1 ? first : dirname(first)) || first
}

/** What is to be read of a drop, as `Batch` in shared/upload.ts keeps it. */
export interface PathsToRead {
  readonly unscannedPaths: string[]
  readonly unscannedNames: Record<string, string>
}

/**
 * Where dropped paths really lie: a link to a card says nothing once the card is gone. Two links to one place are read once.
 * @param paths absolute
 */
export async function pathsToRead(paths: readonly string[]): Promise<PathsToRead> {
  const names = new Map<string, string>()
  for (let start = 0; start < paths.length; start += statsAtOnce) {
    const some = paths.slice(start, start + statsAtOnce)
    const resolved = await Promise.all(some.map(resolveLink))
    for (const [index, path] of resolved.entries()) {
      if (!names.has(path)) names.set(path, nameInLibrary(some[index] ?? path))
    }
  }
  const others = [...names].filter(([path, name]) => name !== nameInLibrary(path))
  return { unscannedPaths: [...names.keys()], unscannedNames: Object.fromEntries(others) }
}

/** What a dropped path is called in the library. */
export function nameInLibrary(path: string): string {
  return basename(path) || 'files'
}

/** IMG_9 comes before IMG_10, as in every file manager. */
const naturally = new Intl.Collator('en', { numeric: true })

/** Files checked at once: hides the latency of network disks without flooding them. */
const statsAtOnce = 32

/**
 * Yields every file at and below `root`, folder by folder in name order, files of one shot beside each other. Links inside a folder are not followed, since
 * they might lead in a circle or out of it: they come as problems, so that nothing is left out silently.
 * @param root absolute path of a file or folder; a link here is followed, since it was dropped on purpose. For the same
 * reason it is never litter, whatever its name
 * @param relativePath what it is called in the library, parts joined by `/`
 */
export async function* scan(
  root: string,
  onLeftOut: OnLeftOut,
  relativePath = nameInLibrary(root),
  onFolder: OnFolder = () => {},
): AsyncGenerator<Find> {
  const sourcePath = await resolveLink(root)
  const source = { sourcePath, relativePath, realFolder: await realFolderOf(dirname(sourcePath)) }
  const found = stat(root, { bigint: true })
  const stats = await found.catch((error: NodeJS.ErrnoException) => problem(source, error))
  if ('kind' in stats) yield stats
  else if (stats.isDirectory()) {
    const folder = { ...source, isRoot: true, real: await realFolderOf(sourcePath) }
    yield* scanFolder(folder, onLeftOut, onFolder)
  } else if (stats.isFile()) {
    yield { kind: 'file', ...source, ...stampOf(stats, await lookUpFileSystem(root, stats.dev)) }
  } else yield problem(source, notAFile(source))
}

/** A dropped link is read where it leads; any other path keeps its spelling. */
export async function resolveLink(path: string): Promise<string> {
  const isLink = await lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  )
  return isLink ? realpath(path).catch(() => path) : path
}

interface Folder extends SourceRef {
  readonly isRoot: boolean
  /** `SourcePlace.realFolder` of what is in it. */
  readonly real: string | null
}

async function* scanFolder(folder: Folder, onLeftOut: OnLeftOut, onFolder: OnFolder): AsyncGenerator<Find> {
  onFolder(folder.sourcePath)
  const entries = await listFolder(folder.sourcePath).catch((error: NodeJS.ErrnoException) => error)
  if (entries instanceof Error) {
    if (!folder.isRoot && isLitterUnread(basename(folder.relativePath))) onLeftOut(folder.relativePath)
    else yield problem(folder, entries)
    return
  }
  const names = new Set(entries.map((entry) => entry.name))
  for (let start = 0; start < entries.length; start += statsAtOnce) {
    const some = entries.slice(start, start + statsAtOnce)
    const finds = await Promise.all(some.map((entry) => check(folder, entry, names)))
    for (const find of finds) {
      if (find.kind === 'folder') yield* scanFolder(find, onLeftOut, onFolder)
      else if (find.kind === 'litter') onLeftOut(find.relativePath)
      else yield find
    }
  }
}

interface Entry {
  readonly name: string
  readonly isFolder: boolean
  /** False where the name is not valid UTF-8, and so can't be sent in a request. */
  readonly isText: boolean
}

async function listFolder(folder: string): Promise<Entry[]> {
  const entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' })
  const named = entries
    .map((entry) => {
      const name = entry.name.toString('utf8')
      return { name, isFolder: entry.isDirectory(), isText: Buffer.from(name).equals(entry.name) }
    })
    .sort((a, b) => naturally.compare(a.name, b.name) || (a.name < b.name ? -1 : 1))
  // Files of one shot are sent one after the other.
  return besideEachOther(named, ({ name, isFolder }) => (isFolder ? null : name))
}

/** What an entry of a folder is: a find, a folder to read, or litter. */
type Checked = Find | (Folder & { readonly kind: 'folder' }) | (SourceRef & { readonly kind: 'litter' })

async function check(folder: Folder, entry: Entry, siblings: ReadonlySet<string>): Promise<Checked> {
  const source = {
    sourcePath: join(folder.sourcePath, entry.name),
    relativePath: `${folder.relativePath}/${entry.name}`,
    realFolder: folder.real,
  }
  if (!entry.isText) return problem(source, notText(entry.name))
  const litter = litterBy(entry.name, siblings)
  if (litter === 'yes') return { kind: 'litter', ...source }
  if (entry.isFolder) {
    return { kind: 'folder', ...source, isRoot: false, real: realFolderIn(folder.real, source.sourcePath) }
  }
  try {
    const stats = await lstat(source.sourcePath, { bigint: true })
    if (!stats.isFile()) return problem(source, notAFile(source))
    if (litter === 'maybe' && (await beginsAsAppleDouble(source))) return { kind: 'litter', ...source }
    const traits = await lookUpFileSystem(source.sourcePath, stats.dev)
    return { kind: 'file', ...source, ...stampOf(stats, traits) }
  } catch (error) {
    return problem(source, error as NodeJS.ErrnoException)
  }
}

/** False for a file that can't be read now: its problem is reported when its turn comes. */
async function beginsAsAppleDouble(source: SourceRef): Promise<boolean> {
  const handle = await openSource(source).catch(() => null)
  try {
    const head = await handle?.read(Buffer.alloc(appleDoubleBytes), 0, appleDoubleBytes, 0)
    return head !== undefined && isAppleDouble(head.buffer.subarray(0, head.bytesRead))
  } catch {
    return false
  } finally {
    await handle?.close()
  }
}

function problem(
  { sourcePath, relativePath, realFolder = null }: SourceRef,
  error: NodeJS.ErrnoException,
): FoundProblem {
  const source = { sourcePath, relativePath, realFolder }
  const coded =
    error instanceof UploadError
      ? error
      : error.code
        ? fileAccessError(source, error.code, error)
        : toUploadError(error)
  return { kind: 'problem', ...source, error: coded }
}

function notText(name: string): UploadError {
  return new UploadError(
    'name-invalid',
    `The name ${name} is not valid UTF-8 text. Rename the file, then add it again.`,
    { facts: { kind: 'name-not-text', name } },
  )
}
