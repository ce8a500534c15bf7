/** Puts dropped files on the list: folder by folder as they are read, and again after a restart where reading was cut short. */
import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Preset } from '../../shared/presets.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Settings } from '../../shared/settings.ts'
import { skipBy } from '../../shared/skip-rules.ts'
import { type Batch, isFinished, noneRemoved, type UploadItem } from '../../shared/upload.ts'
import { type Find, nameOfDrop } from '../intake/scan.ts'
import { SharedScan } from '../intake/shared-scan.ts'
import type { Journal } from '../journal/journal.ts'
import type { ItemList } from '../queue/item-list.ts'
import { newItem } from '../queue/new-item.ts'
import type { ItemDrives } from './item-drives.ts'

export interface DropDeps {
  readonly list: ItemList
  readonly journal: Journal
  readonly drives: Pick<ItemDrives, 'isSameFile' | 'follow'>
  /** What files are held to that are added now. */
  readonly limits: () => Pick<Settings, 'maxFileSize' | 'skipRules'>
  /** New items were queued. */
  readonly onItems: () => void
  /** Files that are on the list already were added once more. */
  readonly onAddedAgain: (items: readonly UploadItem[]) => void
  /** A batch can't be read to its end: a drive of it is gone, as the error says. */
  readonly onCutShort: (batchId: string, error: UploadError) => void
  readonly onProblem: (thrown: unknown) => void
}

/** What is chosen for all files of one drop: how copies are made (null: they are uploaded as they are), and the server. */
export type DropPlan = Pick<Batch, 'preset' | 'serverId'>

/** A plan with the drives that the drop lies on. */
type PlacedPlan = DropPlan & Pick<Batch, 'drives'>

/** A scan that reads the drop already, and whether the person may still be asked about it. */
interface DropOptions {
  readonly scan?: SharedScan
  readonly unconfirmed?: boolean
}

interface Reading {
  readonly batchId: string
  readonly stop: AbortController
  readonly scan: SharedScan
}

export class Drops {
  readonly #deps: DropDeps
  readonly #readings = new Map<Promise<void>, Reading>()
  /** Unconfirmed batch -> ids of files that are on the list already and are to be sent again once it is confirmed. */
  readonly #addedAgain = new Map<string, string[]>()

  constructor(deps: DropDeps) {
    this.#deps = deps
  }

  /** Whether folders are still being read. */
  get isReading(): boolean {
    return this.#readings.size > 0
  }

  /**
   * Makes a batch and starts to list its files; the batch is in the journal when this returns.
   * @param paths absolute, at least one
   * @param options left out, a new scan reads the paths and nobody needs to confirm
   */
  add(paths: readonly string[], plan: PlacedPlan, { scan, unconfirmed = false }: DropOptions = {}): string {
    const batch = this.#newBatch(nameOfDrop(paths), paths, plan, unconfirmed)
    this.#start(batch, scan)
    return batch.id
  }

  /** Makes an empty batch for files that will come one by one. */
  open(name: string, plan: DropPlan): string {
    return this.#newBatch(name, [], { ...plan, drives: [] }, false).id
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

  /** The person wants the drop: its files may be sent from now on. */
  confirm(batchId: string): void {
    const { list, onItems } = this.#deps
    list.changeBatch(batchId, { unconfirmed: false })
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
    this.#deps.list.removeBatch(batchId)
  }

  /** Resumes reading where a restart cut it short. */
  resumeAll(): void {
    for (const batchId of [...this.#deps.list.batchIds()]) this.resume(batchId)
  }

  /** Reads what is still to be read of a batch, unless that is in progress. */
  resume(batchId: string): void {
    if (this.#readingsOf(batchId).some(({ stop }) => !stop.signal.aborted)) return
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

  #newBatch(name: string, unscannedPaths: readonly string[], plan: PlacedPlan, unconfirmed: boolean): Batch {
    const { list, journal } = this.#deps
    const batch: Batch = {
      id: randomUUID(),
      name,
      order: journal.nextOrder(),
      createdAtMs: Date.now(),
      unscannedPaths: [...unscannedPaths],
      ...plan,
      activeMs: 0,
      leftOut: 0,
      awaitedFiles: null,
      neverArrived: null,
      unconfirmed,
      removed: noneRemoved,
    }
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

  #start(batch: Batch, scan = new SharedScan(batch.unscannedPaths)): void {
    const stop = new AbortController()
    const reading = this.#read(batch.id, scan, stop.signal)
      .catch(this.#deps.onProblem)
      .finally(() => this.#readings.delete(reading))
    this.#readings.set(reading, { batchId: batch.id, stop, scan })
  }

  async #read(batchId: string, scan: SharedScan, stop: AbortSignal): Promise<void> {
    const { list, drives, onCutShort } = this.#deps
    const reading = drives.follow(batchId)
    for await (const finds of scan.groups()) {
      const sound = await reading.sound(finds)
      if (stop.aborted) return
      this.#enter(sound, batchId, false)
      this.#countLeftOut(batchId, scan)
      await this.#save()
    }
    const unread = await reading.unread(list.batch(batchId)?.unscannedPaths ?? [])
    if (stop.aborted) return
    this.#countLeftOut(batchId, scan)
    if (unread) {
      list.changeBatch(batchId, { unscannedPaths: unread.paths })
      onCutShort(batchId, unread.error)
      return this.#save()
    }
    // Not before: after a crash in between, the last files would be missing from a folder that counts as read.
    list.markScanned(batchId)
    await this.#save()
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
  #enter(finds: readonly Find[], batchId: string, staged: boolean): void {
    const { list, journal, drives, limits, onItems } = this.#deps
    const { preset = null, unconfirmed = false, drives: roots = [] } = list.batch(batchId) ?? {}
    const { maxFileSize, skipRules } = limits()
    const skip = skipBy(skipRules)
    const again: UploadItem[] = []
    const fresh: UploadItem[] = []
    for (const find of finds) {
      const listed = list.bySource(find.sourcePath)
      const isKnown = listed && (listed.batchId === batchId || drives.isSameFile(listed, roots))
      const current = isKnown ? listed : undefined
      const skipped = find.kind === 'file' ? skip(find) : null
      // Of this very batch: reading began anew after a restart.
      if (current && (current.batchId === batchId || !isFinished(current.state.status))) continue
      if (current && current.relativePath === find.relativePath) {
        if (skipped === null) again.push(current)
        continue
      }
      const order = journal.nextOrder()
      fresh.push(newItem(find, { batchId, order, staged, preset, maxFileSize, skipped, earlier: current }))
    }
    list.put(fresh)
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

/** A file that is added once more gets the preset that is chosen now. */
function underPreset(item: UploadItem, preset: Preset | null): UploadItem {
  if (isDeepStrictEqual(item.preset, preset)) return item
  return { ...item, preset, payload: null, note: null, md5: null, sha256: null, acknowledgedBytes: 0 }
}
