/**
 * What becomes of an upload whose bytes failed to sync: everything that was received is forgotten and sent again, because
 * what is read of it, or was remembered of it, may not be what is on the disk.
 */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { TaskRow } from '../../ledger/ledger.ts'
import { allChunks } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import { chunksMissing } from '../upload-errors.ts'
import { maxSameNames, numberedPaths } from './numbered-names.ts'

/**
 * Removes the partial with every name that it was given already, its chunks, and what is remembered of its digests.
 * @param reason what the sync failed with
 * @returns the error that asks the client for all chunks; `storage-failed` for an empty file, which has none
 */
export async function forgetUnsynced(uploads: Uploads, task: TaskRow, reason: unknown): Promise<UploadError> {
  const { store, ledger, log } = uploads
  log.error({ taskId: task.taskId, reason: String(reason) }, 'an upload failed to sync; it is sent again')
  uploads.knownDigests.forget(task.taskId)
  for (const path of numberedPaths(task.relativePath, maxSameNames)) {
    if ((await store.stat(path)) === undefined) break
    await store.unpublish(task.taskId, path)
  }
  await store.discardPartial(task.taskId)
  if (task.copyOf !== null) await ledger.clearCopyOf(task.taskId)
  await ledger.forgetReceived(task.taskId)
  const chunks = allChunks(task)
  if (chunks.length > 0) {
    return chunksMissing(chunks, "The server's disk lost this file. Send all chunks, then complete again.")
  }
  return new UploadError('storage-failed', "The server's disk could not keep this file. Complete it again.")
}
