/** All that is on a card, by names, sizes and times: also what no upload looks into, for formatting deletes that too. */
import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { kindOf } from '../../shared/file-kinds.ts'
import { type Find, type FoundFile, scan } from '../intake/scan.ts'
import type { SourceStamp } from '../intake/source-file.ts'

export interface CardFile extends Pick<FoundFile, 'sourcePath' | 'realFolder' | keyof SourceStamp> {
  /** Path on the card, parts joined by `/`. */
  readonly path: string
}

export interface CardContent {
  readonly files: readonly CardFile[]
  /** Paths of what could not be looked at. */
  readonly unreadable: readonly string[]
  /** Paths of system files and folders. */
  readonly leftOut: readonly string[]
  /** Photos and videos in those. */
  readonly leftOutMedia: readonly string[]
}

/** System folders whose pictures are made from others: they are thumbnails, never anybody's only copy. */
const caches = /(^|\/)(\.thumbnails|@eadir|@transcode|\.@__thumb|\.bridgecache|\.bridgecachet)(\/|$)/i

/** @param top absolute path of the card's top folder @throws the signal's reason */
export async function walkCard(top: string, signal: AbortSignal): Promise<CardContent> {
  const files: CardFile[] = []
  const unreadable: string[] = []
  const leftOut: string[] = []
  const pathOf = ({ sourcePath }: Pick<Find, 'sourcePath'>) => relative(top, sourcePath).split(sep).join('/')
  // The name of the card stands before each path; what is left out is named that way too.
  for await (const find of scan(top, (name) => leftOut.push(name.slice(name.indexOf('/') + 1)))) {
    signal.throwIfAborted()
    if (find.kind === 'problem') unreadable.push(pathOf(find))
    else files.push({ ...find, path: pathOf(find) })
  }
  const leftOutMedia = (await Promise.all(leftOut.map((path) => mediaIn(top, path)))).flat()
  return { files, unreadable, leftOut, leftOutMedia }
}

/** Whether a file is a photo or a video by its name. */
export function isMedia(path: string): boolean {
  const { group } = kindOf(path)
  return group === 'photo' || group === 'raw' || group === 'video'
}

/** @param path of a system file or folder on the card; one that may not be read holds nothing that can be named */
async function mediaIn(top: string, path: string): Promise<string[]> {
  const name = path.slice(path.lastIndexOf('/') + 1)
  // A `._` file holds what macOS keeps of a photo beside it, not the photo.
  if (caches.test(path) || name.startsWith('._')) return []
  const entries = await readdir(join(top, path), { withFileTypes: true }).catch(() => null)
  if (entries === null) return isMedia(name) ? [path] : []
  const inside = entries.map((entry) =>
    entry.isDirectory() || isMedia(entry.name) ? mediaIn(top, `${path}/${entry.name}`) : [],
  )
  return (await Promise.all(inside)).flat()
}

/** What came, went or changed between two walks, as paths: a card is what it was only where there is none. */
export function differences(before: CardContent, now: CardContent): string[] {
  const known = new Map(before.files.map((file) => [file.path, file]))
  const changed = now.files.filter((file) => {
    const then = known.get(file.path)
    known.delete(file.path)
    return (
      then === undefined || then.size !== file.size || then.mtimeMs !== file.mtimeMs || isOther(then, file)
    )
  })
  const otherPaths = (one: readonly string[], other: readonly string[]) => {
    const listed = new Set(other)
    return one.filter((path) => !listed.has(path))
  }
  return [
    ...changed.map(({ path }) => path),
    ...known.keys(),
    ...otherPaths(now.unreadable, before.unreadable),
    ...otherPaths(now.leftOutMedia, before.leftOutMedia),
  ]
}

/** Written to with its times set back: where the file system keeps more than those. */
function isOther(one: CardFile, other: CardFile): boolean {
  const differ = <Fact>(a: Fact | null, b: Fact | null) => a !== null && b !== null && a !== b
  return differ(one.ctimeMs, other.ctimeMs) || differ(one.inode, other.inode)
}
