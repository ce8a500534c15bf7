/** The use case of offering many files at once: says of each whether it is stored, and opens no task. */
import type { OfferedFile, OfferVerdict } from '../../../src/shared/protocol/bundles.ts'
import { doneTaskAnswer } from '../answers.ts'
import type { Uploads } from '../context.ts'
import { storedContent } from '../finishing/stored-content.ts'
import { offeredPath } from '../offered-path.ts'

/** @throws UploadError `name-invalid`, `file-too-large`, `server-unreachable`, `storage-failed` */
export async function lookUpOffer(uploads: Uploads, offered: OfferedFile): Promise<OfferVerdict> {
  const { fileSize, hash, sha256 } = offered
  const { ledger } = uploads
  const path = offeredPath(uploads, offered)
  const stored = await storedContent(uploads, path, await ledger.filesWithContent(fileSize, sha256))
  if (stored?.isHere === true) {
    return { state: 'stored', task: doneTaskAnswer(uploads, stored.file.taskId, stored.file) }
  }
  // The server copies it by itself, reads it first, or lacks a part of it only: a task says so.
  if (stored !== undefined) return { state: 'known' }
  if ((await ledger.filesWithoutSha256(fileSize, hash)).length > 0) return { state: 'known' }
  const open = await ledger.openTasksOf(path, fileSize, hash, sha256)
  return { state: open.length > 0 ? 'known' : 'wanted' }
}
