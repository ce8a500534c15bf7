/** The list as one watched folder sees it: its own files by their names, in batches that are opened as files come. */
import { isDeepStrictEqual } from 'node:util'
import type { DropRoot } from '../../shared/batch.ts'
import type { SkipRules } from '../../shared/skip-rules.ts'
import { isFinished, type UploadItem } from '../../shared/upload.ts'
import type { WatchRow } from '../../shared/watched.ts'
import type { Drives } from '../intake/drives.ts'
import { type Find, type FoundFile, nameOfDrop } from '../intake/scan.ts'
import { hasSameContentTime } from '../intake/source-file.ts'
import type { ItemList } from '../queue/item-list.ts'
import type { WatchedList } from '../watching/folder-reader.ts'
import type { DropPlan, Drops } from './drops.ts'
import type { ItemDrives } from './item-drives.ts'
import type { QueueCommands } from './queue-commands.ts'

export interface WatchedFilesDeps {
  readonly list: ItemList
  readonly drops: Pick<Drops, 'openFor' | 'addFound'>
  readonly drives: Pick<Drives, 'rootsOf'>
  readonly itemDrives: Pick<ItemDrives, 'isSameFile'>
  readonly commands: Pick<QueueCommands, 'retry' | 'remove'>
  /** Whether a batch goes to the server of a plan. */
  readonly goesTo: (batchId: string, plan: DropPlan) => boolean
}

/** What is chosen for the files of the folder. */
export interface WatchChoice {
  /** Absolute. */
  readonly folder: string
  /** @throws UploadError `not-found` where its server or preset is no longer there */
  readonly plan: () => DropPlan
  /** Besides those of the settings. */
  readonly skipRules: SkipRules
}

export class WatchedFiles implements WatchedList {
  readonly #deps: WatchedFilesDeps
  readonly #choice: WatchChoice
  readonly #batches = new Set<string>()
  /** Path inside the library -> id of the item; of items that were removed, until they come again. */
  readonly #ids = new Map<string, string>()
  /** Items that are removed since their files are gone, not since the person wants it. */
  readonly #leaving = new Set<string>()
  readonly #stopListening: () => void

  constructor(deps: WatchedFilesDeps, choice: WatchChoice) {
    this.#deps = deps
    this.#choice = choice
    const ignore = () => {}
    this.#stopListening = deps.list.listen({
      onItem: (item) => this.#note(item),
      onItemRemoved: ignore,
      onBatch: ignore,
      // Not even then are its files another's: the person may restore it.
      onBatchRemoved: ignore,
    })
  }

  close(): void {
    this.#stopListening()
  }

  own(relativePath: string): UploadItem | undefined {
    return this.#deps.list.get(this.#ids.get(relativePath) ?? '')
  }

  /** Whether an item is of this folder, and the person may remove it. */
  owns({ batchId, id }: UploadItem): boolean {
    return this.#batches.has(batchId) && !this.#leaving.has(id)
  }

  isElsewhere(find: FoundFile, root: DropRoot | null): boolean {
    const { list, itemDrives, goesTo } = this.#deps
    const item = list.bySource(find.sourcePath)
    if (item === undefined || !itemDrives.isSameFile(item, root ? [root] : [])) return false
    const plan = this.#choice.plan()
    if (!goesTo(item.batchId, plan) || !isDeepStrictEqual(item.preset, plan.preset)) return false
    const { status } = item.state
    return status === 'done' ? hasSameContentTime(item, find) : !isFinished(status)
  }

  async open(folder: string): Promise<string> {
    const { drops, drives } = this.#deps
    const plan = this.#choice.plan()
    const placed = { ...plan, unscannedPaths: [], drives: await drives.rootsOf([folder]) }
    return drops.openFor(nameOfDrop([this.#choice.folder]), placed)
  }

  has(batchId: string): boolean {
    return this.#deps.list.batch(batchId) !== undefined
  }

  follow(batchIds: readonly string[]): void {
    for (const batchId of batchIds) this.#batches.add(batchId)
    for (const item of this.#deps.list.select({ batchIds: [...batchIds] })) this.#note(item)
  }

  async enter(batchId: string, finds: readonly Find[], root: DropRoot | null): Promise<void> {
    const { list, drops } = this.#deps
    const { drives = [] } = list.batch(batchId) ?? {}
    // Its drive is connected at another path now.
    if (root !== null && !drives.some((known) => known.root === root.root))
      list.changeBatch(batchId, { drives: [...drives, root] })
    await drops.addFound(batchId, finds, this.#choice.skipRules)
  }

  again(itemIds: readonly string[]): Promise<void> {
    return this.#deps.commands.retry({ itemIds: [...itemIds] })
  }

  async gone(items: readonly UploadItem[]): Promise<void> {
    for (const { id } of items) this.#leaving.add(id)
    try {
      await this.#deps.commands.remove({ itemIds: items.map(({ id }) => id) })
    } finally {
      for (const { id } of items) this.#leaving.delete(id)
    }
  }

  missing(): readonly UploadItem[] {
    const { list } = this.#deps
    const failing = [...this.#batches].filter((id) => (list.batchTotals(id)?.counts.failed ?? 0) > 0)
    return failing
      .flatMap((batchId) => list.select({ batchIds: [batchId] }))
      .filter(({ state }) => state.status === 'failed' && state.error.code === 'source-missing')
  }

  /** What has become of the files that are on the list. */
  get counts(): Pick<WatchRow, 'stored' | 'left' | 'growing' | 'failed'> {
    const { list } = this.#deps
    const sum = { stored: 0, left: 0, growing: 0, failed: 0 }
    for (const batchId of this.#batches) {
      const { counts } = list.batchTotals(batchId) ?? {}
      const { pendingFiles = 0, movingFiles = 0 } = list.batchRemaining(batchId) ?? {}
      sum.stored += counts?.done ?? 0
      sum.failed += counts?.failed ?? 0
      sum.left += pendingFiles
      sum.growing += movingFiles
    }
    return sum
  }

  #note(item: UploadItem): void {
    if (this.#batches.has(item.batchId)) this.#ids.set(item.relativePath, item.id)
  }
}
