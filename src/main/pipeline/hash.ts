/** Stage: the MD5 of the source's bytes, computed off the main thread. */
import type { UploadItem } from '../../shared/upload.ts'
import { assertSameVersion, fileAccessError, stampSource } from '../intake/source-file.ts'
import type { HashProgress } from '../workers/hash-protocol.ts'
import type { StageControl, StageDeps } from './stage.ts'

/**
 * @param item its size and time say which version is meant
 * @returns MD5, lowercase hex
 * @throws UploadError `source-missing`, `source-unreadable`, `source-changed`
 */
export async function hash(
  item: UploadItem,
  control: StageControl & { onProgress: (progress: HashProgress) => void },
  deps: Pick<StageDeps, 'hashPool'>,
): Promise<string> {
  const job = { path: item.sourcePath, size: item.size, checkpoint: item.hashCheckpoint }
  const result = await deps.hashPool.hash(job, control)
  if (!('md5' in result)) {
    throw fileAccessError(item, result.errno, new Error(result.message))
  }
  // A change while the bytes were read would give the digest of a file that never was.
  assertSameVersion(item, await stampSource(item))
  return result.md5
}
