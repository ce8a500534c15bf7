/** How much of the disk uploads may still use. */
import type { FileOperations } from './file-operations.ts'

/** Many small files ask at once; an answer that is a second old is good enough, because a full disk is noticed anyway. */
const freshMs = 1_000
/** The reserve is at most one part in so many of the disk, so that small volumes stay usable. */
const reserveShare = 16

/**
 * Returns a function that gives the bytes that may still be used below a folder, without the reserve, never below 0.
 * @param reserve bytes kept free for the ledger, the system and other programs
 */
export function createFreeSpace(
  files: FileOperations,
  folder: string,
  reserve: number,
): () => Promise<number> {
  let asked: { readonly atMs: number; readonly bytes: Promise<number> } | undefined
  const ask = async () => {
    const disk = await files.statfs(folder)
    const kept = Math.min(reserve, (disk.blocks * disk.bsize) / reserveShare)
    return Math.max(0, disk.bavail * disk.bsize - kept)
  }
  return () => {
    const nowMs = performance.now()
    if (asked === undefined || nowMs - asked.atMs > freshMs) asked = { atMs: nowMs, bytes: ask() }
    // Failures are not cached.
    asked.bytes.catch(() => {
      asked = undefined
    })
    return asked.bytes
  }
}
