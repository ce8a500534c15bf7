/** Stage: the MD5 of the payload's bytes, computed off the main thread. */

import type { HashCheckpoint, HashProgress } from '../hashing/hash-job.ts'
import { assertSameVersion, fileAccessError, stampSource } from '../intake/source-file.ts'
import type { Payload } from './payload.ts'
import type { StageControl, StageDeps } from './stage.ts'

/**
 * @param payload its size and time say which version is meant
 * @param checkpoint where an earlier attempt stood; null to begin at the start
 * @returns MD5, lowercase hex
 * @throws UploadError `source-missing`, `source-unreadable`, `source-changed`
 */
export async function hash(
  payload: Payload,
  checkpoint: HashCheckpoint | null,
  control: StageControl & { onProgress: (progress: HashProgress) => void },
  deps: Pick<StageDeps, 'hashPool'>,
): Promise<string> {
  const job = { path: payload.sourcePath, size: payload.size, checkpoint }
  const result = await deps.hashPool.hash(job, control)
  if (!('md5' in result)) {
    throw fileAccessError(payload, result.errno, new Error(result.message))
  }
  // A change while the bytes were read would give the digest of a file that never was.
  assertSameVersion(payload, await stampSource(payload))
  return result.md5
}
