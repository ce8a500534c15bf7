/** Opens a source in the very folder that it was found in: a folder that was swapped for a link since is not followed. */
import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readlink, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Where a source was found. */
export interface SourcePlace {
  /** Absolute. */
  readonly sourcePath: string
  /**
   * Where the folder of `sourcePath` really lay when it was read, without links: absolute, empty where its path has none.
   * Null where that is not known: in older journals, and of PhotoFerry's own copies.
   */
  readonly realFolder?: string | null
}

/** In place of the system's own code: the path leads to a file of another folder now. */
export const otherFolder = 'EOTHERFOLDER'

/** In place of the system's own code: the path led to another file than the one that is meant. */
export const otherFile = 'EOTHERFILE'

/** `SourcePlace.realFolder` of files in a folder, as it is now. @param folder absolute; null where it can't be resolved */
export async function realFolderOf(folder: string): Promise<string | null> {
  const real = await realpath(folder).catch(() => null)
  return real === folder ? '' : real
}

/** Of a folder in such a folder, that was listed there as a folder. @param real as `realFolderOf` @param path absolute */
export function realFolderIn(real: string | null, path: string): string | null {
  return real === null || real === '' ? real : join(real, basename(path))
}

// Of Linux alone: the file itself, be it a link or a pipe, without any right to read it. Node has no name for it.
const pathOnly = 0o10000000
const noFollow = constants.O_NOFOLLOW ?? 0
const toRead = constants.O_RDONLY | noFollow | (constants.O_NONBLOCK ?? 0)

/**
 * Opens for reading; no link is followed as the last part, and a pipe is not waited for.
 * @throws the system's error; one with the code `otherFolder`
 */
export function openInPlace(place: SourcePlace): Promise<FileHandle> {
  return opened(place, toRead)
}

/** A source, and which file of its file system is meant. */
export interface MeantSource extends SourcePlace {
  /** Its number there; null or left out where that is not known. */
  readonly inode?: string | null
}

/**
 * As `openInPlace`, for a thread or process that is to read a file that main has seen.
 * @throws the system's error; one with the code `otherFolder` or `otherFile`
 */
export async function openMeant({ inode = null, ...place }: MeantSource): Promise<FileHandle> {
  const handle = await openInPlace(place)
  if (inode === null || String((await handle.stat({ bigint: true })).ino) === inode) return handle
  await handle.close()
  throw Object.assign(new Error(`${otherFile}: another file, open '${place.sourcePath}'`), {
    code: otherFile,
  })
}

/** Opens only to see what it is; a link opens as a link. Linux only: elsewhere as `openInPlace`. */
export function openToSee(place: SourcePlace): Promise<FileHandle> {
  return opened(place, process.platform === 'linux' ? pathOnly | noFollow : toRead)
}

/** A file that was replaced by a new one right after it was opened is opened again, so many times. */
const mostTries = 5

async function opened(place: SourcePlace, flags: number): Promise<FileHandle> {
  for (let tries = 1; ; tries++) {
    const handle = await open(place.sourcePath, flags)
    try {
      const found =
        place.realFolder == null ? 'here' : await whereIs(handle, place.sourcePath, expectedFolder(place))
      if (found === 'here') return handle
      if (found === 'elsewhere' || tries === mostTries) throw elsewhere(place.sourcePath)
    } catch (thrown) {
      await handle.close()
      throw thrown
    }
    await handle.close()
  }
}

function expectedFolder({ sourcePath, realFolder }: SourcePlace): string {
  return realFolder || dirname(sourcePath)
}

function elsewhere(path: string): Error {
  return Object.assign(new Error(`${otherFolder}: a folder was replaced, open '${path}'`), {
    code: otherFolder,
  })
}

type Whereabouts = 'here' | 'elsewhere' | 'deleted'

/** Linux says where an open file lies, so that nothing can change between the question and the answer. */
async function whereIs(handle: FileHandle, path: string, folder: string): Promise<Whereabouts> {
  const expected = join(folder, basename(path))
  const found =
    process.platform === 'linux' ? await readlink(`/proc/self/fd/${handle.fd}`).catch(() => null) : null
  if (found === expected) return 'here'
  if (found === `${expected} (deleted)`) return 'deleted'
  // A card that does not distinguish capitals may spell it otherwise.
  const mayBeHere = found === null || found.toLowerCase() === expected.toLowerCase()
  return mayBeHere && (await isWhatLiesThere(handle, path, folder)) ? 'here' : 'elsewhere'
}

/** Asked by its paths, before and after. */
async function isWhatLiesThere(handle: FileHandle, path: string, folder: string): Promise<boolean> {
  const isFolder = async () => (await realpath(dirname(path))) === folder
  if (!(await isFolder())) return false
  const [there, here] = await Promise.all([lstat(path, { bigint: true }), handle.stat({ bigint: true })])
  return there.ino === here.ino && there.dev === here.dev && (await isFolder())
}
