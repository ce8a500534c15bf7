/** Reads a part of a source file whole. */
import type { FileHandle } from 'node:fs/promises'
import { fileAccessError, type SourceRef } from '../intake/source-file.ts'

/**
 * Fills `bytes` from the file. Where the file ends too soon the rest stays as it was: its stamp shows that it has another size.
 * @param offset of the first byte in the file @throws UploadError `source-…`
 */
export async function readFully(
  source: FileHandle,
  bytes: Buffer,
  offset: number,
  ref: SourceRef,
): Promise<void> {
  for (let filled = 0; filled < bytes.length; ) {
    const { bytesRead } = await source
      .read(bytes, filled, bytes.length - filled, offset + filled)
      .catch((error: NodeJS.ErrnoException) => {
        throw fileAccessError(ref, error.code ?? '', error)
      })
    if (bytesRead === 0) return
    filled += bytesRead
  }
}
