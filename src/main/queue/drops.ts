/** Turns what was dropped into items on the list: reads folders as a stream, goes on with it after a restart. */
import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Preset } from '../../shared/presets.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { type SkipRules, skipBy } from '../../shared/skip-rules.ts'
import { type Batch, isFinished, type UploadItem } from '../../shared/upload.ts'
import { nameOfDrop } from '../intake/drop-name.ts'
import { type Find, scan } from '../intake/scan.ts'
import type { Journal } from '../journal/journal.ts'
import type { ItemList } from './item-list.ts'
import { newItem } from './new-item.ts'

export interface DropDeps {
  readonly list: ItemList
  readonly journal: Journal
  /** Bytes; null for no limit. */
  readonly maxFileSize: () => number | null
  readonly skipRules: () => SkipRules
  /** New items wait for their turn. */
  readonly onItems: () => void
  /** Files that are on the list already and were added once more. */
  readonly onKnown: (items: readonly UploadItem[]) => void
  readonly onProblem: (thrown: unknown) => void
}

/** What is chosen for all files of one drop: how copies are made (null: they go as they are) and where they go. */
export type DropPlan = Pick<Batch, 'preset' | 'serverId'>

/** Finds are entered together: each entry is one write of the journal. */
const findsAtOnce = 500
const longestHoldMs = 200

export class Drops {
  readonly #deps: DropDeps
  readonly #running = new Map<Promise<void>, { readonly batchId: string; readonly stop: AbortController }>()

  constructor(deps: DropDeps) {
    this.#deps = deps
  }

  /** Whether folders are still being read. */
  get busy(): boolean {
    return this.#running.size > 0
  }

  /**
   * Makes a batch and starts to read its paths; the batch is in the journal when this returns.
   * @param paths absolute, at least one
   */
  add(paths: readonly string[], plan: DropPlan): string {
    const batch = this.#newBatch(nameOfDrop(paths), paths, plan)
    this.#start(batch)
    return batch.id
  }

  /** Makes an empty batch for files that will come one by one. */
  open(name: string, plan: DropPlan): string {
    return this.#newBatch(name, [], plan).id
  }

  /**
   * Enters one staged file; the queue owns it, and has it on disk, when this fulfils. Files that come together share a write.
   * @throws UploadError `not-found` when the batch was taken off the list meanwhile
   */
  async addStaged(batchId: string, find: Find): Promise<void> {
    if (!this.#deps.list.batch(batchId))
      throw new UploadError('not-found', 'This batch was taken off the list.')
    this.#enter([find], batchId, true)
    return this.#deps.journal.settled()
  }

  /** Goes on with drops whose reading a restart cut short. */
  resume(): void {
    for (const batchId of [...this.#deps.list.batchIds()]) this.goOn(batchId)
  }

  /** Reads what is still to be read of a batch, unless that is going on. */
  goOn(batchId: string): void {
    for (const reading of this.#running.values()) {
      if (reading.batchId === batchId && !reading.stop.signal.aborted) return
    }
    const batch = this.#deps.list.batch(batchId)
    if (batch && batch.unscannedPaths.length > 0) this.#start(batch)
  }

  /** The person does not want any more of a batch: nothing more of it is read. */
  abandon(batchId: string): void {
    for (const reading of this.#running.values()) if (reading.batchId === batchId) reading.stop.abort()
    if (this.#deps.list.batch(batchId)) this.#deps.list.markScanned(batchId)
  }

  /** Stops reading; what was not read yet is read after the next start. */
  async stop(): Promise<void> {
    for (const { stop } of this.#running.values()) stop.abort()
    await Promise.all(this.#running.keys())
  }

  #newBatch(name: string, unscannedPaths: readonly string[], plan: DropPlan): Batch {
    const { list, journal } = this.#deps
    const batch: Batch = {
      id: randomUUID(),
      name,
      order: journal.takeOrder(),
      createdAtMs: Date.now(),
      unscannedPaths: [...unscannedPaths],
      ...plan,
      activeMs: 0,
    }
    list.addBatch(batch)
    journal.flush()
    return batch
  }

  #start(batch: Batch): void {
    const stop = new AbortController()
    const reading = this.#read(batch, stop.signal)
      .catch(this.#deps.onProblem)
      .finally(() => this.#running.delete(reading))
    this.#running.set(reading, { batchId: batch.id, stop })
  }

  /** Ten thousand dropped files are ten thousand paths: what counts is the group, not the path. */
  async #read(batch: Batch, stop: AbortSignal): Promise<void> {
    let finds: Find[] = []
    let sinceMs = Date.now()
    for (const path of batch.unscannedPaths) {
      for await (const find of scan(path)) {
        if (stop.aborted) return
        finds.push(find)
        if (finds.length < findsAtOnce && Date.now() - sinceMs < longestHoldMs) continue
        this.#enter(finds, batch.id, false)
        await this.#save()
        finds = []
        sinceMs = Date.now()
      }
    }
    if (stop.aborted) return
    this.#enter(finds, batch.id, false)
    await this.#save()
    if (stop.aborted) return
    // Not before: after a crash in between, the last files would be missing from a folder that counts as read.
    this.#deps.list.markScanned(batch.id)
    await this.#save()
  }

  /** A full disk is told and keeps nothing from being sent; the journal makes up for it when there is room. */
  #save(): Promise<void> {
    return this.#deps.journal.save().catch(this.#deps.onProblem)
  }

  /** The caller has the journal written; what a crash forgets until then is found again, since its folder does not count as read. */
  #enter(finds: readonly Find[], batchId: string, staged: boolean): void {
    const { list, journal, onItems, onKnown } = this.#deps
    const preset = list.batch(batchId)?.preset ?? null
    const skip = skipBy(this.#deps.skipRules())
    const again: UploadItem[] = []
    const fresh: UploadItem[] = []
    for (const find of finds) {
      const current = list.bySource(find.sourcePath)
      const skipped = find.kind === 'file' ? skip(find) : null
      // Of this very batch: reading began anew after a restart.
      if (current && (current.batchId === batchId || !isFinished(current.state.status))) continue
      if (current && current.relativePath === find.relativePath) {
        if (skipped === null) again.push(underPreset(current, preset))
        continue
      }
      const order = journal.takeOrder()
      const maxFileSize = this.#deps.maxFileSize()
      fresh.push(newItem(find, { batchId, order, staged, preset, maxFileSize, skipped, twin: current }))
    }
    list.put(fresh)
    if (again.length > 0) onKnown(again)
    onItems()
  }
}

/** A file that is added once more goes by the preset that is chosen now. */
function underPreset(item: UploadItem, preset: Preset | null): UploadItem {
  if (isDeepStrictEqual(item.preset, preset)) return item
  return { ...item, preset, payload: null, note: null, md5: null, acknowledgedBytes: 0 }
}
