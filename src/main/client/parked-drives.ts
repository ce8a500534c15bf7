/** Files that wait for their drive: all files of a drive stop together, and continue when it is back. */

import type { DropRoot } from '../../shared/batch.ts'
import type { DriveWait } from '../../shared/feed.ts'
import type { ErrorInfo } from '../../shared/protocol/errors.ts'
import { isParked, transition, type UploadItem } from '../../shared/upload.ts'
import type { AwakeClock } from '../queue/awake-clock.ts'
import type { ItemList, ListListener } from '../queue/item-list.ts'
import type { DriveReturn } from './drive-return.ts'
import type { ItemDrives, Unread } from './item-drives.ts'

export interface ParkedDrivesDeps {
  readonly list: ItemList
  readonly itemDrives: Pick<ItemDrives, 'rootOf'>
  readonly isUnderWay: (itemId: string) => boolean
  readonly driveReturn: Pick<DriveReturn, 'tryAgain' | 'stop'>
  /** Whether folders are still being read: they may hold files that can be sent. */
  readonly isReading: () => boolean
  readonly clock: Pick<AwakeClock, 'nowMs'>
  /** How long nothing but drives may be waited for, in ms awake; Infinity for ever. */
  readonly patienceMs: number
  /** Something of `waits` changed. */
  readonly onChange: () => void
  readonly onProblem: (thrown: unknown) => void
}

/** What waits for one dropped folder. */
interface Group {
  readonly batchId: string
  readonly root: DropRoot
  readonly itemIds: Set<string>
  /** Whether the folder was not read to its end. */
  unread: boolean
  name: string
}

const lookEveryMs = 2_000

export class ParkedDrives implements ListListener {
  readonly #deps: ParkedDrivesDeps
  readonly #groups = new Map<string, Group>()
  readonly #groupOf = new Map<string, Group>()
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> | null = null
  /** Since when nothing but drives is waited for, ms awake; null while there is something else to do. */
  #stuckSinceMs: number | null = null
  #gaveUp: readonly string[] = []
  #stopped = false

  constructor(deps: ParkedDrivesDeps) {
    this.#deps = deps
  }

  /** Follows the list, with what was parked when PhotoFerry ended. */
  start(): void {
    this.#deps.list.listen(this)
    for (const item of this.#deps.list.where(({ state }) => isParked(state))) this.onItem(item)
    this.checkNow().catch(this.#deps.onProblem)
  }

  /** Drives that are waited for now, and how many files wait for each. */
  get waits(): readonly DriveWait[] {
    const files = new Map<string, number>()
    for (const { name, itemIds } of this.#groups.values())
      files.set(name, (files.get(name) ?? 0) + itemIds.size)
    return [...files].map(([name, count]) => ({ name, files: count }))
  }

  /** Names of the drives that a batch waits for. */
  namesFor(batchId: string): string[] {
    const own = [...this.#groups.values()].filter((group) => group.batchId === batchId)
    return [...new Set(own.map(({ name }) => name))]
  }

  /** Whether folders are still to be read once their drive is back. */
  get isWaitingToRead(): boolean {
    return [...this.#groups.values()].some(({ unread }) => unread)
  }

  /** Names of the drives that were waited for in vain. */
  get missed(): readonly string[] {
    return this.#gaveUp
  }

  /** Looks for the drives at once. */
  async checkNow(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null
    })
    await this.#looking
  }

  /** The folders of a batch could not be read to their end. */
  addUnread(batchId: string, unread: readonly Unread[]): void {
    for (const { path, error } of unread) {
      const root = this.#deps.itemDrives.rootOf({ id: '', batchId, sourcePath: path, staged: false })
      if (root) this.#group(batchId, root, nameIn(error.info)).unread = true
    }
    this.#onGroupsChanged()
  }

  /** The folders of a batch are being read, or nobody wants them any more. */
  removeUnread(batchId: string): void {
    const unread = [...this.#groups.values()].filter((group) => group.batchId === batchId && group.unread)
    for (const group of unread) group.unread = false
    for (const group of unread) this.#dropIfEmpty(group)
  }

  onItem(item: UploadItem): void {
    const before = this.#groupOf.get(item.id)
    const root = isParked(item.state) ? this.#deps.itemDrives.rootOf(item) : undefined
    if (before && before.root.root === root?.root) return
    if (before) this.#leave(item.id, before)
    if (root && isParked(item.state)) this.#join(item, root, item.state.error)
  }

  onItemRemoved(itemId: string): void {
    const group = this.#groupOf.get(itemId)
    if (group) this.#leave(itemId, group)
  }

  onBatch(batchId: string): void {
    if (this.#deps.list.batch(batchId)?.unscannedPaths.length === 0) this.removeUnread(batchId)
  }

  onBatchRemoved(batchId: string): void {
    this.removeUnread(batchId)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#deps.driveReturn.stop()
    await this.#looking
  }

  /** One file found its drive gone; the others of the drive need not find it too. */
  #join(item: UploadItem, root: DropRoot, error: ErrorInfo): void {
    const { list, itemDrives, isUnderWay } = this.#deps
    const group = this.#group(item.batchId, root, nameIn(error))
    const isFirst = group.itemIds.size === 0
    group.itemIds.add(item.id)
    this.#groupOf.set(item.id, group)
    if (!isFirst) return
    const queued = list
      .select({ batchIds: [item.batchId] })
      .filter(({ state }) => state.status === 'queued')
      .filter((other) => !isUnderWay(other.id) && itemDrives.rootOf(other)?.root === root.root)
    list.put(queued.map((other) => transition(other, { status: 'waiting', error, untilMs: null })))
    this.#onGroupsChanged()
  }

  #leave(itemId: string, group: Group): void {
    group.itemIds.delete(itemId)
    this.#groupOf.delete(itemId)
    if (group.itemIds.size === 0) this.#dropIfEmpty(group)
  }

  #group(batchId: string, root: DropRoot, name: string): Group {
    const key = `${batchId} ${root.root}`
    const group = this.#groups.get(key) ?? { batchId, root, name, itemIds: new Set(), unread: false }
    this.#groups.set(key, group)
    return group
  }

  #dropIfEmpty(group: Group): void {
    if (group.unread || group.itemIds.size > 0) return
    this.#groups.delete(`${group.batchId} ${group.root.root}`)
    this.#deps.list.notifyBatch(group.batchId)
    this.#onGroupsChanged()
  }

  #onGroupsChanged(): void {
    for (const batchId of new Set([...this.#groups.values()].map((group) => group.batchId))) {
      this.#deps.list.notifyBatch(batchId)
    }
    this.#deps.onChange()
    this.#schedule()
  }

  #schedule(): void {
    if (this.#stopped || this.#timer !== undefined || this.#groups.size === 0) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.checkNow()
        .catch(this.#deps.onProblem)
        .finally(() => this.#schedule())
    }, lookEveryMs)
  }

  async #look(): Promise<void> {
    for (const group of [...this.#groups.values()]) {
      if (this.#stopped) return
      await this.#deps.driveReturn.tryAgain(group)
    }
    if (this.#isStuckForLong()) this.#giveUp()
  }

  #isStuckForLong(): boolean {
    const { list, clock, patienceMs, isReading } = this.#deps
    const { pendingFiles, movingFiles } = list.remaining
    // Files that never stand still must not keep a command from its end either; see queue/still-patience.ts.
    const isAllLeft = pendingFiles === this.#groupOf.size + movingFiles && !isReading()
    const isStuck = this.#groups.size > 0 && isAllLeft
    this.#stuckSinceMs = isStuck ? (this.#stuckSinceMs ?? clock.nowMs) : null
    return this.#stuckSinceMs !== null && clock.nowMs - this.#stuckSinceMs >= patienceMs
  }

  /** What is parked waits for the person from now on; folders that were not read are read at the next start. */
  #giveUp(): void {
    const { list } = this.#deps
    this.#gaveUp = [...new Set([...this.#groups.values()].map(({ name }) => name))]
    const items = [...this.#groupOf.keys()].flatMap((id) => list.get(id) ?? [])
    for (const group of this.#groups.values()) group.unread = false
    list.put(
      items.flatMap((item) =>
        isParked(item.state) ? [transition(item, { status: 'failed', error: item.state.error })] : [],
      ),
    )
    for (const group of [...this.#groups.values()]) this.#dropIfEmpty(group)
  }
}

function nameIn({ facts }: ErrorInfo): string {
  return facts?.kind === 'drive-away' ? facts.name : ''
}
