/** What the window tells the queue to do; every change is on disk when its promise fulfils. */
import { UploadError } from '../../shared/errors.ts'
import type { Ferry } from './interface.ts'
import type { FerryParts } from './parts.ts'

type Steering = Pick<
  Ferry,
  | 'pause'
  | 'resume'
  | 'cancel'
  | 'retry'
  | 'moveToTop'
  | 'removeFinished'
  | 'remove'
  | 'undo'
  | 'reorderBatches'
  | 'setBatchServer'
>

export function steering({ list, queue, journal, staging }: FerryParts): Steering {
  const steer = (act: () => void) => {
    act()
    journal.flush()
  }
  return {
    pause: async (target) => steer(() => queue.pause(list.select(target))),
    resume: async (target) => steer(() => queue.resume(list.select(target))),
    cancel: async (target) => steer(() => queue.cancel(list.select(target))),
    retry: async (target) => {
      const items = list.select(target)
      const failed = items.filter(({ state }) => state.status === 'failed')
      steer(() => queue.retry('itemIds' in target ? items : failed))
    },
    removeFinished: async (target) => {
      const finished = list
        .select(target)
        .filter(({ state }) => state.status === 'done' || state.status === 'canceled')
      steer(() => list.remove(finished))
      for (const item of finished) if (item.staged) staging.release(item.sourcePath)
      return { removed: finished.length, undoId: null }
    },
    moveToTop: notYet,
    remove: notYet,
    undo: notYet,
    reorderBatches: notYet,
    setBatchServer: notYet,
  }
}

export async function notYet(): Promise<never> {
  return notYetAtAll()
}

export function notYetAtAll(): never {
  throw new UploadError('bad-request', 'This version of PhotoFerry cannot do that yet.')
}
