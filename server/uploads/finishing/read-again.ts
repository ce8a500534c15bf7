/**
 * Reads a stored file once more before an answer rests on it: because its row comes from an earlier version and has no
 * SHA-256, because something about the file has changed, or because it was last verified too long ago.
 */
import type { FileRow } from '../../ledger/ledger.ts'
import type { Uploads } from '../context.ts'
import type { Reading } from '../coordination/readings.ts'
import { checkFile } from './check-file.ts'
import { conditionOf, isFor } from './stored-content.ts'

/** Reads the file, or joins the reading that is running. A file that is no longer what it was is recorded as damaged. */
export function readAgain(uploads: Uploads, file: FileRow): Reading {
  return uploads.readings.startOrJoin(file, async (onBytes) => {
    const checked = await checkFile(uploads, file, { onBytes })
    return checked.kind === 'verified' ? checked.file : undefined
  })
}

/** The file as it may be relied upon now, read again if need be, however long that takes; undefined when it may not. */
async function reliableNow(uploads: Uploads, file: FileRow): Promise<FileRow | undefined> {
  const condition = await conditionOf(uploads, file)
  if (condition === 'unsure') return readAgain(uploads, file).result
  return condition === 'intact' ? file : undefined
}

/** The first of these files that may be relied upon now. */
export async function firstReliable(
  uploads: Uploads,
  files: readonly FileRow[],
): Promise<FileRow | undefined> {
  for (const file of files) {
    const reliable = await reliableNow(uploads, file)
    if (reliable !== undefined) return reliable
  }
  return undefined
}

/** Reads the files again that may have this content under this path and are not sure to have it, however long that takes. */
export async function readAllHere(
  uploads: Uploads,
  relativePath: string,
  size: number,
  { md5, sha256 }: Pick<FileRow, 'md5'> & { readonly sha256: string },
): Promise<void> {
  const { ledger } = uploads
  const unread = await ledger.filesWithoutSha256(size, md5)
  const here = unread.filter((file) => isFor(relativePath, file))
  for (const file of [...(await ledger.filesStoredFor(relativePath, size, sha256)), ...here])
    await reliableNow(uploads, file)
}
