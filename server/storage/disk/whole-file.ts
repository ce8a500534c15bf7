/** Writes a small file in one go: created, written, dated and synced while it is open once. */
import type { FileHandle } from 'node:fs/promises'
import type { SealedPartial, WholeFile } from '../store.ts'
import type { FileOperations } from './file-operations.ts'
import { openPartial } from './open-files.ts'

/** @param path absolute path of the partial, which does not exist yet */
export async function writeWholeFile(
  files: FileOperations,
  path: string,
  { size, pieces, lastModifiedMs }: Pick<WholeFile, 'size' | 'pieces' | 'lastModifiedMs'>,
): Promise<SealedPartial> {
  const handle = await openPartial(files, path, true)
  try {
    await writeAll(handle, pieces, size)
    if (lastModifiedMs !== undefined) await handle.utimes(new Date(), lastModifiedMs / 1000)
    await handle.sync()
    const { mtimeMs } = await handle.stat()
    return { size, mtimeMs }
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
