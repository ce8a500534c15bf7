/** Gives a verified file its name, never over another file, and commits it; finds what a killed server already published. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { FileDigests, StatedDigests } from '../../digests.ts'
import type { FileRow, TaskRow } from '../../ledger/ledger.ts'
import type { SealedPartial } from '../../storage/store.ts'
import type { Uploads } from '../context.ts'
import { hasCode, taskGone } from '../upload-errors.ts'
import { maxSameNames, numberedPaths } from './numbered-names.ts'
import { firstReliable, readAllHere } from './read-again.ts'
import { conditionOf, isFor } from './stored-content.ts'
import { forgetUnsynced } from './unsynced.ts'

/** A file that has its name, with the modification time by which it will be recognised. */
interface Published {
  readonly path: string
  readonly mtimeMs: number
  readonly md5: string
  /** Null when an earlier version published it, which did not compute it. */
  readonly sha256: string | null
  /** When its bytes were verified, ms since 1970. */
  readonly verifiedAtMs: number
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
  await readAllHere(uploads, task.relativePath, task.size, digests)
  const unlock = await uploads.locks.path.acquire(`publish ${task.relativePath}`, lockWaitMs)
  try {
    // Another task may have stored the same content for the same path in the meantime.
    const files = await uploads.ledger.filesStoredFor(task.relativePath, task.size, digests.sha256)
    const same = await firstReliable(uploads, files)
    if (same !== undefined) return await commitSame(uploads, task, same)
    const published =
      (await replaceDamaged(uploads, task, digests, sealed)) ??
      (await giveName(uploads, task, digests, sealed))
    return await commitPublished(uploads, task, published)
  } finally {
    unlock()
  }
}

async function commitSame(uploads: Uploads, task: TaskRow, same: FileRow): Promise<FileRow> {
  await uploads.ledger.commitDuplicate(task, same.fileId, uploads.now())
  await discardLeftover(uploads, task.taskId)
  uploads.log.info({ taskId: task.taskId, path: same.storedPath }, 'same content was stored meanwhile')
  return same
}

/**
 * Puts the task's file in the place of a damaged one that had the same content and was stored for the same path. The damaged
 * one is kept outside of the library. Its row goes when the new file is committed.
 * @returns undefined when there is none, or its place is not free: somebody has put another file there
 */
async function replaceDamaged(
  uploads: Uploads,
  task: TaskRow,
  digests: FileDigests,
  sealed: SealedPartial,
): Promise<Published | undefined> {
  const { store, ledger, log } = uploads
  const damaged = await ledger.damagedFilesOf(task.size, digests)
  for (const file of damaged.filter((one) => isFor(task.relativePath, one))) {
    const path = file.storedPath
    if (await mayPublishAs(uploads, task, path)) {
      const isFree = await clearPlace(uploads, task, file)
      const verified = { ...sealed, md5: digests.md5 }
      if (isFree && (await store.publish(task.taskId, path, verified)) === 'published') {
        log.info({ path, damage: file.damage }, 'damaged file was replaced')
        return { path, mtimeMs: sealed.mtimeMs, ...digests, verifiedAtMs: uploads.now() }
      }
    }
    // What somebody has put in its place is theirs: from now on the content is stored under another name.
    log.warn({ path }, 'damaged file is forgotten, because another file is in its place')
    await ledger.forgetFile(file.fileId)
  }
  return undefined
}

/** Moves a damaged file out of the way, unless the file at its path is another one. @returns whether the path is free now */
async function clearPlace({ store, log }: Uploads, { taskId }: TaskRow, file: FileRow): Promise<boolean> {
  const path = file.storedPath
  const found = await store.stat(path)
  if (found === undefined) return true
  if (found.mtimeMs !== file.mtimeMs) return false
  try {
    const keptAs = await store.setAside(taskId, path)
    if (keptAs !== undefined) log.warn({ path, keptAs }, 'damaged file was moved out of the library')
    return true
  } catch (thrown) {
    // A disk that cannot even move it, or a path that is too long there: the content gets another name.
    if (!hasCode(thrown, 'storage-failed') && !hasCode(thrown, 'name-invalid')) throw thrown
    log.error({ path, reason: String(thrown.cause) }, 'damaged file cannot be moved out of the library')
    return false
  }
}

async function giveName(
  uploads: Uploads,
  task: TaskRow,
  digests: FileDigests,
  sealed: SealedPartial,
): Promise<Published> {
  for (const path of numberedPaths(task.relativePath, maxSameNames)) {
    if (!(await mayPublishAs(uploads, task, path))) continue
    const outcome = await uploads.store.publish(task.taskId, path, { ...sealed, md5: digests.md5 })
    if (outcome === 'published')
      return { path, mtimeMs: sealed.mtimeMs, ...digests, verifiedAtMs: uploads.now() }
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

/**
 * Whether the file at this path is the task's own content and nobody else's file.
 * @returns when its bytes were verified, ms since 1970; undefined when it is another file
 */
async function isThisFile(
  uploads: Uploads,
  task: TaskRow,
  { md5, sha256 }: ExpectedDigests,
  path: string,
): Promise<number | undefined> {
  const { store, ledger } = uploads
  const recorded = await ledger.fileAt(path)
  if (recorded !== undefined && (await conditionOf(uploads, recorded)) !== 'unusable') return undefined
  // It was verified before it got its name, and then the server died.
  if (await store.isPublishedAs(task.taskId, path)) return task.activeAtMs
  // A file that the ledger does not know: put there by a person, or by a server whose ledger was lost.
  if (sha256 === null || (await store.stat(path))?.size !== task.size) return undefined
  const verifiedAtMs = uploads.now()
  const actual = await store.fileDigests(path, () => undefined)
  return actual.sha256 === sha256 && actual.md5 === md5 ? verifiedAtMs : undefined
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
  const verifiedAtMs = await isThisFile(uploads, task, digests, path)
  if (verifiedAtMs === undefined) return undefined
  if (!(await uploads.store.makeDurable(path))) {
    const isOwn = await uploads.store.isPublishedAs(task.taskId, path)
    if (isOwn) throw await forgetUnsynced(uploads, task, 'a file that has its name')
    uploads.log.error({ path }, 'a file with this content failed to sync and is not used')
    return undefined
  }
  const stat = await uploads.store.stat(path)
  return stat && { path, mtimeMs: stat.mtimeMs, ...digests, verifiedAtMs }
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
    metadata: task.metadata,
    mtimeMs: published.mtimeMs,
    storedAtMs: uploads.now(),
    verifiedAtMs: published.verifiedAtMs,
  })
  // Nobody had stated its size when it was admitted.
  if (task.announcedChunks !== null) uploads.quotaSums.add(uploads.libraries.of(published.path), task.size)
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
