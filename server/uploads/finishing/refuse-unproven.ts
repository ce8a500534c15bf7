/** The proof of a file whose client states no digest: what is on the disk must be what came, chunk by chunk. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { TaskRow } from '../../ledger/ledger.ts'
import { partialPlan, totalChunks } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import { forgetUnsynced } from './unsynced.ts'
import { badChunks } from './verify.ts'

/** @throws UploadError `chunks-missing` when the store has other bytes than those that were received: they are forgotten */
export async function refuseUnproven(uploads: Uploads, task: TaskRow): Promise<void> {
  if (totalChunks(task) === 0) return
  const { taskId, lastModifiedMs } = task
  const sealed = await uploads.store.sealPartial(taskId, partialPlan(task), lastModifiedMs ?? undefined)
  if ('lost' in sealed && sealed.failedSync !== undefined) {
    throw await forgetUnsynced(uploads, task, sealed.failedSync)
  }
  const bad = 'lost' in sealed ? sealed.lost : await badChunks(uploads, task)
  if ('lost' in sealed || bad.length > 0) {
    await uploads.ledger.removeChunks(taskId, bad)
    throw new UploadError('chunks-missing', 'The server lost some bytes. Ask what it has, and send the rest.')
  }
}
