/** Syncs the store's files. One that once failed to sync is never synced again: its next sync would prove nothing. */
import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { LostChunks, PartialPlan, SealedPartial } from '../store.ts'
import type { FileOperations } from './file-operations.ts'
import { openExisting, openPartial } from './open-files.ts'
import type { UnsyncedFiles } from './unsynced-files.ts'

/**
 * Makes a partial file durable, with the source's modification time.
 * @param path absolute path of the partial
 * @param lastModifiedMs ms since 1970; when undefined, the time of the last write stays
 */
export async function sealFile(
  files: FileOperations,
  unsynced: UnsyncedFiles,
  path: string,
  { size, totalChunks }: PartialPlan,
  lastModifiedMs: number | undefined,
): Promise<SealedPartial | LostChunks> {
  const handle = size === 0 ? await openPartial(files, path, true) : await openExisting(files, path)
  // All chunks are in one file: when it is gone, or has another size, it is unknown which of them are left.
  const all = { lost: Array.from({ length: totalChunks }, (_, index) => index) }
  if (handle === undefined) return all
  try {
    if (lastModifiedMs !== undefined) await handle.utimes(new Date(), lastModifiedMs / 1000)
    const stat = await handle.stat()
    const { isSynced, reason } = await syncFile(handle, stat, unsynced)
    if (!isSynced) return { ...all, failedSync: reason }
    return stat.size === size ? { size, mtimeMs: stat.mtimeMs } : all
  } finally {
    await handle.close()
  }
}

/** @param stat of the file, asked before its sync: nothing else may fail once that has failed */
export async function syncFile(
  handle: FileHandle,
  stat: Stats,
  unsynced: UnsyncedFiles,
): Promise<{ readonly isSynced: boolean; readonly reason?: unknown }> {
  if (unsynced.has(stat)) return { isSynced: false, reason: 'an earlier sync failed' }
  try {
    await handle.sync()
    return { isSynced: true }
  } catch (reason) {
    unsynced.add(stat)
    return { isSynced: false, reason }
  }
}
