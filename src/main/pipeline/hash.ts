/** Stage: the MD5 of the payload's bytes, computed off the main thread, unless an earlier attempt already knows it. */
import type { HashProgress } from '../hashing/hash-job.ts'
import { assertSameVersion, fileAccessError, stampSource } from '../intake/source-file.ts'
import type { Journey } from './journey.ts'

/**
 * Goes on from the checkpoint of an earlier attempt where there is one.
 * @returns MD5, lowercase hex
 * @throws UploadError `source-missing`, `source-unreadable`, `source-changed`
 */
export async function hash(journey: Journey): Promise<string> {
  const { payload, signal, deps } = journey
  const { md5, hashCheckpoint } = journey.item
  if (md5 !== null) return md5
  journey.enter({ status: 'hashing', hashedBytes: 0 })
  const onProgress = ({ hashedBytes, checkpoint }: HashProgress) =>
    journey.enter({ status: 'hashing', hashedBytes }, checkpoint ? { hashCheckpoint: checkpoint } : {})
  const job = { path: payload.sourcePath, size: payload.size, checkpoint: hashCheckpoint }
  const result = await deps.hashPool.hash(job, { signal, onProgress })
  if (!('md5' in result)) throw fileAccessError(payload, result.errno, new Error(result.message))
  // A change while the bytes were read would give the digest of a file that never was.
  assertSameVersion(payload, await stampSource(payload))
  return result.md5
}
