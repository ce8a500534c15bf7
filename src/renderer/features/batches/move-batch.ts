/** Puts batches into another order, which is the order in which they are sent; says where one went. */
import type { RunCommand } from '../../bridge/use-bridge.ts'
import { say } from '../../store/announcement-store.ts'
import { isStored, type QueueState, queueStore } from '../../store/queue-store.ts'
import { t } from '../../text/i18n.ts'

/** The same ids with one at another place; the very same array where it stays. Pure. */
function reordered(ids: readonly string[], id: string, place: number): readonly string[] {
  const from = ids.indexOf(id)
  const to = Math.max(0, Math.min(ids.length - 1, place))
  if (from < 0 || from === to) return ids
  const others = ids.filter((other) => other !== id)
  return [...others.slice(0, to), id, ...others.slice(to)]
}

/** Batches that can be moved, in the order of the queue: those of which all is stored wait for nothing. */
export function movableIds({
  batchIds,
  batches,
}: Pick<QueueState, 'batchIds' | 'batches'>): readonly string[] {
  return batchIds.filter((id) => {
    const batch = batches.get(id)
    return batch !== undefined && !isStored(batch)
  })
}

/** @param steps -1 for one place nearer to the front */
export function moveBatch(run: RunCommand, batchId: string, steps: -1 | 1): Promise<void> {
  return moveBatchTo(run, batchId, movableIds(queueStore.getState()).indexOf(batchId) + steps)
}

/** @param place among the batches that can be moved, from 0 */
export async function moveBatchTo(run: RunCommand, batchId: string, place: number): Promise<void> {
  const before = movableIds(queueStore.getState())
  const next = reordered(before, batchId, place)
  if (next === before) return
  const answer = await run('batches.reorder', { batchIds: [...next] })
  const name = queueStore.getState().batches.get(batchId)?.name ?? ''
  if (answer !== null) say(t('batches.moved', { name, place: next.indexOf(batchId) + 1 }))
}
