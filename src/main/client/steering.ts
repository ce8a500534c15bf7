/** What the window tells the queue to do; every change is on disk when its promise fulfils. */
import type { Removal } from '../../shared/answers.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { serverOf } from '../../shared/settings.ts'
import type { UploadItem } from '../../shared/upload.ts'
import type { Client } from './interface.ts'
import type { ClientParts } from './parts.ts'
import { broughtBack } from './removals.ts'

type Going = Pick<Client, 'pause' | 'resume' | 'cancel' | 'retry'>
type Ordering = Pick<Client, 'moveToTop' | 'reorderBatches' | 'setBatchServer'>
type Clearing = Pick<Client, 'removeFinished' | 'remove' | 'undo'>

export function steering(parts: ClientParts): Going & Ordering & Clearing {
  return { ...going(parts), ...ordering(parts), ...clearing(parts) }
}

function going({ list, queue, journal }: ClientParts): Going {
  const steer = (act: () => void) => {
    act()
    return journal.save()
  }
  return {
    pause: async (target) => steer(() => queue.pause(list.select(target))),
    resume: async (target) => steer(() => queue.resume(list.select(target))),
    cancel: async (target) => steer(() => queue.cancel(list.select(target))),
    retry: async (target) => {
      const items = list.select(target)
      const failed = items.filter(({ state }) => state.status === 'failed')
      await steer(() => queue.retry('itemIds' in target ? items : failed))
    },
  }
}

function ordering(parts: ClientParts): Ordering {
  const { list, queue, journal, settings, servers } = parts
  return {
    moveToTop: async (target) => {
      if ('batchIds' in target) list.reorderBatches(target.batchIds)
      if ('itemIds' in target) list.raise(list.select(target))
      await journal.save()
    },
    reorderBatches: async (batchIds) => {
      list.reorderBatches(batchIds)
      await journal.save()
    },
    setBatchServer: async (batchIds, serverId) => {
      if (serverOf(settings.settings, serverId) === undefined) {
        throw new UploadError('not-found', 'This server is not in the settings. Choose another.')
      }
      for (const item of list.select({ batchIds: [...batchIds] }))
        assertUnsent(item, queue.isUnderWay(item.id))
      for (const batchId of batchIds) list.changeBatch(batchId, { serverId })
      await journal.save()
      queue.serverReturned(servers.linkTo(serverId))
    },
  }
}

function clearing({ list, queue, journal, removals, drops, historyKeeper }: ClientParts): Clearing {
  const takeOff = async (select: () => readonly UploadItem[], whole: readonly string[]): Promise<Removal> => {
    await historyKeeper.keep(select)
    const items = select()
    const batchIds = new Set([...items.map(({ batchId }) => batchId), ...whole])
    const batches = [...batchIds].flatMap((batchId) => list.batch(batchId) ?? [])
    if (batches.length === 0) return { removed: 0, undoId: null }
    for (const batchId of whole) drops.abandon(batchId)
    queue.cancel(items)
    list.remove(items)
    await journal.save()
    return { removed: items.length, undoId: removals.hold({ items, batches }) }
  }
  return {
    removeFinished: async (target) => takeOff(() => list.select(target).filter(isOver), []),
    remove: async (target) => {
      const whole = 'itemIds' in target ? [] : 'all' in target ? [...list.batchIds()] : target.batchIds
      return takeOff(() => list.select(target), whole)
    },
    undo: async (undoId) => {
      const { items, batches } = removals.take(undoId)
      for (const batch of batches) if (!list.batch(batch.id)) list.addBatch(batch)
      list.put(items.map(broughtBack))
      await journal.save()
      for (const { id } of batches) drops.goOn(id)
      queue.pump()
      return items.length
    },
  }
}

function isOver({ state }: UploadItem): boolean {
  return state.status === 'done' || state.status === 'canceled'
}

/** @throws UploadError `bad-request` when a server may hold something of it */
function assertUnsent(item: UploadItem, isUnderWay: boolean): void {
  const isUnsent = item.taskId === null && item.sentBytes === 0 && item.state.status !== 'done'
  if (isUnsent && !isUnderWay) return
  throw new UploadError(
    'bad-request',
    'Files of this batch were sent already or are on their way. Add it again to send it to another server too.',
  )
}
