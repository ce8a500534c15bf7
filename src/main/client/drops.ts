/** Puts dropped files on the list: folder by folder as they are read, and again after a restart where reading was cut short. */
import { isDeepStrictEqual } from 'node:util'
import type { Batch } from '../../shared/batch.ts'
import type { SkippedFile } from '../../shared/ipc.ts'
import type { Preset } from '../../shared/presets.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Settings } from '../../shared/settings.ts'
import { bothRules, noSkipRules, type SkipRules, skipBy } from '../../shared/skip-rules.ts'
import { isFinished, type UploadItem } from '../../shared/upload.ts'
import { type Find, nameInLibrary, nameOfDrop } from '../intake/scan.ts'
import { SharedScan } from '../intake/shared-scan.ts'
import type { Journal } from '../journal/journal.ts'
import type { ItemList } from '../queue/item-list.ts'
import { newBatch } from '../queue/new-batch.ts'
import { newItem } from '../queue/new-item.ts'
import type { ItemDrives, Unread } from './item-drives.ts'
import type { Previews } from './previews.ts'
import { Sequences } from './sequences.ts'

export interface DropDeps {
  readonly list: ItemList
  readonly journal: Journal
  readonly drives: Pick<ItemDrives, 'isSameFile' | 'follow'>
  readonly previews: Pick<Previews, 'add' | 'confirm' | 'withdraw'>
  /** What files are held to that are added now. */
  readonly limits: () => Pick<Settings, 'maxFileSize' | 'skipRules'>
  /** New items were queued. */
  readonly onItems: () => void
  /** Files that are on the list already were added once more. */
  readonly onAddedAgain: (items: readonly UploadItem[]) => void
  /** Folders of a batch can't be read to their end, since drives are gone; nothing of the batch is being read any more. */
  readonly onCutShort: (batchId: string, unread: readonly Unread[]) => void
  readonly onProblem: (thrown: unknown) => void
}

/** What is chosen for all files of one drop: how copies are made (null: they are uploaded as they are), the server, and where they go there. */
export type DropPlan = Pick<Batch, 'preset' | 'serverId'> & Partial<Pick<Batch, 'destination'>>

/** A plan with the places that the drop is read from, and the drives that they lie on. */
export type PlacedPlan = DropPlan & Pick<Batch, 'drives' | 'unscannedPaths' | 'unscannedNames'>

/** A scan that reads the drop already, and whether the person may still be asked about it. */
interface DropOptions {
  readonly scan?: SharedScan
  readonly unconfirmed?: boolean
}

/** For folders that are watched: rules of their own, and whether files count that other batches have. */
interface EntryOptions {
  readonly skipRules?: SkipRules
  readonly ownOnly?: boolean
}

/** Where a file is that a page skipped; see `isNameOnly`. */
const nowhere = { sourcePath: '', mtimeMs: 0, ctimeMs: null, inode: null }

interface Reading {
  readonly batchId: string
  readonly stop: AbortController
  readonly scan: SharedScan
}

export class Drops {
  readonly #deps: DropDeps
  readonly #sequences: Sequences
  readonly #readings = new Map<Promise<void>, Reading>()
  /** Unconfirmed batch -> ids of files that are on the list already and are to be sent again once it is confirmed. */
  readonly #addedAgain = new Map<string, string[]>()

  constructor(deps: DropDeps) {
    this.#deps = deps
    this.#sequences = new Sequences(deps.list)
  }

  /** Whether folders are still being read. */
  get isReading(): boolean {
    return this.#readings.size > 0
  }

  /**
   * Makes a batch and starts to list its files; the batch is in the journal when this returns.
   * @param paths absolute, at least one, as they were dropped: they name the batch
   * @param options left out, a new scan reads the paths and nobody needs to confirm
   */
  add(paths: readonly string[], plan: PlacedPlan, { scan, unconfirmed = false }: DropOptions = {}): string {
    const batch = this.#addBatch(nameOfDrop(paths), plan, unconfirmed)
    this.#start(batch, scan)
    return batch.id
  }

  /** Makes an empty batch for files that will come one by one. */
  open(name: string, plan: DropPlan): string {
    return this.#addBatch(name, { ...plan, drives: [], unscannedPaths: [] }, false).id
  }

  /** Makes an empty batch for files of a folder that will be found as they come; see `addFound`. */
  openFor(name: string, plan: PlacedPlan): string {
    return this.#addBatch(name, plan, false).id
  }

  /**
   * Lists what was found of a batch, but for what it has already, whatever other batches have; on disk when it fulfils.
   * @param skipRules besides those of the settings
   */
  async addFound(batchId: string, finds: readonly Find[], skipRules: SkipRules): Promise<void> {
    this.#enter(finds, batchId, false, { skipRules, ownOnly: true })
    await this.#save()
  }

  /**
   * Lists one inbox copy; when this fulfils the queue owns it and has it on disk. Files that come together share a write.
   * @throws UploadError `not-found` when the batch was removed from the list meanwhile
   */
  async addToInbox(batchId: string, find: Find): Promise<void> {
    if (!this.#deps.list.batch(batchId)) {
      throw new UploadError('not-found', 'This batch was removed from the list.')
    }
    this.#enter([find], batchId, true)
    return this.#deps.journal.saveSoon()
  }

  /**
   * Lists files that a page skipped; they are on disk when this fulfils. Those that the batch has already are left as they are.
   * @throws UploadError `not-found` when the batch was removed from the list meanwhile
   */
  async addSkipped(batchId: string, files: readonly SkippedFile[]): Promise<void> {
    const { list, journal } = this.#deps
    const batch = list.batch(batchId)
    if (!batch) throw new UploadError('not-found', 'This batch was removed from the list.')
    const known = new Set(list.select({ batchIds: [batchId] }).map(({ relativePath }) => relativePath))
    const fresh = files.filter(({ relativePath }) => !known.has(relativePath))
    const facts = { batchId, staged: true, preset: batch.preset, maxFileSize: null, earlier: undefined }
    list.put(
      fresh.map(({ reason, ...named }) => {
        const order = journal.nextOrder()
        return newItem({ kind: 'file', ...nowhere, ...named }, { ...facts, order, skipped: reason })
      }),
    )
    return journal.saveSoon()
  }

  /** The person wants the drop: its files may be sent from now on. */
  confirm(batchId: string): void {
    const { list, onItems } = this.#deps
    list.changeBatch(batchId, { unconfirmed: false })
    this.#deps.previews.confirm(batchId)
    const again = this.#addedAgain.get(batchId) ?? []
    this.#addedAgain.delete(batchId)
    this.#sendAgain(
      again.flatMap((itemId) => list.get(itemId) ?? []),
      list.batch(batchId)?.preset ?? null,
    )
    onItems()
  }

  /** Removes a drop that was not confirmed from the list, with all its files; its scan goes on for other readers. */
  withdraw(batchId: string): void {
    for (const { stop } of this.#readingsOf(batchId)) stop.abort()
    this.#addedAgain.delete(batchId)
    this.#deps.previews.withdraw(batchId)
    this.#deps.list.removeBatch(batchId)
  }

  /** Resumes reading where a restart cut it short. */
  resumeAll(): void {
    for (const batchId of [...this.#deps.list.batchIds()]) this.resume(batchId)
  }

  /** Whether folders of a batch are being read. */
  reads(batchId: string): boolean {
    return this.#readingsOf(batchId).some(({ stop }) => !stop.signal.aborted)
  }

  /** Reads what is still to be read of a batch, unless that is in progress. */
  resume(batchId: string): void {
    if (this.reads(batchId)) return
    const batch = this.#deps.list.batch(batchId)
    if (batch && batch.unscannedPaths.length > 0) this.#start(batch)
  }

  /** The person no longer wants a batch: nothing more of it is read. */
  abandon(batchId: string): void {
    for (const { stop, scan } of this.#readingsOf(batchId)) {
      stop.abort()
      scan.stop()
    }
    if (this.#deps.list.batch(batchId)) this.#deps.list.markScanned(batchId)
  }

  /** Stops reading; the rest is read after the next start. */
  async stop(): Promise<void> {
    for (const { stop, scan } of this.#readings.values()) {
      stop.abort()
      scan.stop()
    }
    await Promise.all(this.#readings.keys())
  }

  #readingsOf(batchId: string): Reading[] {
    return [...this.#readings.values()].filter((reading) => reading.batchId === batchId)
  }

  #addBatch(name: string, plan: PlacedPlan, unconfirmed: boolean): Batch {
    const { list, journal } = this.#deps
    const batch = newBatch({ name, order: journal.nextOrder(), ...plan, unconfirmed })
    list.addBatch(batch)
    try {
      journal.flush()
    } catch (thrown) {
      // The command fails: nobody would ever read it.
      list.removeUnwanted(batch.id)
      throw thrown
    }
    return batch
  }

  #start(batch: Batch, scan = new SharedScan(batch.unscannedPaths, batch.unscannedNames)): void {
    const { onProblem, onCutShort } = this.#deps
    const stop = new AbortController()
    const reading = this.#read(batch.id, scan, stop.signal)
      .catch(onProblem)
      .then((unread) => {
        this.#readings.delete(reading)
        // A huge file may have stood back, since small ones might have been found.
        if (!stop.signal.aborted) this.#deps.onItems()
        // Not before: a drive that is back at once has the rest read, which nothing may be in the way of.
        if (unread && !stop.signal.aborted) onCutShort(batch.id, unread)
      })
    this.#readings.set(reading, { batchId: batch.id, stop, scan })
  }

  /** @returns folders that were not read to their end; none where all were, or where the reading was stopped */
  async #read(batchId: string, scan: SharedScan, stop: AbortSignal): Promise<readonly Unread[] | null> {
    const { list, drives } = this.#deps
    const reading = drives.follow(batchId)
    for await (const finds of scan.groups()) {
      const sound = await reading.sound(finds)
      if (stop.aborted) return null
      this.#enter(sound, batchId, false)
      this.#countLeftOut(batchId, scan)
      await this.#save()
    }
    const unread = await reading.unread()
    if (stop.aborted) return null
    this.#countLeftOut(batchId, scan)
    // Not before: after a crash in between, the last files would be missing from a folder that counts as read.
    if (unread.length > 0) list.changeBatch(batchId, toReadLater(unread))
    else list.markScanned(batchId)
    await this.#save()
    return unread.length > 0 ? unread : null
  }

  /** A scan that begins anew after a restart finds all of it again, so its count replaces the one before. */
  #countLeftOut(batchId: string, { leftOut: { entries } }: SharedScan): void {
    const { list } = this.#deps
    if (entries > (list.batch(batchId)?.leftOut ?? 0)) list.changeBatch(batchId, { leftOut: entries })
  }

  /** A full disk is reported and keeps nothing from being sent; the journal catches up when there is room. */
  #save(): Promise<void> {
    return this.#deps.journal.save().catch(this.#deps.onProblem)
  }

  /** The caller has the journal written; what a crash loses until then is found again, since its folder does not count as read. */
  #enter(
    finds: readonly Find[],
    batchId: string,
    staged: boolean,
    { skipRules: more = noSkipRules, ownOnly = false }: EntryOptions = {},
  ): void {
    const { list, journal, drives, limits, onItems } = this.#deps
    const { preset = null, unconfirmed = false, drives: roots = [], destination } = list.batch(batchId) ?? {}
    const numberOf = ({ relativePath }: Find) =>
      destination?.template ? this.#sequences.next(batchId, relativePath) : null
    const { maxFileSize, skipRules } = limits()
    const skip = skipBy(bothRules(skipRules, more))
    const again: UploadItem[] = []
    const fresh: UploadItem[] = []
    for (const find of finds) {
      const listed = list.bySource(find.sourcePath)
      const isOwn = listed?.batchId === batchId
      const isKnown = listed && (isOwn || (!ownOnly && drives.isSameFile(listed, roots)))
      const current = isKnown ? listed : undefined
      const skipped = find.kind === 'file' ? skip(find) : null
      // Of this very batch: reading began anew after a restart.
      if (current && (current.batchId === batchId || !isFinished(current.state.status))) continue
      if (current && current.relativePath === find.relativePath) {
        // Where its folder is now: the person chose it anew.
        if (skipped === null) again.push({ ...current, realFolder: find.realFolder ?? null })
        continue
      }
      const order = journal.nextOrder()
      const entry = { batchId, order, staged, preset, maxFileSize, skipped, earlier: current }
      fresh.push(newItem(find, { ...entry, sequence: numberOf(find) }))
    }
    list.put(fresh)
    this.#deps.previews.add(batchId, fresh)
    if (unconfirmed) {
      const earlier = this.#addedAgain.get(batchId) ?? []
      this.#addedAgain.set(batchId, [...earlier, ...again.map(({ id }) => id)])
    } else this.#sendAgain(again, preset)
    onItems()
  }

  #sendAgain(items: readonly UploadItem[], preset: Preset | null): void {
    const finished = items.filter(({ state }) => isFinished(state.status))
    if (finished.length > 0) this.#deps.onAddedAgain(finished.map((item) => underPreset(item, preset)))
  }
}

function toReadLater(unread: readonly Unread[]): Pick<Batch, 'unscannedPaths' | 'unscannedNames'> {
  const others = unread.filter(({ path, name }) => name !== nameInLibrary(path))
  return {
    unscannedPaths: unread.map(({ path }) => path),
    unscannedNames: Object.fromEntries(others.map(({ path, name }) => [path, name])),
  }
}

/** A file that is added once more gets the preset that is chosen now. */
function underPreset(item: UploadItem, preset: Preset | null): UploadItem {
  if (isDeepStrictEqual(item.preset, preset)) return item
  return { ...item, preset, payload: null, note: null, md5: null, sha256: null, acknowledgedBytes: 0 }
}
