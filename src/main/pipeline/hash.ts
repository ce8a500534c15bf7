/**
 * MD5 and SHA-256 of the payload's bytes, computed off the main thread: of the whole file before it is sent, or while it is
 * sent, unless an earlier attempt already knows them.
 */
import type { Digests } from '../../shared/protocol/digests.ts'
import type { UploadItem } from '../../shared/upload.ts'
import type { HashCheckpoint, HashJob, HashProgress, HashResult } from '../hashing/hash-job.ts'
import type { RunningHash } from '../hashing/running-hash.ts'
import { otherFile } from '../intake/in-place.ts'
import { assertSameVersion, changedMeanwhile, fileAccessError, stampSource } from '../intake/source-file.ts'
import type { Journey } from './journey.ts'

/** What an earlier attempt found; null where none did, and for an item of an older journal, which has MD5 alone. */
export function digestsIn({ md5, sha256 }: UploadItem): Digests | null {
  return md5 !== null && sha256 !== null ? { md5, sha256 } : null
}

/**
 * Goes on from the checkpoint of an earlier attempt where there is one.
 * @throws UploadError `source-missing`, `source-unreadable`, `source-changed`
 */
export async function hash(journey: Journey): Promise<Digests> {
  const known = digestsIn(journey.item)
  if (known !== null) return known
  journey.enter({ status: 'hashing', hashedBytes: 0 })
  const onProgress = ({ hashedBytes, checkpoint }: HashProgress) =>
    journey.enter({ status: 'hashing', hashedBytes }, checkpoint ? { hashCheckpoint: checkpoint } : {})
  const { signal, deps } = journey
  return sureOf(journey, await deps.hashPool.hash(jobOf(journey), { signal, onProgress }))
}

/** Begins to hash the file while it is sent; goes on from the checkpoint of an earlier attempt. */
export function beginHash(journey: Journey): RunningHash {
  const onCheckpoint = (hashCheckpoint: HashCheckpoint) => journey.update({ hashCheckpoint })
  return journey.deps.hashPool.begin(jobOf(journey), onCheckpoint)
}

/** @throws UploadError as `hash`, or the signal's reason */
export async function endHash(journey: Journey, running: RunningHash): Promise<Digests> {
  const { signal } = journey
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    signal.throwIfAborted()
    return await sureOf(journey, await Promise.race([running.digests(), aborted.promise]))
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

function jobOf({ payload, item }: Journey): HashJob {
  const { sourcePath: path, realFolder = null, inode, size } = payload
  return { path, realFolder, inode, size, checkpoint: item.hashCheckpoint }
}

async function sureOf({ payload }: Journey, result: HashResult): Promise<Digests> {
  if ('errno' in result && result.errno === otherFile) throw changedMeanwhile(payload)
  if ('errno' in result) throw fileAccessError(payload, result.errno, new Error(result.message))
  // A change while the bytes were read would give the digest of a file that never was.
  assertSameVersion(payload, await stampSource(payload))
  return result
}
