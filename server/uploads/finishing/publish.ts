/** Gives a verified file its name, never over another file, and commits it; finds what a killed server already published. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { FileDigests, StatedDigests } from '../../digests.ts'
import type { FileRow, TaskRow } from '../../ledger/ledger.ts'
import type { SealedPartial } from '../../storage/store.ts'
import type { Uploads } from '../context.ts'
import { taskGone } from '../upload-errors.ts'
import { maxSameNames, numberedPaths } from './numbered-names.ts'
import { readAllHere } from './read-once.ts'
import { isIntact, storedHere } from './stored-content.ts'
import { forgetUnsynced } from './unsynced.ts'

/** A file that has its name, with the modification time by which it will be recognised. */
interface Published {
  readonly path: string
  readonly mtimeMs: number
  readonly md5: string
  /** Null when an earlier version published it, which did not compute it. */
  readonly sha256: string | null
}

type ExpectedDigests = Pick<Published, 'md5' | 'sha256'>

/** Publishing is fast; a request that waits longer for the same name gets `task-busy`, ms. */
const lockWaitMs = 30_000

/**
 * Publishes the task's sealed and verified partial and ends the task.
 * @throws UploadError `name-invalid` when a file is where a folder is needed; `storage-…`
 */
export async function publishFile(
  uploads: Uploads,
  task: TaskRow,
  digests: FileDigests,
  sealed: SealedPartial,
): Promise<FileRow> {
  await readAllHere(uploads, task.relativePath, task.size, digests.md5)
  const unlock = await uploads.locks.path.acquire(`publish ${task.relativePath}`, lockWaitMs)
  try {
    // Another task may have stored the same content for the same path in the meantime.
    const files = await uploads.ledger.filesWithContent(task.size, digests.sha256)
    const same = await storedHere(uploads, task.relativePath, files)
    if (same !== undefined) return await commitSame(uploads, task, same)
    return await commitPublished(uploads, task, await giveName(uploads, task, digests, sealed))
  } finally {
    unlock()
  }
}

async function commitSame(uploads: Uploads, task: TaskRow, same: FileRow): Promise<FileRow> {
  await uploads.ledger.commitDuplicate(task.taskId, same.fileId, uploads.now(), task.announcedChunks)
  await discardLeftover(uploads, task.taskId)
  uploads.log.info({ taskId: task.taskId, path: same.storedPath }, 'same content was stored meanwhile')
  return same
}

async function giveName(
  uploads: Uploads,
  task: TaskRow,
  digests: FileDigests,
  sealed: SealedPartial,
): Promise<Published> {
  for (const path of numberedPaths(task.relativePath, maxSameNames)) {
    if (!(await mayPublishAs(uploads, task, path))) continue
    const outcome = await uploads.store.publish(task.taskId, path, sealed)
    if (outcome === 'published') return { path, mtimeMs: sealed.mtimeMs, ...digests }
    const adopted = await adopt(uploads, task, digests, path)
    if (adopted !== undefined) return adopted
  }
  throw new UploadError('name-invalid', `There are ${maxSameNames} files of this name. Rename the file.`)
}

/** Between servers the ledger decides who gets a name; on a server's own disk the disk does. @throws UploadError `task-gone` */
async function mayPublishAs({ store, ledger }: Uploads, { taskId }: TaskRow, path: string): Promise<boolean> {
  if (!store.isShared) return true
  const reservation = await ledger.reservePath(taskId, path)
  if (reservation === 'gone') throw taskGone()
  return reservation === 'reserved'
}

/** Whether the file at this path is the task's own content and nobody else's file. */
async function isThisFile(
  uploads: Uploads,
  task: TaskRow,
  { md5, sha256 }: ExpectedDigests,
  path: string,
): Promise<boolean> {
  const { store, ledger } = uploads
  const recorded = await ledger.fileAt(path)
  if (recorded !== undefined && (await isIntact(uploads, recorded))) return false
  if (await store.isPublishedAs(task.taskId, path)) return true
  // A file that the ledger does not know: put there by a person, or by a server whose ledger was lost.
  if (sha256 === null || (await store.stat(path))?.size !== task.size) return false
  const actual = await store.fileDigests(path, () => undefined)
  return actual.sha256 === sha256 && actual.md5 === md5
}

/**
 * Accepts the file at this path as the task's own if it is; it is synced, because nobody knows whether it is durable.
 * @throws UploadError `chunks-missing` when it is the task's partial and fails to sync; another such file is left alone
 */
async function adopt(
  uploads: Uploads,
  task: TaskRow,
  digests: ExpectedDigests,
  path: string,
): Promise<Published | undefined> {
  if (!(await isThisFile(uploads, task, digests, path))) return undefined
  if (!(await uploads.store.makeDurable(path))) {
    const isOwn = await uploads.store.isPublishedAs(task.taskId, path)
    if (isOwn) throw await forgetUnsynced(uploads, task, 'a file that has its name')
    uploads.log.error({ path }, 'a file with this content failed to sync and is not used')
    return undefined
  }
  const stat = await uploads.store.stat(path)
  return stat && { path, mtimeMs: stat.mtimeMs, ...digests }
}

/**
 * Where a server that was killed before its commit put the task's file.
 * @param stated what the task and its client say of the file
 * @returns undefined when the file did not get a name
 */
export async function findPublished(
  uploads: Uploads,
  task: TaskRow,
  { md5, sha256 }: StatedDigests,
): Promise<Published | undefined> {
  // Both are in the task's row before its file gets a name.
  if (md5 === undefined) return undefined
  for (const path of numberedPaths(task.relativePath, maxSameNames)) {
    if ((await uploads.store.stat(path)) === undefined) return undefined
    const adopted = await adopt(uploads, task, { md5, sha256: sha256 ?? null }, path)
    if (adopted !== undefined) return adopted
  }
  return undefined
}

/** Commits a file that has its name; only now is it stored, and the partial can go. */
export async function commitPublished(
  uploads: Uploads,
  task: TaskRow,
  published: Published,
): Promise<FileRow> {
  const file = await uploads.ledger.commitFile({
    taskId: task.taskId,
    storedPath: published.path,
    requestedPath: task.relativePath,
    size: task.size,
    md5: published.md5,
    sha256: published.sha256,
    announcedChunks: task.announcedChunks,
    mtimeMs: published.mtimeMs,
    storedAtMs: uploads.now(),
  })
  await discardLeftover(uploads, task.taskId)
  uploads.log.info(
    { taskId: task.taskId, path: published.path, size: task.size, copyOf: task.copyOf ?? undefined },
    'stored',
  )
  return file
}

/** The file is stored even if its partial cannot be removed: clean-up removes it later. */
async function discardLeftover(uploads: Uploads, taskId: string): Promise<void> {
  try {
    await uploads.store.discardPartial(taskId)
  } catch (thrown) {
    uploads.log.warn(
      { taskId, reason: String(thrown) },
      'partial could not be removed; the next clean-up removes it',
    )
  }
}
