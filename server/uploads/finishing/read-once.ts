/**
 * Rows of earlier versions know only a file's MD5. Before such a file may stand for anything, it is read once: its MD5 is
 * checked and its SHA-256 computed in the same pass (docs/same-bytes.md).
 */
import type { FileRow } from '../../ledger/ledger.ts'
import type { Uploads } from '../context.ts'
import type { Reading } from '../coordination/readings.ts'
import { hasCode } from '../upload-errors.ts'
import { isFor, isIntact } from './stored-content.ts'

/** Reads the file, or joins the reading that is running. A file that is no longer what it was is forgotten. */
export function readOnce(uploads: Uploads, file: FileRow): Reading {
  return uploads.readings.startOrJoin(file, async (onBytes) => {
    try {
      // A file that was changed since is forgotten, and so is that it could not be read.
      if (!(await isIntact(uploads, file)) || uploads.readings.hasFailedLately(file.fileId)) return undefined
      const { md5, sha256 } = await uploads.store.fileDigests(file.storedPath, onBytes)
      // Somebody may have removed or replaced it while it was read to its end.
      if (!(await isIntact(uploads, file))) return undefined
      if (md5 === file.md5) {
        await uploads.ledger.setFileSha256(file.fileId, sha256)
        return { ...file, sha256 }
      }
    } catch (thrown) {
      // A file that cannot be read stands for nothing, but it may be readable again.
      if (!hasCode(thrown, 'storage-failed')) throw thrown
      uploads.readings.onFailure(file.fileId)
      uploads.log.error({ path: file.storedPath, reason: String(thrown.cause) }, 'stored file cannot be read')
      return undefined
    }
    uploads.log.error({ path: file.storedPath }, 'stored file no longer has its digest')
    await uploads.ledger.forgetFile(file.fileId)
    return undefined
  })
}

/** Reads the files that may have this content under this path, however long that takes. */
export async function readAllHere(
  uploads: Uploads,
  relativePath: string,
  size: number,
  md5: string,
): Promise<void> {
  for (const file of await uploads.ledger.filesWithoutSha256(size, md5)) {
    if (isFor(relativePath, file)) await readOnce(uploads, file).result
  }
}
