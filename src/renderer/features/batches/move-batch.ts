/** Changes the order of batches, which is the order in which they are uploaded; announces the new position. */
import type { RunCommand } from '../../bridge/use-bridge.ts'
import { announce } from '../../store/announcement-store.ts'
import { type QueueState, queueStore } from '../../store/queue-store.ts'
import { outcomeOfBatch } from '../../store/status-groups.ts'
import { batchName } from '../../text/batch-name.ts'
import { t } from '../../text/i18n.ts'

/** The ids with one moved to another index; the same array if it stays where it is. */
function reordered(ids: readonly string[], id: string, index: number): readonly string[] {
  const from = ids.indexOf(id)
  const to = Math.max(0, Math.min(ids.length - 1, index))
  if (from < 0 || from === to) return ids
  const others = ids.filter((other) => other !== id)
  return [...others.slice(0, to), id, ...others.slice(to)]
}

/** The batches that can be moved, in the order of the queue: all of which something is still to be done. */
export function movableIds({
  batchIds,
  batches,
}: Pick<QueueState, 'batchIds' | 'batches'>): readonly string[] {
  return batchIds.filter((id) => {
    const batch = batches.get(id)
    return batch !== undefined && outcomeOfBatch(batch).level === 'in-progress'
  })
}

/** @param steps -1 moves it one position towards the front, 1 towards the end */
export function moveBatch(run: RunCommand, batchId: string, steps: -1 | 1): Promise<void> {
  return moveBatchTo(run, batchId, movableIds(queueStore.getState()).indexOf(batchId) + steps)
}

/** @param index among the batches that can be moved, from 0 */
export async function moveBatchTo(run: RunCommand, batchId: string, index: number): Promise<void> {
  const before = movableIds(queueStore.getState())
  const next = reordered(before, batchId, index)
  if (next === before) return
  const answer = await run('batches.reorder', { batchIds: [...next] })
  const name = batchName(queueStore.getState().batches.get(batchId)?.name ?? '')
  if (answer !== null) announce(t('batches.moved', { name, position: next.indexOf(batchId) + 1 }))
}
