/**
 * A folder whose files are uploaded as they come. The system tells of changes (chokidar), or folders are looked at again and
 * again where it does not; and the whole folder is read now and then, since a full queue of the kernel loses events.
 */
import { type FSWatcher, watch } from 'chokidar'
import type { DropRoot } from '../../shared/batch.ts'
import type { UploadItem } from '../../shared/upload.ts'
import type { WatchState } from '../../shared/watched.ts'
import { resolveLink } from '../intake/scan.ts'
import { FolderReader, type FolderReaderDeps, type Place, type Whereabouts } from './folder-reader.ts'

export interface WatchedFolderDeps extends Pick<FolderReaderDeps, 'list' | 'memory'> {
  readonly locate: (root: DropRoot | null) => Promise<Whereabouts>
  readonly onState: (state: WatchState) => void
  readonly onProblem: (thrown: unknown) => void
}

export interface WatchOptions {
  /** Absolute. */
  readonly folder: string
  /** Whether what is there at the very first start is uploaded too. */
  readonly existing: boolean
  /** How often the whole folder is read again, ms. */
  readonly rereadMs: number
  /** Whether the system's events are used; false for network drives, which have none. */
  readonly events: boolean
}

/** Changes of a moment are looked at together, ms. */
const gatherMs = 100
/** Between two looks at whether the folder is there, and at its folders where the system tells of nothing, ms. */
const glanceMs = 1_000
/** A drive that does not answer for so long is shown as gone, ms. */
const answerMs = 5_000
/** Reading a large folder over a network takes a while: the pauses are so many times longer. */
const pauses = 4

export class WatchedFolder {
  readonly #deps: WatchedFolderDeps
  readonly #options: WatchOptions
  readonly #reader: FolderReader
  readonly #touched = new Set<string>()
  /** Where the folder is; null while it is not there. */
  #at: string | null = null
  #watcher: FSWatcher | null = null
  /** The system ran out of room for events: folders are looked at instead. */
  #isBlind = false
  #timer: NodeJS.Timeout | undefined
  #lookTimer: NodeJS.Timeout | undefined
  #nextReadingMs = 0
  #stopWaiting = () => {}
  #working: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(deps: WatchedFolderDeps, options: WatchOptions) {
    this.#deps = deps
    this.#options = options
    const { list, memory, onProblem } = deps
    const own: FolderReaderDeps = {
      ...{ list, memory },
      isThere: async () => !('away' in (await this.#place())),
      isStopped: () => this.#stopped,
      later: (task) => void this.#work(task).catch(onProblem),
    }
    this.#reader = new FolderReader(own, options.folder, options.existing)
  }

  /** Fulfils when all that is there now is on the list. */
  async start(): Promise<void> {
    await this.#work(() => this.#look())
    this.#scheduleLook()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    clearTimeout(this.#lookTimer)
    this.#stopWaiting()
    await this.#watcher?.close()
    await this.#working
  }

  /** The batch that files go to that come; null before the first. */
  get batchId(): string | null {
    return this.#reader.batchId
  }

  /** The person removed these files from the list: as they are now they stay away from it. @throws UploadError `disk-full` */
  leave(items: readonly UploadItem[]): void {
    this.#reader.leave(items)
  }

  /** The person restored these files. @throws UploadError `disk-full` */
  restore(items: readonly UploadItem[]): void {
    this.#reader.restore(items)
  }

  #touch(path: string): void {
    if (this.#stopped) return
    this.#touched.add(path)
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#work(() => this.#lookAtTouched()).catch(this.#deps.onProblem)
    }, gatherMs)
  }

  #scheduleLook(): void {
    if (this.#stopped) return
    this.#lookTimer = setTimeout(
      () => {
        this.#work(() => this.#look())
          .catch(this.#deps.onProblem)
          .finally(() => this.#scheduleLook())
      },
      Math.min(glanceMs, this.#options.rereadMs),
    )
  }

  /** One after the other: no find is entered twice at once. */
  #work(task: () => Promise<void>): Promise<void> {
    const done = this.#working.then(task)
    this.#working = done.catch(() => undefined)
    return done
  }

  async #look(): Promise<void> {
    const place = await this.#place()
    if (this.#stopped) return
    if ('away' in place) {
      this.#deps.onState({ phase: 'away', name: place.away })
      await this.#leavePlace()
      return
    }
    const isElsewhere = this.#at !== place.folder
    if (isElsewhere) {
      await this.#leavePlace()
      this.#deps.onState({ phase: 'reading' })
      this.#at = place.folder
      this.#reader.moveTo(place)
      await this.#openWatcher(place)
    }
    if (this.#stopped) return
    if (isElsewhere || performance.now() >= this.#nextReadingMs) await this.#readAll(place)
    else if (this.#watcher === null || this.#isBlind) await this.#reader.glance()
    await this.#reader.dropMissing()
    this.#deps.onState({ phase: 'watching' })
  }

  /** A network drive that is gone may never answer. */
  async #place(): Promise<Whereabouts> {
    const { root, name } = this.#reader
    const late = setTimeout(() => this.#deps.onState({ phase: 'away', name }), answerMs)
    try {
      const place = await this.#deps.locate(root)
      return 'away' in place ? place : { ...place, folder: await resolveLink(place.folder) }
    } finally {
      clearTimeout(late)
    }
  }

  async #leavePlace(): Promise<void> {
    await this.#watcher?.close()
    this.#watcher = null
    this.#at = null
    this.#isBlind = false
    this.#reader.moveTo(null)
  }

  /** Before the folder is read: what comes meanwhile is told of. */
  async #openWatcher({
    folder,
    remote,
  }: {
    readonly folder: string
    readonly remote: boolean
  }): Promise<void> {
    if (!this.#options.events || remote) return
    const watcher = watch(folder, { ignoreInitial: true, followSymlinks: false })
    this.#watcher = watcher
    for (const event of ['add', 'change', 'unlink'] as const) watcher.on(event, (path) => this.#touch(path))
    watcher.on('error', (thrown) => {
      this.#isBlind ||= isOutOfRoom(thrown)
      if (!this.#isBlind) this.#deps.onProblem(thrown)
    })
    await new Promise<void>((resolve) => {
      watcher.once('ready', () => resolve())
      // One that is closed before is never ready.
      this.#stopWaiting = resolve
    })
  }

  async #readAll(place: Place): Promise<void> {
    const beganMs = performance.now()
    await this.#reader.readAll(place, this.#touched)
    const tookMs = performance.now() - beganMs
    this.#nextReadingMs = performance.now() + Math.max(this.#options.rereadMs, pauses * tookMs)
  }

  async #lookAtTouched(): Promise<void> {
    const paths = [...this.#touched]
    this.#touched.clear()
    if (this.#at !== null) await this.#reader.lookAt(paths)
  }
}

/** The system has no room for more watches: `fs.inotify.max_user_watches`, or open files. */
function isOutOfRoom(thrown: unknown): boolean {
  const code = (thrown as NodeJS.ErrnoException | null)?.code
  return code === 'ENOSPC' || code === 'EMFILE'
}
