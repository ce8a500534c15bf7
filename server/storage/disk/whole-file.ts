/** Writes a small file in one go: created, written, dated and synced while it is open once. */
import type { FileHandle } from 'node:fs/promises'
import type { LostChunks, SealedPartial, WholeFile } from '../store.ts'
import type { FileOperations } from './file-operations.ts'
import { openPartial } from './open-files.ts'
import { syncFile } from './seal-file.ts'
import type { UnsyncedFiles } from './unsynced-files.ts'

/** @param path absolute path of the partial, which does not exist yet */
export async function writeWholeFile(
  files: FileOperations,
  unsynced: UnsyncedFiles,
  path: string,
  { size, pieces, lastModifiedMs }: Pick<WholeFile, 'size' | 'pieces' | 'lastModifiedMs'>,
): Promise<SealedPartial | LostChunks> {
  const handle = await openPartial(files, path, true)
  try {
    await writeAll(handle, pieces, size)
    if (lastModifiedMs !== undefined) await handle.utimes(new Date(), lastModifiedMs / 1000)
    const stat = await handle.stat()
    const { isSynced, reason } = await syncFile(handle, stat, unsynced)
    return isSynced ? { size, mtimeMs: stat.mtimeMs } : { lost: [0], failedSync: reason }
  } finally {
    await handle.close()
  }
}

/** Writes all pieces from an offset on, in one call unless the disk is nearly full: writing the rest then says why. */
export async function writeAll(
  handle: FileHandle,
  pieces: readonly Uint8Array[],
  length: number,
  offset = 0,
): Promise<void> {
  if (length === 0) return
  let { bytesWritten: done } = await handle.writev(pieces, offset)
  if (done === length) return
  const all = Buffer.concat(pieces)
  while (done < length) {
    done += (await handle.write(all, done, length - done, offset + done)).bytesWritten
  }
}
