/** What the person tells the queue to do; every change is on disk when its promise fulfils. */

import { isDeepStrictEqual } from 'node:util'
import type { PresetChange, Refusal, Removal } from '../../shared/answers.ts'
import type { Batch } from '../../shared/batch.ts'
import type { Target } from '../../shared/ipc.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { serverOf } from '../../shared/settings.ts'
import { countedAs, isFinished, isLeftOut, isNameOnly, isOver, type UploadItem } from '../../shared/upload.ts'
import type { Journal } from '../journal/journal.ts'
import { plus } from '../queue/batch-list.ts'
import type { ItemList } from '../queue/item-list.ts'
import type { UploadQueue } from '../queue/upload-queue.ts'
import type { Connections } from './connections.ts'
import type { Drops } from './drops.ts'
import type { History } from './history.ts'
import type { Previews } from './previews.ts'
import { type Removals, removedCounts, restored } from './removals.ts'
import type { ClientSettings } from './settings.ts'

export interface QueueCommandDeps {
  readonly list: ItemList
  readonly queue: UploadQueue
  readonly journal: Journal
  readonly settings: ClientSettings
  readonly connections: Connections
  readonly drops: Drops
  readonly history: History
  readonly removals: Removals
  /** Is told of files that are about to leave the list, and of those that were put back on it. */
  readonly watched: () => {
    onRemove(items: readonly UploadItem[]): void
    onRestore(items: readonly UploadItem[]): void
  }
  readonly previews: Pick<Previews, 'of'>
}

export class QueueCommands {
  readonly #deps: QueueCommandDeps

  constructor(deps: QueueCommandDeps) {
    this.#deps = deps
  }

  async pause(target: Target): Promise<void> {
    const { list, queue, journal } = this.#deps
    queue.pause(list.select(target))
    await journal.save()
  }

  async resume(target: Target): Promise<void> {
    const { list, queue, journal } = this.#deps
    queue.resume(list.select(target))
    await journal.save()
  }

  /** @param agreed cancels nothing where more files than that would be canceled; left out, any number are */
  async cancel(target: Target, agreed?: number): Promise<Refusal> {
    const { list, queue, journal } = this.#deps
    const items = list.select(target)
    const unfinished = items.filter(({ state }) => !isFinished(state.status)).length
    if (isMore(unfinished, agreed)) return { tooMany: unfinished }
    queue.cancel(items)
    await journal.save()
    return {}
  }

  /**
   * For batches, and for everything, it retries what failed; named files also where they were canceled or done.
   * @throws UploadError `bad-request` when only the name of a named file is here; the others are retried
   */
  async retry(target: Target): Promise<void> {
    const { list, queue, journal } = this.#deps
    const items = list.select(target)
    const here = items.filter((item) => !isNameOnly(item))
    queue.retry('itemIds' in target ? here : here.filter(({ state }) => state.status === 'failed'))
    await journal.save()
    if ('itemIds' in target && here.length < items.length) throw nameOnly()
  }

  /** Puts files, or whole batches, first, in the order they have. */
  async moveToTop(target: Target): Promise<void> {
    const { list, journal } = this.#deps
    if ('batchIds' in target) list.reorderBatches(target.batchIds)
    if ('itemIds' in target) list.moveToTop(list.select(target))
    await journal.save()
  }

  /** Puts the named batches first, in this order. */
  async reorderBatches(batchIds: readonly string[]): Promise<void> {
    this.#deps.list.reorderBatches(batchIds)
    await this.#deps.journal.save()
  }

  /** The person has read which files of these batches never arrived. */
  async dismissMissing(batchIds: readonly string[]): Promise<void> {
    const { list, journal } = this.#deps
    for (const batchId of batchIds) {
      const missing = list.batch(batchId)?.neverArrived
      if (missing) list.changeBatch(batchId, { neverArrived: { ...missing, dismissed: true } })
      list.removeIfEmpty(batchId)
    }
    await journal.save()
  }

  /** @throws UploadError `bad-request` once something of a batch was sent; `not-found` for an unknown server */
  async setBatchServer(named: readonly string[], serverId: string): Promise<void> {
    const { list, queue, journal, settings, connections, previews } = this.#deps
    // Previews and originals go to the same server.
    const batchIds = [...new Set(named.flatMap((id) => withPreviews(id, list.batch(id), previews.of(id))))]
    if (serverOf(settings.current, serverId) === undefined) {
      throw new UploadError('not-found', 'This server is not in the settings. Choose another.')
    }
    for (const item of list.select({ batchIds: [...batchIds] })) {
      assertUnsent(item, queue.isUnderWay(item.id))
    }
    for (const batchId of batchIds) list.changeBatch(batchId, { serverId })
    await journal.save()
    queue.onConnectionReady(connections.to(serverId))
  }

  /**
   * Gives a batch another preset, and those of its files that have not started.
   * @throws UploadError `not-found` for a batch or a preset that does not exist
   */
  async setBatchPreset(batchId: string, presetId: string): Promise<PresetChange> {
    const { list, queue, journal, settings } = this.#deps
    if (!list.batch(batchId)) {
      throw new UploadError('not-found', 'This batch is no longer on the list.', {
        facts: { kind: 'batch-off-list' },
      })
    }
    if (list.batch(batchId)?.previewsOf !== null) {
      throw new UploadError('bad-request', 'Previews have no preset. Choose one for the originals.')
    }
    const preset = settings.presetFor(presetId)
    const items = list.select({ batchIds: [batchId] }).filter(({ state }) => !isLeftOut(state.status))
    const others = items.filter((item) => !isDeepStrictEqual(item.preset, preset))
    const changing = others.filter((item) => isUntouched(item) && !queue.isUnderWay(item.id))
    list.changeBatch(batchId, { preset })
    list.put(changing.map((item) => ({ ...item, preset })))
    journal.flush()
    const keeping = others.length - changing.length
    return { following: items.length - keeping, keeping }
  }

  /**
   * Removes finished files from the list, but for failed ones.
   * @param agreed removes nothing where more of them than that are not stored; left out, any number may be
   */
  async removeFinished(target: Target, agreed?: number): Promise<Removal> {
    const over = () => this.#deps.list.select(target).filter(({ state }) => isOver(state.status))
    return this.#removeAgreed(over, [], agreed)
  }

  /** Removes files from the list, canceling those that are not finished. @param agreed as for `removeFinished` */
  async remove(target: Target, agreed?: number): Promise<Removal> {
    const { list } = this.#deps
    const whole = 'itemIds' in target ? [] : 'all' in target ? [...list.batchIds()] : target.batchIds
    return this.#removeAgreed(() => list.select(target), whole, agreed)
  }

  /** Restores what a removal took off the list. @returns how many files @throws UploadError `not-found` when it is too late */
  async undo(undoId: string): Promise<number> {
    const { list, journal, removals, drops, queue, history, watched } = this.#deps
    const { items, batches } = removals.take(undoId)
    for (const batch of batches) {
      // Restoring a drop that was not confirmed yet confirms it: nobody else will ask about it any more.
      const known = list.batch(batch.id) ?? removals.latest(batch.id) ?? batch
      if (!list.batch(batch.id)) list.addBatch({ ...known, unconfirmed: false })
      const own = removedCounts(items.filter(({ batchId }) => batchId === batch.id))
      list.changeBatch(batch.id, { removed: plus(known.removed, own, -1) })
    }
    list.put(items.map(restored))
    await journal.save()
    watched().onRestore(items)
    await history.onRestored(batches.map(({ id }) => id))
    for (const { id } of batches) drops.resume(id)
    queue.pump()
    return items.length
  }

  /** @param whole batches of which nothing more is to be read either */
  async #removeAgreed(
    select: () => readonly UploadItem[],
    whole: readonly string[],
    agreed: number | undefined,
  ): Promise<Removal> {
    const { history } = this.#deps
    const refuse = (tooMany: number) => ({ removed: 0, undoId: null, tooMany })
    const before = unstoredOf(select())
    if (isMore(before, agreed)) return refuse(before)
    await history.keepReceiptLines(select)
    const items = select()
    const unstored = unstoredOf(items)
    if (!isMore(unstored, agreed)) return this.#remove(items, whole)
    await history.onRestored([...new Set(items.map(({ batchId }) => batchId))])
    return refuse(unstored)
  }

  /** Their lines in receipts must be kept. */
  async #remove(items: readonly UploadItem[], whole: readonly string[]): Promise<Removal> {
    const { list, queue, journal, drops, removals } = this.#deps
    const batchIds = new Set([...items.map(({ batchId }) => batchId), ...whole])
    const batches = [...batchIds].flatMap((batchId) => list.batch(batchId) ?? [])
    if (batches.length === 0) return { removed: 0, undoId: null }
    const held = batches.map((batch) => withRemoval(batch, items))
    this.#count(held, batches)
    this.#deps.watched().onRemove(items)
    for (const batchId of whole) drops.abandon(batchId)
    queue.cancel(items)
    list.remove(items)
    for (const batchId of whole) list.removeUnwanted(batchId)
    await journal.save()
    return { removed: items.length, undoId: removals.hold({ items, batches: held }) }
  }

  /**
   * Counts files as removed, on disk before they leave it: after a crash in between they are counted twice, never not at
   * all, since what nobody counts any more would look as if all were stored.
   */
  #count(after: readonly Batch[], before: readonly Batch[]): void {
    const { list, journal } = this.#deps
    for (const { id, removed } of after) list.changeBatch(id, { removed })
    try {
      journal.flush()
    } catch (thrown) {
      for (const { id, removed } of before) list.changeBatch(id, { removed })
      throw thrown
    }
  }
}

const unstoredOf = (items: readonly UploadItem[]) =>
  items.filter(({ state }) => countedAs(state.status) !== 'stored').length

const isMore = (files: number, agreed: number | undefined) => agreed !== undefined && files > agreed

function nameOnly(): UploadError {
  const message =
    'PhotoFerry has no copy of files that were skipped on the page. Change the rule in Settings, then add them again.'
  return new UploadError('bad-request', message, { facts: { kind: 'name-only' } })
}

/** The batch once those of the items that are its own are removed. */
function withRemoval(batch: Batch, items: readonly UploadItem[]): Batch {
  const own = items.filter(({ batchId }) => batchId === batch.id)
  return { ...batch, removed: plus(batch.removed, removedCounts(own)) }
}

/** Neither was a copy decided on nor a byte offered to the server. */
function isUntouched({ state: { status }, note, payload, taskId }: UploadItem): boolean {
  const waits = status === 'queued' || status === 'paused' || status === 'waiting' || status === 'failed'
  return waits && note === null && payload === null && taskId === null
}

/** @throws UploadError `bad-request` when a server may hold something of it */
function assertUnsent(item: UploadItem, isUnderWay: boolean): void {
  const { status } = item.state
  const isAtServer = isFinished(status) && !isLeftOut(status) && status !== 'failed'
  const isUnsent = item.taskId === null && item.sentBytes === 0 && !isAtServer
  if (isUnsent && !isUnderWay) return
  throw new UploadError(
    'bad-request',
    'Some files of this batch are being sent or were sent already. To send it to another server too, add it again.',
  )
}

function withPreviews(batchId: string, batch: Batch | undefined, previews: Batch | undefined): string[] {
  return [batchId, ...(previews ? [previews.id] : []), ...(batch?.previewsOf ? [batch.previewsOf] : [])]
}
