/** Whether the drives of a drop are in their places, and where one that is gone may have come back. */
import { stat } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { DropRoot } from '../../shared/batch.ts'
import { toUploadError, UploadError } from '../../shared/protocol/errors.ts'
import { isWithin, realPathOf } from '../volumes/paths.ts'
import { SharedReadings } from '../volumes/shared-readings.ts'
import { SharedVolumes } from '../volumes/shared-volumes.ts'
import { type Likeness, likeness, type Volume, type Volumes } from '../volumes/volume.ts'

/** Where the folder of a drop may be now. */
export interface Place {
  /** Where the folder would lie, with the volume that is there. */
  readonly root: DropRoot
  /** Whether it is the volume of the drop; `other` and `unsure` need a comparison of bytes. */
  readonly likeness: Likeness
}

/** Why nothing below a root can be read now. */
export interface Absence {
  /** `drive-away` */
  readonly error: UploadError
  /** Id of another volume that is in its place; null: there is none, or nobody knows. */
  readonly found: string | null
}

interface Standing {
  readonly absence: Absence | null
  /** Whether it is known to be the very drive. */
  readonly isSure: boolean
}

/** Whether a drive is in its place; `unsure`: something is, and nobody can tell whether it is that drive. */
export type Presence = 'there' | 'unsure' | 'away'

/** How fresh an answer must be: read after the question, or within the moments before it. */
export type Freshness = 'now' | 'lately'

/** Of more paths in one drop only the drives are noted: they are files, most likely. */
const mostFolders = 64
/** How long the system may need to notice that a drive was pulled out. */
const noticeMs = 3_000
const noticeStepMs = 200
/** Looks at one folder begin no closer together, ms. */
const looksApartMs = 5

/** What a drive or share that is gone gives at first; a broken one may give the same for good. */
const deviceErrors = new Set(
  'EIO UNKNOWN ENODEV ENXIO ENOMEDIUM ENOTCONN ESTALE EHOSTDOWN EHOSTUNREACH EREMOTEIO'.split(' '),
)

/** The error for a file whose drive or dropped folder is gone. @param name of that drive or folder */
function driveAway(name: string, cause?: unknown): UploadError {
  const message = `Waiting for ${name}. Connect it again: the upload then continues by itself.`
  return new UploadError('drive-away', message, { cause, facts: { kind: 'drive-away', name } })
}

/** The root that a path lies in: the innermost one. @param path absolute */
export function rootFor(roots: readonly DropRoot[], path: string): DropRoot | undefined {
  return roots
    .filter(({ root }) => isWithin(path, root))
    .reduce<DropRoot | undefined>(
      (inner, root) => (root.root.length > (inner?.root.length ?? -1) ? root : inner),
      undefined,
    )
}

export class Drives {
  readonly #volumes: SharedVolumes
  /** Of the folders that were dropped: why one is not there. */
  readonly #problems = new SharedReadings(folderProblem, looksApartMs)

  constructor(volumes: Volumes) {
    this.#volumes = new SharedVolumes(volumes)
  }

  /**
   * What is to be remembered of a drop. A path that leads nowhere, and a single file on the computer's own disk, have no
   * root: nobody waits for them. Drives that lie within a dropped folder have roots of their own.
   * @param paths absolute, no links (see `pathsToRead`)
   */
  async rootsOf(paths: readonly string[]): Promise<DropRoot[]> {
    const roots = new Map<string, DropRoot>()
    const places = paths.length > mostFolders ? [...new Set(paths.map((path) => join(path, '..')))] : paths
    for (const path of places) {
      const root = await this.#rootOf(path, places === paths)
      if (root) roots.set(root.root, root)
    }
    const folders = [...roots.keys()].filter((path) => places.includes(path))
    for (const root of await this.#rootsWithin(folders)) roots.set(root.root, root)
    return [...roots.values()]
  }

  /** Null where the drive of a root and its folder are there, as far as anybody can tell. */
  async absence(root: DropRoot, freshness: Freshness = 'now'): Promise<Absence | null> {
    return (await this.#standing(root, freshness)).absence
  }

  /** Whether the drive of a root and its folder are there. */
  async presence(root: DropRoot, freshness: Freshness): Promise<Presence> {
    const { absence, isSure } = await this.#standing(root, freshness)
    if (absence) return 'away'
    return isSure ? 'there' : 'unsure'
  }

  /** Whether a path lies on a drive that can be pulled out. @param path absolute */
  async isOnVolume(path: string): Promise<boolean> {
    return (await this.#volumes.at(dirname(path))) !== null
  }

  async #standing(root: DropRoot, freshness: Freshness): Promise<Standing> {
    const standing = await this.#standingAt(root, freshness)
    // A drive that was away a moment ago may be back.
    return standing.absence && freshness === 'lately' ? this.#standingAt(root, 'now') : standing
  }

  async #standingAt(root: DropRoot, freshness: Freshness): Promise<Standing> {
    let isSure = true
    if (root.mountPoint !== null) {
      const volume = await (freshness === 'now'
        ? this.#volumes.at(root.mountPoint)
        : this.#volumes.atLately(root.mountPoint))
      const away = (found: string | null) => ({ absence: { error: driveAway(root.name), found }, isSure })
      if (volume?.mountPoint !== root.mountPoint) return away(null)
      const alike = likeness(root.id, volume.id)
      if (alike === 'other') return away(volume.id)
      isSure = alike === 'same'
    }
    const problem = await this.#problems[freshness](root.root)
    if (problem === null) return { absence: null, isSure }
    // The drive is there: it is the folder that is waited for.
    const isFolder = problem.code === 'ENOENT' || problem.code === 'ENOTDIR'
    const error = driveAway(isFolder ? basename(root.root) : root.name, problem)
    return { absence: { error, found: null }, isSure }
  }

  /**
   * Why a file could not be read: the `drive-away` error where its drive is gone, else what was thrown. May wait for some
   * seconds where the system reports a broken drive: one that was pulled out looks like that at first.
   * @param root of the file
   */
  async explain(root: DropRoot, thrown: unknown, signal?: AbortSignal): Promise<unknown> {
    const { code, facts, cause } = toUploadError(thrown)
    if (code !== 'source-missing' && code !== 'source-unreadable') return thrown
    const errno = facts?.kind === 'disk-trouble' ? facts.reason : (cause as NodeJS.ErrnoException)?.code
    const untilMs = performance.now() + (deviceErrors.has(errno ?? '') ? noticeMs : 0)
    for (;;) {
      const absence = await this.absence(root)
      if (absence) return absence.error
      if (performance.now() >= untilMs || signal?.aborted) return thrown
      await delay(noticeStepMs)
    }
  }

  /** Where a root may be now, in places that can be read: only its own volume, if that is connected. */
  async places(root: DropRoot): Promise<Place[]> {
    const { mountPoint, id } = root
    if (mountPoint === null) return readable([{ root, likeness: 'same' }])
    // Going there has the system mount it, where it mounts shares only while they are used.
    await this.#volumes.at(mountPoint)
    const volumes = await this.#volumes.list()
    const all = volumes.flatMap((volume) => placeOn(volume, root))
    const same = all.filter((place) => place.likeness === 'same')
    if (same.length > 0) return readable(same)
    const remote = new Set(volumes.filter((volume) => volume.remote).map((volume) => volume.mountPoint))
    // A share that is not the drop's is not searched: it may answer after minutes.
    return id?.startsWith('share:')
      ? []
      : readable(all.filter((place) => !remote.has(place.root.mountPoint ?? '')))
  }

  async #rootOf(path: string, mayBeFile: boolean): Promise<DropRoot | null> {
    const stats = await stat(path).catch(() => null)
    if (!stats) return null
    const volume = await this.#volumes.at(path)
    const { name = basename(path), mountPoint = null, id = null } = volume ?? {}
    if (mayBeFile && stats.isDirectory()) {
      const root = { root: path, name, mountPoint, id }
      if (mountPoint === null || isWithin(path, mountPoint)) return root
      return { ...root, inside: relative(mountPoint, await realPathOf(path)) }
    }
    return volume && { root: volume.mountPoint, name, mountPoint, id }
  }

  /** The drives that are mounted below folders. */
  async #rootsWithin(folders: readonly string[]): Promise<DropRoot[]> {
    // Drives have letters there, and asking all of them may take seconds.
    if (folders.length === 0 || process.platform === 'win32') return []
    const volumes = await this.#volumes.list()
    const found = folders.map(async (folder) => {
      const real = await realPathOf(folder)
      return volumes
        .filter(({ mountPoint }) => mountPoint !== real && isWithin(mountPoint, real))
        .map(({ name, mountPoint, id }): DropRoot => {
          const root = join(folder, relative(real, mountPoint))
          return root === mountPoint
            ? { root, name, mountPoint, id }
            : { root, name, mountPoint, id, inside: '' }
        })
    })
    return (await Promise.all(found)).flat()
  }
}

/** Why a folder is not there; null where it is, or where only a permission is missing. */
async function folderProblem(path: string): Promise<NodeJS.ErrnoException | null> {
  return stat(path).then(
    () => null,
    (error: NodeJS.ErrnoException) => (error.code === 'EACCES' || error.code === 'EPERM' ? null : error),
  )
}

function placeOn({ name, mountPoint, id }: Volume, root: DropRoot): Place[] {
  if (root.mountPoint === mountPoint) return [{ root: { ...root, id }, likeness: likeness(root.id, id) }]
  if (root.mountPoint === null) return []
  const isSpelledOut = isWithin(root.root, root.mountPoint)
  const inside = root.inside ?? (isSpelledOut ? relative(root.mountPoint, root.root) : null)
  // Earlier versions did not note what a link on the way to the root hides.
  if (inside === null) return []
  const moved = join(mountPoint, inside)
  return [{ root: { root: moved, name, mountPoint, id }, likeness: likeness(root.id, id) }]
}

async function readable(places: readonly Place[]): Promise<Place[]> {
  const found = await Promise.all(
    places.map(async (place) => ((await folderProblem(place.root.root)) === null ? [place] : [])),
  )
  return found.flat()
}
