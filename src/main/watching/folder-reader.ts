/**
 * Reads a watched folder: finds what is new or changed in it, and lists it. Knows nothing of when it is time to look.
 */
import { join, relative, sep } from 'node:path'
import type { DropRoot } from '../../shared/batch.ts'
import { litterBy } from '../../shared/system-files.ts'
import type { UploadItem } from '../../shared/upload.ts'
import { isFinished } from '../../shared/upload.ts'
import { realFolderOf } from '../intake/in-place.ts'
import { type Find, type FoundFile, nameInLibrary, scan } from '../intake/scan.ts'
import { hasSameContentTime, stampSource } from '../intake/source-file.ts'
import { isWithin } from '../volumes/paths.ts'
import { FolderGlances } from './folder-glances.ts'
import type { WatchFacts } from './watch-memory.ts'

/** Where a folder is now: its drive may be connected at another path; or the name of the drive or folder that is not there. */
export type Whereabouts =
  | {
      readonly folder: string
      /** As it lies there. */
      readonly root: DropRoot | null
      /** Whether the system tells of no changes there. */
      readonly remote: boolean
    }
  | { readonly away: string }

/** The list, as a watched folder sees it. */
export interface WatchedList {
  /** The item of a file in the batches of this folder. @param relativePath as `Find.relativePath` */
  own(relativePath: string): UploadItem | undefined
  /** Whether an item is in one of the batches of this folder, and the person may remove it. */
  owns(item: UploadItem): boolean
  /**
   * Whether another batch has stored, or is about to store, this very version of a file where the folder's files go.
   * @param root where the folder lies
   */
  isElsewhere(find: FoundFile, root: DropRoot | null): boolean
  /** Opens a batch; durable when it fulfils. @param folder where it is now, absolute */
  open(folder: string): Promise<string>
  /** Whether a batch is on the list. */
  has(batchId: string): boolean
  /** From now on files of these batches are the folder's own. */
  follow(batchIds: readonly string[]): void
  /** Lists what was found in the batch, but for what it has already; on disk when it fulfils. @param root as above */
  enter(batchId: string, finds: readonly Find[], root: DropRoot | null): Promise<void>
  /** These files have changed since they were stored. */
  again(itemIds: readonly string[]): Promise<void>
  /** These were not stored, and are no longer there. */
  gone(items: readonly UploadItem[]): Promise<void>
  /** Own items that failed since their files are missing. */
  missing(): readonly UploadItem[]
}

/** A folder that is there. */
export type Place = Exclude<Whereabouts, { readonly away: string }>

export interface FolderReaderDeps {
  readonly list: WatchedList
  readonly memory: { read(): WatchFacts | null; keep(facts: WatchFacts): void }
  /** Whether the folder is still there. */
  readonly isThere: () => Promise<boolean>
  readonly isStopped: () => boolean
  /** Something is to be done later, one after the other with everything else. */
  readonly later: (task: () => Promise<void>) => void
}

/** A file that was renamed is gone for a moment under its old name, ms. */
const goneAfterMs = 2_000
const findsAtOnce = 500

export class FolderReader {
  readonly #deps: FolderReaderDeps
  readonly #folder: string
  readonly #existing: boolean
  readonly #name: string
  readonly #glances = new FolderGlances()
  readonly #missing = new Set<string>()
  #facts: WatchFacts | null
  #at: Place | null = null

  /**
   * @param folder absolute
   * @param existing whether what is there at the very first reading is uploaded too
   */
  constructor(deps: FolderReaderDeps, folder: string, existing: boolean) {
    this.#deps = deps
    this.#folder = folder
    this.#existing = existing
    this.#name = nameInLibrary(folder)
    this.#facts = deps.memory.read()
    deps.list.follow(batchesOf(this.#facts))
  }

  /** The folder's place and drive when it was first watched; null before. */
  get root(): DropRoot | null {
    return this.#facts?.root ?? null
  }

  /** What the folder is called while it is not there. */
  get name(): string {
    return this.root?.name ?? this.#name
  }

  /** The batch that files go to that come; null before the first. */
  get batchId(): string | null {
    return this.#facts?.batchId ?? null
  }

  /** Where the folder is from now on; null while it is not there. */
  moveTo(place: Place | null): void {
    this.#at = place
    this.#glances.clear()
  }

  /** The person removed these files from the list: as they are now they stay away from it. */
  leave(items: readonly UploadItem[]): void {
    const facts = this.#facts
    const left = items.flatMap((item): [string, [number, number]][] => {
      const below = this.#belowOf(item)
      return below === null ? [] : [[below, [item.size, item.mtimeMs]]]
    })
    if (facts !== null && left.length > 0)
      this.#keep({ ...facts, before: { ...facts.before, ...Object.fromEntries(left) } })
  }

  /** The person restored these files. */
  restore(items: readonly UploadItem[]): void {
    const facts = this.#facts
    const back = new Set(items.map((item) => this.#belowOf(item)))
    if (!facts?.before || back.size === 0) return
    const before = Object.entries(facts.before).filter(([below]) => !back.has(below))
    this.#keep({ ...facts, before: Object.fromEntries(before) })
  }

  /** Path of an item below the folder; null for one that is none of its files, or that another batch has not stored. */
  #belowOf(item: UploadItem): string | null {
    if (this.#deps.list.owns(item)) return this.#below(item.relativePath)
    const { folder = this.#folder } = this.#at ?? {}
    const isStored = item.state.status === 'done' && isWithin(item.sourcePath, folder)
    return isStored ? this.#belowPath(item.sourcePath) : null
  }

  /**
   * Reads the whole folder.
   * @param touched paths that the system told of meanwhile
   */
  async readAll({ folder, root }: Place, touched: ReadonlySet<string>): Promise<void> {
    const isFirst = this.#facts === null
    const isLeft = isFirst && !this.#existing
    const before: Record<string, [number, number]> = {}
    const problems: Find[] = []
    let some: FoundFile[] = []
    if (!isLeft) this.#remember({ root, before: null })
    const onFolder = (path: string) => this.#glances.note(path)
    for await (const find of scan(folder, () => {}, this.#name, onFolder)) {
      if (this.#deps.isStopped()) return
      if (find.kind === 'problem') problems.push(find)
      else if (isLeft) before[this.#below(find.relativePath)] = [find.size, find.mtimeMs]
      else some.push(find)
      if (some.length < findsAtOnce) continue
      await this.#consider(some)
      some = []
    }
    // A drive that went away meanwhile says nothing of its files.
    if (!(await this.#deps.isThere())) return
    // What came while names were read is no part of what was there.
    for (const path of touched) delete before[this.#belowPath(path)]
    if (isLeft) this.#remember({ root, before })
    await this.#consider(isLeft ? [] : [...some, ...problems.filter((find) => find.sourcePath !== folder)])
  }

  /** What is known of the folder from its first reading on. */
  #remember({ root, before }: Pick<WatchFacts, 'root' | 'before'>): void {
    if (this.#facts !== null) return
    this.#keep({ folder: this.#folder, root, batchId: null, earlier: [], before })
  }

  #keep(facts: WatchFacts): void {
    this.#deps.memory.keep(facts)
    this.#facts = facts
  }

  /** Finds what came since the last glance, where the system tells of nothing. */
  async glance(): Promise<void> {
    const isNew = (path: string) => {
      const below = this.#belowPath(path)
      return (
        !Object.hasOwn(this.#facts?.before ?? {}, below) &&
        this.#deps.list.own(`${this.#name}/${below}`) === undefined
      )
    }
    await this.lookAt(await this.#glances.look(isNew, (path) => this.#isLitter(path)))
  }

  /** Some paths have changed, or are no longer there. */
  async lookAt(paths: readonly string[]): Promise<void> {
    let finds: FoundFile[] = []
    for (const path of paths) {
      if (this.#isLitter(path)) continue
      const find = await this.#find(path)
      if (find === null) this.#miss(path)
      else finds.push(find)
      if (finds.length < findsAtOnce) continue
      await this.#consider(finds)
      finds = []
    }
    await this.#consider(finds)
  }

  async #find(sourcePath: string): Promise<FoundFile | null> {
    const relativePath = `${this.#name}/${this.#belowPath(sourcePath)}`
    const source = { sourcePath, relativePath, realFolder: await realFolderOf(join(sourcePath, '..')) }
    // What can't be read is told of when the whole folder is read.
    const stamp = await stampSource(source).catch(() => null)
    return stamp && { kind: 'file', ...source, ...stamp }
  }

  async #consider(finds: readonly Find[]): Promise<void> {
    const { list } = this.#deps
    const { root = null } = this.#at ?? {}
    const fresh: Find[] = []
    const changed: string[] = []
    for (const find of finds) {
      const then = this.#facts?.before?.[this.#below(find.relativePath)]
      if (find.kind === 'file' && then?.[0] === find.size && then[1] === find.mtimeMs) continue
      const item = list.own(find.relativePath)
      if (item === undefined) {
        if (find.kind === 'problem' || !list.isElsewhere(find, root)) fresh.push(find)
      } else if (find.kind === 'file' && isFinished(item.state.status) && isToSend(item, find))
        changed.push(item.id)
    }
    if (fresh.length > 0) await list.enter(await this.#batch(), fresh, root)
    if (changed.length > 0) await list.again(changed)
  }

  /** The batch for what comes now. */
  async #batch(): Promise<string> {
    const { list } = this.#deps
    const { root = null, folder = this.#folder } = this.#at ?? {}
    this.#remember({ root, before: null })
    const facts = this.#facts
    if (facts === null) throw new Error('A watched folder is remembered before its first batch.')
    if (facts.batchId !== null && list.has(facts.batchId)) return facts.batchId
    const batchId = await list.open(folder)
    list.follow([batchId])
    const earlier = batchesOf(facts).filter((id) => list.has(id))
    this.#keep({ ...facts, batchId, earlier })
    return batchId
  }

  /** A file that was never stored is not waited for under a name that it no longer has. */
  #miss(path: string): void {
    const relativePath = `${this.#name}/${this.#belowPath(path)}`
    const item = this.#deps.list.own(relativePath)
    if (item === undefined || isFinished(item.state.status) || this.#missing.has(path)) return
    this.#missing.add(path)
    setTimeout(() => {
      this.#missing.delete(path)
      const late = this.#deps.list.own(relativePath)
      if (late && !this.#deps.isStopped()) this.#deps.later(() => this.#giveUp([late]))
    }, goneAfterMs)
  }

  /** Own files that failed since they are no longer there leave the list. */
  async dropMissing(): Promise<void> {
    const missing = this.#deps.list.missing()
    if (missing.length > 0) await this.#giveUp(missing)
  }

  async #giveUp(items: readonly UploadItem[]): Promise<void> {
    if (!(await this.#deps.isThere())) return
    const gone: UploadItem[] = []
    const back: string[] = []
    for (const item of items) {
      if (item.state.status === 'done') continue
      if ((await this.#find(item.sourcePath)) === null) gone.push(item)
      // Renamed to and fro while it was being sent.
      else if (item.state.status === 'failed') back.push(item.id)
    }
    if (gone.length > 0) await this.#deps.list.gone(gone)
    if (back.length > 0) await this.#deps.list.again(back)
  }

  /** @param relativePath inside the library: it begins with the folder's name */
  #below(relativePath: string): string {
    return relativePath.slice(this.#name.length + 1)
  }

  #belowPath(path: string): string {
    return relative(this.#at?.folder ?? this.#folder, path)
      .split(sep)
      .join('/')
  }

  #isLitter(path: string): boolean {
    const none: ReadonlySet<string> = new Set()
    // A lone `._name` is looked into when the whole folder is read.
    return this.#belowPath(path)
      .split('/')
      .some((name) => litterBy(name, none) !== 'no')
  }
}

function batchesOf(facts: WatchFacts | null): readonly string[] {
  if (facts === null) return []
  return facts.batchId === null ? facts.earlier : [...facts.earlier, facts.batchId]
}

/** Whether a finished file is to be sent as it is now. What rules skip, and what the person canceled, stays where it is. */
function isToSend(item: UploadItem, find: FoundFile): boolean {
  const { status } = item.state
  return (status === 'done' || status === 'empty' || status === 'failed') && !hasSameContentTime(item, find)
}
