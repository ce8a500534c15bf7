/** Stage: MD5 and SHA-256 of the payload's bytes, computed off the main thread, unless an earlier attempt already knows them. */
import type { Digests } from '../../shared/protocol/digests.ts'
import type { HashProgress } from '../hashing/hash-job.ts'
import { otherFile } from '../intake/in-place.ts'
import { assertSameVersion, changedMeanwhile, fileAccessError, stampSource } from '../intake/source-file.ts'
import type { Journey } from './journey.ts'

/**
 * Goes on from the checkpoint of an earlier attempt where there is one.
 * @throws UploadError `source-missing`, `source-unreadable`, `source-changed`
 */
export async function hash(journey: Journey): Promise<Digests> {
  const { payload, signal, deps } = journey
  const { md5, sha256, hashCheckpoint } = journey.item
  // An item of an older journal has MD5 alone.
  if (md5 !== null && sha256 !== null) return { md5, sha256 }
  journey.enter({ status: 'hashing', hashedBytes: 0 })
  const onProgress = ({ hashedBytes, checkpoint }: HashProgress) =>
    journey.enter({ status: 'hashing', hashedBytes }, checkpoint ? { hashCheckpoint: checkpoint } : {})
  const { sourcePath: path, realFolder = null, inode, size } = payload
  const job = { path, realFolder, inode, size, checkpoint: hashCheckpoint }
  const result = await deps.hashPool.hash(job, { signal, onProgress })
  if ('errno' in result && result.errno === otherFile) throw changedMeanwhile(payload)
  if ('errno' in result) throw fileAccessError(payload, result.errno, new Error(result.message))
  // A change while the bytes were read would give the digest of a file that never was.
  assertSameVersion(payload, await stampSource(payload))
  return result
}
