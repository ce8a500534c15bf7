/**
 * Files of one shot: a RAW with its JPEG, its edits and its voice memo; a live photo with its clip; a clip with its thumbnail and
 * its proxy. Pure, by names alone: sidecars.ts says which sidecar belongs to what.
 */
import { extensionOf, kindOf } from './file-kinds.ts'
import { ownersOf, sidecarRole } from './sidecars.ts'

/**
 * What all files of one shot have in common: folder and name, without what tells them apart. Files with one key need not
 * belong together; see `setsAmong`.
 * @param path parts joined by `/`
 * @returns null for a file that belongs to no shot
 */
export function setKeyOf(path: string): string | null {
  const isSidecar = sidecarRole(path) !== null
  if (!isSidecar && !isShot(path)) return null
  let stem = withoutExtension(path)
  if (isSidecar) {
    stem = stem.replace(/\/CaptureOne\/Settings\d*\//i, '/')
    // `IMG_1.CR3.xmp`
    if (isShot(stem)) stem = withoutExtension(stem)
  }
  const slash = stem.lastIndexOf('/') + 1
  return stem.slice(0, slash) + commonName(stem.slice(slash).toLowerCase())
}

/** GoPro names clips GX… or GH…, their proxies GL…; Apple keeps the edits of IMG_1234 in IMG_O1234. */
function commonName(name: string): string {
  if (name.startsWith('g')) return name.replace(/^g[xhl](?=\d+$)/, 'g')
  return name.startsWith('img_o') ? name.replace(/^img_o(?=\d+$)/, 'img_') : name
}

const isShot = (path: string) => ['photo', 'raw', 'video'].includes(kindOf(path).group)

function withoutExtension(path: string): string {
  const extension = extensionOf(path)
  return extension === '' ? path : path.slice(0, -extension.length - 1)
}

/** Which files of a shot come first: the main file of a set is its first. */
const ranks = { raw: 0, heic: 1, jpeg: 2, photo: 3, video: 4, sidecar: 5 } as const
type Part = keyof typeof ranks

function partOf(path: string): Part {
  if (sidecarRole(path) !== null) return 'sidecar'
  const { group, format } = kindOf(path)
  if (group === 'raw' || group === 'video') return group
  return format === 'heic' || format === 'jpeg' ? format : 'photo'
}

interface Named {
  readonly index: number
  readonly path: string
  readonly part: Part
}

/**
 * The sets among files that have one key. A file that might belong to two shots belongs to none: two photos that are both
 * IMG_1.JPG are two photos.
 * @param paths of files with one `setKeyOf`
 * @returns of each set of two or more the indexes of its files, the main one first
 */
export function setsAmong(paths: readonly string[]): readonly (readonly number[])[] {
  if (paths.length < 2) return []
  const files = paths
    .map((path, index): Named => ({ index, path, part: partOf(path) }))
    .sort((a, b) => ranks[a.part] - ranks[b.part] || (a.path < b.path ? -1 : 1))
  const shots = shotsAmong(files.filter(({ part }) => part !== 'sidecar'))
  for (const file of files) if (file.part === 'sidecar') ownerOf(file, shots)?.push(file)
  return shots.filter(({ length }) => length > 1).map((shot) => shot.map(({ index }) => index))
}

/** Main files, with those that one press of the shutter makes beside them. */
function shotsAmong(files: readonly Named[]): Named[][] {
  const of = (...parts: Part[]) => files.filter(({ part }) => parts.includes(part))
  const pictures = of('raw', 'heic', 'jpeg')
  const isOneShot = new Set(pictures.map(({ part }) => part)).size === pictures.length
  if (!isOneShot) return files.map((file) => [file])
  const clips = of('video')
  const isLive = clips.length === 1 && /\.mov$/i.test(clips[0]?.path ?? '') && of('heic', 'jpeg').length > 0
  const shot = isLive ? [...pictures, ...clips] : pictures
  const others = files.filter((file) => !shot.includes(file)).map((file) => [file])
  return shot.length === 0 ? others : [shot, ...others]
}

/** The one shot that a sidecar belongs to; that with the RAW where it has the name of several. */
function ownerOf(sidecar: Named, shots: readonly Named[][]): Named[] | undefined {
  const owners = new Set(
    ownersOf(
      sidecar.path,
      shots.flatMap((shot) => shot.map(({ path }) => path)),
    ),
  )
  const own = shots.filter((shot) => shot.some(({ path }) => owners.has(path)))
  const raw = own.filter((shot) => shot.some(({ path, part }) => part === 'raw' && owners.has(path)))
  const [only, ...more] = raw.length > 0 ? raw : own
  return more.length === 0 ? only : undefined
}

/**
 * The sets among files.
 * @param pathOf null for what is no file
 * @returns the files of each set, the main one first
 */
export function setsOf<Entry>(
  entries: Iterable<Entry>,
  pathOf: (entry: Entry) => string | null,
): readonly (readonly Entry[])[] {
  const byKey = new Map<string, Entry[]>()
  for (const entry of entries) {
    const path = pathOf(entry)
    const key = path === null ? null : setKeyOf(path)
    if (key === null) continue
    const known = byKey.get(key)
    if (known) known.push(entry)
    else byKey.set(key, [entry])
  }
  return [...byKey.values()].flatMap((some) =>
    setsAmong(some.map((entry) => pathOf(entry) ?? '')).map((set) =>
      set.flatMap((index) => some[index] ?? []),
    ),
  )
}

/**
 * Puts the files of each set beside each other, the main one first, in the place of the first of them.
 * @param pathOf null for what is no file
 */
export function besideEachOther<Entry>(
  entries: readonly Entry[],
  pathOf: (entry: Entry) => string | null,
): Entry[] {
  const setWith = new Map<Entry, readonly Entry[]>()
  for (const set of setsOf(entries, pathOf)) for (const entry of set) setWith.set(entry, set)
  const placed = new Set<readonly Entry[]>()
  return entries.flatMap((entry) => {
    const set = setWith.get(entry)
    if (set === undefined) return [entry]
    if (placed.has(set)) return []
    placed.add(set)
    return set
  })
}
