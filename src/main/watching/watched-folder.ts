/**
 * A folder whose files are uploaded as they come. The system tells of changes (chokidar); and the whole folder is read again
 * now and then, since a full queue of the kernel loses events, and a network drive has none.
 */
import { stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'
import { litterBy } from '../../shared/system-files.ts'
import type { UploadItem } from '../../shared/upload.ts'
import { isFinished } from '../../shared/upload.ts'
import { realFolderOf } from '../intake/in-place.ts'
import { type Find, type FoundFile, nameInLibrary, scan } from '../intake/scan.ts'
import { hasSameContentTime, stampSource } from '../intake/source-file.ts'
import type { WatchFacts } from './watch-memory.ts'

export interface WatchedFolderDeps {
  /** The item of a source that is on the list. */
  readonly listed: (sourcePath: string) => UploadItem | undefined
  /** Opens a batch for the folder; durable when it fulfils. */
  readonly open: () => Promise<string>
  /** Whether a batch is on the list. */
  readonly has: (batchId: string) => boolean
  /** Lists what was found in the batch, but for what it has already; on disk when it fulfils. */
  readonly enter: (batchId: string, finds: readonly Find[]) => Promise<void>
  /** These files have changed since they were stored. */
  readonly again: (itemIds: readonly string[]) => Promise<void>
  /** These were not stored, and are no longer there. */
  readonly gone: (itemIds: readonly string[]) => Promise<void>
  readonly memory: { read(): WatchFacts | null; keep(facts: WatchFacts): void }
  readonly onProblem: (thrown: unknown) => void
}

export interface WatchOptions {
  /** Absolute. */
  readonly folder: string
  /** Whether what is there at the very first start is uploaded too. */
  readonly existing: boolean
  /** How often the folder is read again, ms. */
  readonly rereadMs: number
  /** Whether the system's events are used; false for network drives, which have none. */
  readonly events: boolean
}

/** Changes of a moment are looked at together, ms. */
const gatherMs = 100
/** A file that was renamed is gone for a moment under its old name, ms. */
const goneAfterMs = 2_000
const findsAtOnce = 500

export class WatchedFolder {
  readonly #deps: WatchedFolderDeps
  readonly #options: WatchOptions
  readonly #touched = new Set<string>()
  readonly #missing = new Map<string, number>()
  #facts: WatchFacts | null = null
  #watcher: FSWatcher | null = null
  #timer: NodeJS.Timeout | undefined
  #rereadTimer: NodeJS.Timeout | undefined
  #working: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(deps: WatchedFolderDeps, options: WatchOptions) {
    this.#deps = deps
    this.#options = options
  }

  /** Fulfils when all that is there now is on the list. */
  async start(): Promise<void> {
    const { folder, events } = this.#options
    if (events) {
      // Before the folder is read: what comes meanwhile is told of.
      this.#watcher = watch(folder, { ignoreInitial: true, followSymlinks: false })
      this.#watcher.on('add', (path) => this.#touch(path))
      this.#watcher.on('change', (path) => this.#touch(path))
      this.#watcher.on('unlink', (path) => this.#touch(path))
      this.#watcher.on('error', this.#deps.onProblem)
      await new Promise<void>((resolve) => this.#watcher?.once('ready', () => resolve()))
    }
    await this.#work(() => this.#readAll())
    this.#scheduleReread()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    clearTimeout(this.#rereadTimer)
    await this.#watcher?.close()
    await this.#working
  }

  #touch(path: string): void {
    if (this.#stopped) return
    this.#touched.add(path)
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#work(() => this.#lookAtTouched()).catch(this.#deps.onProblem)
    }, gatherMs)
  }

  #scheduleReread(): void {
    if (this.#stopped) return
    this.#rereadTimer = setTimeout(() => {
      this.#work(() => this.#readAll())
        .catch(this.#deps.onProblem)
        .finally(() => this.#scheduleReread())
    }, this.#options.rereadMs)
  }

  /** One after the other: no find is entered twice at once. */
  #work(task: () => Promise<void>): Promise<void> {
    const done = this.#working.then(task)
    this.#working = done.catch(() => undefined)
    return done
  }

  async #readAll(): Promise<void> {
    const { folder } = this.#options
    if (!(await isFolder(folder))) return
    const isFirst = this.#facts === null && this.#deps.memory.read() === null
    const before: Record<string, [number, number]> = {}
    const problems: Find[] = []
    let some: FoundFile[] = []
    for await (const find of scan(folder, () => {})) {
      if (this.#stopped) return
      if (find.kind === 'problem') problems.push(find)
      else if (isFirst && !this.#options.existing)
        before[this.#below(find.sourcePath)] = [find.size, find.mtimeMs]
      else some.push(find)
      if (some.length < findsAtOnce) continue
      await this.#consider(some)
      some = []
    }
    await this.#known(isFirst && !this.#options.existing ? before : null)
    await this.#consider(some)
    // A drive that is gone says nothing of its files.
    const real = problems.filter(({ sourcePath }) => sourcePath !== folder)
    if (real.length > 0 && (await isFolder(folder))) await this.#consider(real)
  }

  async #lookAtTouched(): Promise<void> {
    const paths = [...this.#touched]
    this.#touched.clear()
    const finds: FoundFile[] = []
    for (const path of paths) {
      if (this.#isLitter(path)) continue
      const find = await this.#find(path)
      if (find === null) this.#miss(path)
      else finds.push(find)
    }
    for (let at = 0; at < finds.length; at += findsAtOnce)
      await this.#consider(finds.slice(at, at + findsAtOnce))
  }

  async #find(sourcePath: string): Promise<FoundFile | null> {
    const relativePath = [nameInLibrary(this.#options.folder), ...this.#below(sourcePath).split('/')].join(
      '/',
    )
    const source = { sourcePath, relativePath, realFolder: await realFolderOf(join(sourcePath, '..')) }
    // What can't be read is told of when the whole folder is read.
    const stamp = await stampSource(source).catch(() => null)
    return stamp && { kind: 'file', ...source, ...stamp }
  }

  async #consider(finds: readonly Find[]): Promise<void> {
    if (finds.length === 0) return
    const { listed, enter, again } = this.#deps
    const { before, batchId } = await this.#known(null)
    const fresh: Find[] = []
    const changed: string[] = []
    for (const find of finds) {
      const then = before?.[this.#below(find.sourcePath)]
      if (find.kind === 'file' && then?.[0] === find.size && then[1] === find.mtimeMs) continue
      const item = listed(find.sourcePath)
      if (item === undefined || item.batchId !== batchId) fresh.push(find)
      else if (find.kind === 'file' && isFinished(item.state.status) && isToSend(item, find))
        changed.push(item.id)
    }
    if (fresh.length > 0) await enter(batchId, fresh)
    if (changed.length > 0) await again(changed)
  }

  /** @param before what the first reading is to leave out */
  async #known(before: WatchFacts['before']): Promise<WatchFacts> {
    const { memory, open, has } = this.#deps
    const { folder } = this.#options
    this.#facts ??= memory.read()
    if (this.#facts && has(this.#facts.batchId)) return this.#facts
    const batchId = await open()
    this.#facts = { folder, batchId, before: this.#facts?.before ?? before }
    memory.keep(this.#facts)
    return this.#facts
  }

  /** A file that was never stored is not waited for under a name that it no longer has. */
  #miss(path: string): void {
    const item = this.#deps.listed(path)
    if (item === undefined || isFinished(item.state.status) || this.#missing.has(path)) return
    this.#missing.set(path, performance.now())
    setTimeout(() => {
      this.#missing.delete(path)
      if (!this.#stopped) this.#work(() => this.#giveUp(path)).catch(this.#deps.onProblem)
    }, goneAfterMs)
  }

  async #giveUp(path: string): Promise<void> {
    const item = this.#deps.listed(path)
    if (item === undefined || item.state.status === 'done' || !(await isFolder(this.#options.folder))) return
    if ((await this.#find(path)) === null) await this.#deps.gone([item.id])
  }

  #below(path: string): string {
    return relative(this.#options.folder, path).split(sep).join('/')
  }

  #isLitter(path: string): boolean {
    const none: ReadonlySet<string> = new Set()
    // A lone `._name` is looked into when the whole folder is read.
    return this.#below(path)
      .split('/')
      .some((name) => litterBy(name, none) !== 'no')
  }
}

/** Whether a finished file is to be sent as it is now. What rules skip, and what the person canceled, stays where it is. */
function isToSend(item: UploadItem, find: FoundFile): boolean {
  const { status } = item.state
  return (status === 'done' || status === 'empty' || status === 'failed') && !hasSameContentTime(item, find)
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
}
