/** Makes a partial file durable, with the source's modification time; the disk store's own. */

import type { LostChunks, PartialPlan, SealedPartial } from '../store.ts'
import type { DiskFiles } from './file-operations.ts'
import { openExisting, openPartial } from './open-files.ts'

/**
 * @param path absolute path of the partial
 * @param lastModifiedMs ms since 1970; without it the time of the last write stays
 */
export async function sealFile(
  files: DiskFiles,
  path: string,
  { size, totalChunks }: PartialPlan,
  lastModifiedMs: number | undefined,
): Promise<SealedPartial | LostChunks> {
  const handle = size === 0 ? await openPartial(files, path, true) : await openExisting(files, path)
  // All chunks lie in one file: when that is gone, or has another size, nobody knows which of them are left.
  const all = { lost: Array.from({ length: totalChunks }, (_, index) => index) }
  if (handle === undefined) return all
  try {
    if (lastModifiedMs !== undefined) await handle.utimes(new Date(), lastModifiedMs / 1000)
    await handle.sync()
    const stat = await handle.stat()
    return stat.size === size ? { size, mtimeMs: stat.mtimeMs } : all
  } finally {
    await handle.close()
  }
}
