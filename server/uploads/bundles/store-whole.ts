/**
 * Stores one small file whose bytes are all here, in the order that `done` promises (R1, docs/promises.md): digests right,
 * bytes durable, name given, folder durable, ledger committed. In two steps, so that many files share their syncs.
 */

import type { ReceivedFile } from '../../../src/shared/protocol/bundle-frames.ts'
import type { OfferedFile } from '../../../src/shared/protocol/bundles.ts'
import { toUploadError } from '../../../src/shared/protocol/errors.ts'
import { DetailedError } from '../../detailed-error.ts'
import { type FileDigests, FileHash } from '../../digests.ts'
import type { FileRow, TaskRow } from '../../ledger/ledger.ts'
import type { SealedPartial } from '../../storage/store.ts'
import { openIfAdmitted } from '../admission.ts'
import type { Uploads } from '../context.ts'
import { publishFile } from '../finishing/publish.ts'
import { forgetUnsynced } from '../finishing/unsynced.ts'
import { offeredPath } from '../offered-path.ts'
import { newTask } from '../tasks.ts'

/** A file whose bytes are durable, but which has no name yet. */
export interface WrittenFile {
  readonly task: TaskRow
  readonly digests: FileDigests
  readonly sealed: SealedPartial
  readonly sinceMs: number
}

/**
 * Opens a task for the file, so that a restarted server knows its partial, and writes the bytes.
 * @throws UploadError `chunk-corrupted`, `name-invalid`, `file-too-large`, `too-many-requests`, `storage-…`
 */
export async function writeFile(uploads: Uploads, { file, pieces }: ReceivedFile): Promise<WrittenFile> {
  const sinceMs = performance.now()
  const digests = checkedDigests(file, pieces)
  const { fileSize: size, fileType = null, lastModified } = file
  const task = newTask(uploads, {
    relativePath: offeredPath(uploads, file),
    size,
    chunkSize: Math.max(1, size),
    fileType,
    lastModifiedMs: lastModified ?? null,
    ...digests,
  })
  const { taskId } = task
  await openIfAdmitted(uploads, task, () => uploads.ledger.addTask(task))
  try {
    const whole = { taskId, size, pieces, digests, lastModifiedMs: lastModified }
    const sealed = await uploads.store.writeWhole(whole)
    if ('lost' in sealed) throw await forgetUnsynced(uploads, task, sealed.failedSync)
    return { task, digests, sealed, sinceMs }
  } catch (thrown) {
    await giveUp(uploads, task)
    throw thrown
  }
}

/** Gives the file its name and commits it. @throws UploadError as `publishFile` */
export async function storeFile(uploads: Uploads, written: WrittenFile): Promise<FileRow> {
  const { task, digests, sealed, sinceMs } = written
  const report = (thrown?: unknown) =>
    uploads.onJobEnd?.({
      seconds: (performance.now() - sinceMs) / 1000,
      code: thrown === undefined ? undefined : toUploadError(thrown).code,
      library: uploads.libraries.of(task.relativePath),
    })
  try {
    const row = await publishFile(uploads, task, digests, sealed)
    report()
    return row
  } catch (thrown) {
    report(thrown)
    await giveUp(uploads, task)
    throw thrown
  }
}

/** @throws UploadError `chunk-corrupted` when the bytes are not those that the client read */
function checkedDigests(file: OfferedFile, pieces: readonly Uint8Array[]): FileDigests {
  const hash = new FileHash()
  for (const piece of pieces) hash.update(piece)
  const digests = hash.digests()
  if (digests.md5 === file.hash && digests.sha256 === file.sha256) return digests
  const message = `The bytes of ${file.fileName} do not match its digests. Send it again.`
  throw new DetailedError('chunk-corrupted', message, { chunkIndex: 0 })
}

/** Nobody knows the task's id, so nobody can resume it. What can't be removed now is removed by a clean-up. */
async function giveUp({ ledger, store, log }: Uploads, { taskId }: TaskRow): Promise<void> {
  try {
    await ledger.removeTask(taskId)
    await store.discardPartial(taskId)
  } catch (thrown) {
    log.warn({ taskId, reason: String(thrown) }, 'task could not be removed; a clean-up removes it')
  }
}
