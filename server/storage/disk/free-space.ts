/** How much of the disk uploads may still use; the disk store's own. */
import type { DiskFiles } from './file-operations.ts'

/** Many small files ask at once; the answer of a second ago is good enough, as a full disk is met anyway. */
const freshMs = 1_000
/** The reserve never takes more than this part of the disk, so that small volumes stay usable. */
const reserveShare = 16

/**
 * A function that answers the bytes that may still be used below a folder, the reserve taken off, never below 0.
 * @param reserve bytes kept free for the ledger, the system and other programs
 */
export function createFreeSpace(files: DiskFiles, folder: string, reserve: number): () => Promise<number> {
  let asked: { readonly atMs: number; readonly bytes: Promise<number> } | undefined
  const ask = async () => {
    const disk = await files.statfs(folder)
    const kept = Math.min(reserve, (disk.blocks * disk.bsize) / reserveShare)
    return Math.max(0, disk.bavail * disk.bsize - kept)
  }
  return () => {
    const nowMs = performance.now()
    if (asked === undefined || nowMs - asked.atMs > freshMs) asked = { atMs: nowMs, bytes: ask() }
    // A failure is nothing to remember.
    asked.bytes.catch(() => {
      asked = undefined
    })
    return asked.bytes
  }
}
