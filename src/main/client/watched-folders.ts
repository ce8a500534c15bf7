/** The folders that are watched: those of the settings, and those that a command names. Each has a batch that grows. */
import { createHash, randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, isAbsolute } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { DropRoot } from '../../shared/batch.ts'
import { toUploadError, UploadError } from '../../shared/protocol/errors.ts'
import type { Settings } from '../../shared/settings.ts'
import { noSkipRules } from '../../shared/skip-rules.ts'
import type { UploadItem } from '../../shared/upload.ts'
import {
  mostWatched,
  type WatchChange,
  type WatchedFolderSettings,
  type WatchInput,
  type WatchRow,
  type WatchState,
} from '../../shared/watched.ts'
import type { Drives } from '../intake/drives.ts'
import type { CreateStore } from '../journal/json-store.ts'
import { isWithin, realPathOf } from '../volumes/paths.ts'
import type { Volumes } from '../volumes/volume.ts'
import type { Whereabouts } from '../watching/folder-reader.ts'
import { WatchMemory } from '../watching/watch-memory.ts'
import { WatchedFolder, type WatchOptions } from '../watching/watched-folder.ts'
import type { DropChoice, Intake } from './intake.ts'
import type { ClientSettings } from './settings.ts'
import { type WatchChoice, WatchedFiles, type WatchedFilesDeps } from './watched-files.ts'

export interface WatchedFoldersDeps {
  readonly options: { readonly stateDir: string; readonly createStore: CreateStore }
  readonly files: Omit<WatchedFilesDeps, 'drives'>
  readonly drives: Pick<Drives, 'rootsOf' | 'absence' | 'places'>
  readonly volumes: Pick<Volumes, 'at'>
  readonly intake: Pick<Intake, 'planFor'>
  readonly settings: ClientSettings
  /** Absolute paths of folders that PhotoFerry itself writes into. */
  readonly ownFolders: (settings: Settings) => readonly string[]
  /** Between two readings of a whole folder, ms. */
  readonly rereadMs: number
  /** A row changed. */
  readonly onChange: () => void
  readonly onProblem: (thrown: unknown) => void
}

/** One that runs. */
interface Watching {
  readonly folder: WatchedFolder
  readonly files: WatchedFiles
}

export class WatchedFolders {
  readonly #deps: WatchedFoldersDeps
  readonly #watching = new Map<string, Watching>()
  readonly #states = new Map<string, WatchState>()
  /** One change after the other. */
  #changing: Promise<unknown> = Promise.resolve()
  #stopped = false

  constructor(deps: WatchedFoldersDeps) {
    this.#deps = deps
    deps.settings.addCheck((after, before) => {
      if (after.libraryDir === before.libraryDir) return
      for (const { folder } of after.watchedFolders) this.#assertNotOwn(folder, after)
    })
    deps.settings.onChange(() => this.#follow())
  }

  /**
   * Watches a folder for as long as this client runs; fulfils when all that is there now is on the list.
   * @throws UploadError `bad-request` for a folder that is watched already; `not-found` as adding does
   */
  async watch(options: WatchOptions, choice?: DropChoice): Promise<void> {
    const { folder } = options
    const id = createHash('sha256').update(folder).digest('hex').slice(0, 16)
    if (this.#watching.has(id)) throw watchedAlready(folder, folder)
    const plan = this.#deps.intake.planFor(choice)
    const watching = this.#open(id, options, { folder, plan: () => plan, skipRules: noSkipRules })
    await watching.folder.start()
  }

  /** Watches the folders of the settings from now on. */
  start(): void {
    this.#follow()
  }

  /** Those of the settings, as the window shows them. */
  get rows(): readonly WatchRow[] {
    return this.#deps.settings.current.watchedFolders.map(({ id, folder, on }) => {
      const { files, folder: watched } = this.#watching.get(id) ?? {}
      const counts = files?.counts ?? { stored: 0, left: 0, growing: 0, failed: 0 }
      const state: WatchState = on ? (this.#states.get(id) ?? { phase: 'reading' }) : { phase: 'off' }
      return { id, folder, state, batchId: watched?.batchId ?? null, ...counts }
    })
  }

  /**
   * Adds a folder to the settings and watches it. What is there already, and is not to be uploaded, is known when it fulfils.
   * @throws UploadError `bad-request` for what is no folder, lies in a watched one or holds PhotoFerry's own files;
   * `not-found` for a server or preset that is not there
   */
  add({ existing, ...chosen }: WatchInput): Promise<void> {
    return this.#inTurn(async () => {
      const { settings } = this.#deps
      await this.#assertCanBeWatched(chosen.folder)
      const { watchedFolders } = settings.current
      const added: WatchedFolderSettings = { id: randomUUID(), on: true, ...chosen }
      this.#planOf(added)
      if (!existing) await this.#run(added, existing)
      try {
        await settings.setWatched([...watchedFolders, added])
      } catch (thrown) {
        await this.#end(added.id)
        throw thrown
      }
    })
  }

  /** @throws UploadError `not-found` for a folder, a server or a preset that is not there */
  change(id: string, change: WatchChange): Promise<void> {
    return this.#inTurn(async () => {
      const { settings } = this.#deps
      const before = this.#require(id)
      const after = { ...before, ...change }
      if (isDeepStrictEqual(before, after)) return
      if (after.on) this.#planOf(after)
      await this.#end(id)
      if (!isDeepStrictEqual(plannedBy(before), plannedBy(after))) this.#closeBatch(id)
      await settings.setWatched(settings.current.watchedFolders.map((one) => (one.id === id ? after : one)))
    })
  }

  /** Watches a folder no longer; files, also those on the list, stay. @throws UploadError `not-found` */
  remove(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const { settings } = this.#deps
      this.#require(id)
      await settings.setWatched(settings.current.watchedFolders.filter((one) => one.id !== id))
      await this.#end(id)
      this.#memoryOf(id).forget()
    })
  }

  /** The person is about to remove these files from the list. @throws UploadError `disk-full` */
  onRemove(items: readonly UploadItem[]): void {
    for (const { folder } of this.#watching.values()) folder.leave(items)
  }

  /** The person restored these files. @throws UploadError `disk-full` */
  onRestore(items: readonly UploadItem[]): void {
    for (const { folder } of this.#watching.values()) folder.restore(items)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all([...this.#watching.keys()].map((id) => this.#end(id)))
    await this.#changing
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    const done = this.#changing.then(task)
    this.#changing = done.catch(() => undefined)
    return done
  }

  /** Begins and ends what the settings say. */
  #follow(): void {
    if (this.#stopped) return
    for (const one of this.#deps.settings.current.watchedFolders) {
      const error = one.on ? this.#problemOf(one) : null
      const runs = this.#watching.has(one.id)
      if (error) this.#setState(one.id, { phase: 'stopped', error: error.info })
      if (runs && (!one.on || error)) this.#end(one.id).catch(this.#deps.onProblem)
      else if (!runs && one.on && !error) this.#run(one, true).catch(this.#deps.onProblem)
    }
    this.#deps.onChange()
  }

  /** Fulfils when what is there now is known. */
  async #run(one: WatchedFolderSettings, existing: boolean): Promise<void> {
    const { id, folder, polls, skipRules } = one
    const { rereadMs } = this.#deps
    const options = { folder, existing, rereadMs, events: !polls }
    const { folder: watched } = this.#open(id, options, { folder, plan: () => this.#planOf(one), skipRules })
    await watched.start()
  }

  #open(id: string, options: WatchOptions, choice: WatchChoice): Watching {
    const { files: deps, drives, onProblem } = this.#deps
    const files = new WatchedFiles({ ...deps, drives }, choice)
    const folder = new WatchedFolder(
      {
        list: files,
        locate: (root) => this.#locate(options.folder, root),
        memory: this.#memoryOf(id),
        onState: (state) => this.#setState(id, state),
        onProblem,
      },
      options,
    )
    const watching = { folder, files }
    this.#watching.set(id, watching)
    return watching
  }

  async #end(id: string): Promise<void> {
    const watching = this.#watching.get(id)
    this.#watching.delete(id)
    await watching?.folder.stop()
    watching?.files.close()
  }

  /** Files that come from now on go into another batch. */
  #closeBatch(id: string): void {
    const memory = this.#memoryOf(id)
    const facts = memory.read()
    if (!facts?.batchId) return
    memory.keep({ ...facts, batchId: null, earlier: [...facts.earlier, facts.batchId] })
  }

  #memoryOf(id: string): WatchMemory {
    return new WatchMemory(this.#deps.options, id)
  }

  #setState(id: string, state: WatchState): void {
    if (isDeepStrictEqual(this.#states.get(id), state)) return
    this.#states.set(id, state)
    this.#deps.onChange()
  }

  async #locate(folder: string, root: DropRoot | null): Promise<Whereabouts> {
    const { drives } = this.#deps
    if (root === null) {
      if (!(await isFolder(folder))) return { away: basename(folder) }
      const found = (await drives.rootsOf([folder])).find((one) => one.root === folder) ?? null
      return this.#placeAt(folder, found)
    }
    const absence = await drives.absence(root)
    if (absence === null) return this.#placeAt(root.root, root)
    const { facts } = absence.error.info
    const away = { away: facts?.kind === 'drive-away' ? facts.name : root.name }
    if (root.mountPoint === null) return away
    // The very drive, connected at another path.
    const moved = (await drives.places(root)).find(({ likeness }) => likeness === 'same')
    return moved ? this.#placeAt(moved.root.root, moved.root) : away
  }

  async #placeAt(folder: string, root: DropRoot | null): Promise<Whereabouts> {
    const volume = await this.#deps.volumes.at(folder)
    return { folder, root, remote: volume?.remote ?? false }
  }

  async #assertCanBeWatched(folder: string): Promise<void> {
    const { settings } = this.#deps
    const { watchedFolders } = settings.current
    if (watchedFolders.length >= mostWatched) {
      throw new UploadError('bad-request', `You already watch ${mostWatched} folders. Remove one first.`, {
        facts: { kind: 'too-many-watched', most: mostWatched },
      })
    }
    if (!isAbsolute(folder) || !(await isFolder(folder))) {
      throw new UploadError('bad-request', `${folder} is not a folder. Name a folder to watch.`, {
        facts: { kind: 'not-a-folder', path: folder },
      })
    }
    this.#assertNotOwn(folder, settings.current)
    this.#assertNotOwn(await realPathOf(folder), settings.current)
    const other = watchedFolders.find((one) => isWithin(one.folder, folder) || isWithin(folder, one.folder))
    if (other) throw watchedAlready(folder, other.folder)
  }

  /** What it uploads would come to the very folder, and be uploaded again. */
  #assertNotOwn(folder: string, settings: Settings): void {
    const own = this.#deps.ownFolders(settings).some((one) => isWithin(one, folder) || isWithin(folder, one))
    if (!own) return
    const message = `${folder} can't be watched: PhotoFerry keeps its own files there. Choose another folder.`
    throw new UploadError('bad-request', message, { facts: { kind: 'watched-own', path: folder } })
  }

  #require(id: string): WatchedFolderSettings {
    const found = this.#deps.settings.current.watchedFolders.find((one) => one.id === id)
    if (found) return found
    throw new UploadError('not-found', 'This folder is no longer watched.', {
      facts: { kind: 'watched-gone' },
    })
  }

  #planOf({ serverId, presetId, destination }: WatchedFolderSettings) {
    return this.#deps.intake.planFor({ serverId, presetId, destination: destination ?? undefined })
  }

  #problemOf(one: WatchedFolderSettings): UploadError | null {
    try {
      this.#planOf(one)
      return null
    } catch (thrown) {
      return toUploadError(thrown)
    }
  }
}

/** What decides which batch files go into. */
function plannedBy({ serverId, presetId, destination }: WatchedFolderSettings) {
  return { serverId, presetId, destination }
}

function watchedAlready(path: string, other: string): UploadError {
  const why =
    path === other ? 'is watched already' : `and ${other} lie within each other: watch only one of them`
  return new UploadError('bad-request', `${path} ${why}.`, {
    facts: { kind: 'watched-already', path, other },
  })
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  )
}
