/** Turns what was dropped into items on the list: reads folders as a stream, goes on with it after a restart. */
import { randomUUID } from 'node:crypto'
import { basename, dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { ErrorInfo } from '../../shared/errors.ts'
import type { Preset } from '../../shared/presets.ts'
import { type Batch, isFinished, type UploadItem } from '../../shared/upload.ts'
import { type Find, scan } from '../intake/scan.ts'
import { sizeProblem } from '../intake/size-limit.ts'
import type { Journal } from '../journal/journal.ts'
import type { ItemList } from './item-list.ts'

export interface DropDeps {
  readonly list: ItemList
  readonly journal: Journal
  /** Bytes; null for no limit. */
  readonly maxFileSize: () => number | null
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
  readonly #stop = new AbortController()
  readonly #running = new Set<Promise<void>>()

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
    const batch = this.#newBatch(nameOf(paths), paths, plan)
    this.#start(batch)
    return batch.id
  }

  /** Makes an empty batch for files that will come one by one. */
  open(name: string, plan: DropPlan): string {
    return this.#newBatch(name, [], plan).id
  }

  /** Enters one staged file; the queue owns it, and has it on disk, when this fulfils. Files that come together share a write. */
  addStaged(batchId: string, find: Find): Promise<void> {
    this.#enter([find], batchId, true)
    return this.#deps.journal.settled()
  }

  /** Goes on with drops whose reading a restart cut short. */
  resume(): void {
    for (const batchId of [...this.#deps.list.batchIds()]) {
      const batch = this.#deps.list.batch(batchId)
      if (batch && batch.unscannedPaths.length > 0) this.#start(batch)
    }
  }

  /** Stops reading; what was not read yet is read after the next start. */
  async stop(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#running)
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
    const reading = this.#read(batch)
      .catch(this.#deps.onProblem)
      .finally(() => this.#running.delete(reading))
    this.#running.add(reading)
  }

  /** Ten thousand dropped files are ten thousand paths: what counts is the group, not the path. */
  async #read(batch: Batch): Promise<void> {
    let finds: Find[] = []
    let sinceMs = Date.now()
    for (const path of batch.unscannedPaths) {
      for await (const find of scan(path)) {
        if (this.#stop.signal.aborted) return
        finds.push(find)
        if (finds.length < findsAtOnce && Date.now() - sinceMs < longestHoldMs) continue
        this.#enter(finds, batch.id, false)
        this.#deps.journal.flush()
        finds = []
        sinceMs = Date.now()
      }
    }
    this.#enter(finds, batch.id, false)
    this.#deps.list.markScanned(batch.id)
    this.#deps.journal.flush()
  }

  /** The caller writes the journal in the same turn of the event loop, so that nothing is announced before. */
  #enter(finds: readonly Find[], batchId: string, staged: boolean): void {
    const { list, onItems, onKnown } = this.#deps
    const preset = list.batch(batchId)?.preset ?? null
    const again: UploadItem[] = []
    const fresh: UploadItem[] = []
    for (const find of finds) {
      const current = list.bySource(find.sourcePath)
      // Of this very batch: reading began anew after a restart.
      if (current && (current.batchId === batchId || !isFinished(current.state.status))) continue
      if (current && current.relativePath === find.relativePath) again.push(underPreset(current, preset))
      else fresh.push({ ...this.#newItem(find, current, preset), batchId, staged })
    }
    list.put(fresh)
    if (again.length > 0) onKnown(again)
    onItems()
  }

  #newItem(
    find: Find,
    twin: UploadItem | undefined,
    preset: Preset | null,
  ): Omit<UploadItem, 'batchId' | 'staged'> {
    const { size, mtimeMs } = find.kind === 'file' ? find : { size: 0, mtimeMs: 0 }
    const sameVersion = twin?.size === size && twin.mtimeMs === mtimeMs && twin.payload === null
    const error = this.#problemOf(find, preset)
    return {
      id: randomUUID(),
      order: this.#deps.journal.takeOrder(),
      sourcePath: find.sourcePath,
      relativePath: find.relativePath,
      size,
      mtimeMs,
      rank: 0,
      attempts: 0,
      preset,
      payload: null,
      note: null,
      md5: sameVersion ? twin.md5 : null,
      hashCheckpoint: null,
      taskId: null,
      acknowledgedBytes: 0,
      sentBytes: 0,
      failedAttempts: [],
      addedAtMs: Date.now(),
      startedAtMs: null,
      state: error ? { status: 'failed', error } : { status: 'queued' },
    }
  }

  #problemOf(find: Find, preset: Preset | null): ErrorInfo | null {
    if (find.kind === 'problem') return find.error.info
    // Under a preset the copy's size counts, which nobody knows yet.
    if (preset !== null) return null
    return sizeProblem(find, this.#deps.maxFileSize())?.info ?? null
  }
}

/** A file that is added once more goes by the preset that is chosen now. */
function underPreset(item: UploadItem, preset: Preset | null): UploadItem {
  if (isDeepStrictEqual(item.preset, preset)) return item
  return { ...item, preset, payload: null, note: null, md5: null, acknowledgedBytes: 0 }
}

/** One folder gives its own name; several things give that of the folder they lie in. */
function nameOf(paths: readonly string[]): string {
  const [first = ''] = paths
  return basename(paths.length === 1 ? first : dirname(first)) || first
}
