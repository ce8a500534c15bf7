/** The use case of offering many files at once: says of each whether it is stored, and opens no task. */
import type { OfferedFile, OfferVerdict } from '../../../src/shared/protocol/bundles.ts'
import { doneTaskAnswer } from '../answers.ts'
import type { Uploads } from '../context.ts'
import { conditionOf } from '../finishing/stored-content.ts'
import { offeredPath } from '../offered-path.ts'

/** Copying a file costs its client three requests of its own; up to so many bytes it is sent once more instead, in a bundle. */
const sentAnyway = 64 * 1024

/** @throws UploadError `name-invalid`, `file-too-large`, `server-unreachable`, `storage-failed` */
export async function lookUpOffer(uploads: Uploads, offered: OfferedFile): Promise<OfferVerdict> {
  const { fileSize, hash, sha256 } = offered
  const { ledger } = uploads
  const path = offeredPath(uploads, offered)
  const here = await ledger.filesStoredFor(path, fileSize, sha256)
  const conditions = await Promise.all(here.map((file) => conditionOf(uploads, file)))
  const stored = here[conditions.indexOf('intact')]
  if (stored) return { state: 'stored', task: doneTaskAnswer(uploads, stored.taskId, stored) }
  // The server copies it by itself, reads it first, or lacks a part of it only: a task says so.
  if (conditions.includes('unsure')) return { state: 'known' }
  for (const file of fileSize > sentAnyway ? await ledger.filesWithContent(fileSize, sha256) : []) {
    if ((await conditionOf(uploads, file)) !== 'unusable') return { state: 'known' }
  }
  if ((await ledger.filesWithoutSha256(fileSize, hash)).length > 0) return { state: 'known' }
  const open = await ledger.openTasksOf(path, fileSize)
  return { state: open.some((task) => task.md5 === hash || task.sha256 === sha256) ? 'known' : 'wanted' }
}
