/** Stage of a small file: read once, offered with many others, and sent in a bundle with those that the server lacks. */
import { hash as digestOf } from 'node:crypto'
import { basename } from 'node:path/posix'
import type { OfferedFile } from '../../shared/protocol/bundles.ts'
import type { Digests } from '../../shared/protocol/digests.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { ErrorBody, Task } from '../../shared/protocol/wire.ts'
import { assertSameVersion, openSource, stampOpenFile } from '../intake/source-file.ts'
import { peerText } from '../transfer/peer-text.ts'
import type { SmallFiles } from '../transfer/small-files.ts'
import { assertFinal, assertStored } from './complete.ts'
import { type Arrival, type Journey, timeOf } from './journey.ts'
import type { Payload } from './payload.ts'
import { readFully } from './read-fully.ts'

/**
 * Null where the file is to travel as a task of its own: it is not small, or the server knows a part of it.
 * @throws UploadError as the stages of such a task do
 */
export async function sendTogether(journey: Journey): Promise<Arrival | null> {
  const { payload, deps } = journey
  const { smallFiles, slabs, maxFileSize } = deps
  if (!smallFiles?.mayTake(payload.size) || (maxFileSize !== null && payload.size > maxFileSize)) return null
  const { bytes, release } = slabs.take(payload.size)
  try {
    await readWhole(payload, bytes)
    return await offerAndSendBytes(journey, smallFiles, bytes)
  } finally {
    // Its bundle is over: what was begun with others has been answered, or broken off.
    release()
  }
}

async function offerAndSendBytes(
  journey: Journey,
  smallFiles: SmallFiles,
  bytes: Buffer,
): Promise<Arrival | null> {
  const { payload, signal, deps } = journey
  await deps.drives.assertThere(journey.item)
  const file = offered(payload, bytes)
  const verdict = await smallFiles.offer(file, signal)
  if (verdict === null || verdict.state === 'known') return null
  journey.reportOffered()
  if (verdict.state === 'refused') throw refusal(verdict)
  if (verdict.state === 'wanted') return sendBytes(journey, smallFiles, file, bytes)
  await assertFinal(journey, payload)
  return alreadyStored(journey, file, verdict.task)
}

async function sendBytes(
  journey: Journey,
  smallFiles: SmallFiles,
  file: OfferedFile,
  bytes: Buffer,
): Promise<Arrival | null> {
  const { payload, signal, deps } = journey
  const digests = digestsOf(file)
  const onStart = () => {
    journey.enter({ status: 'uploading' }, { ...digests, hashCheckpoint: null })
    journey.reportChunk({ sent: bytes.length })
  }
  // Its bundle may wait long for its turn: what counts is that the file is still the same then.
  const small = { file, bytes, assertFinal: () => assertFinal(journey, payload), onStart }
  const result = await smallFiles.send(small, signal)
  if (result === null) return null
  if (result.state === 'refused') throw refusal(result)
  journey.reportChunk({ acknowledged: bytes.length })
  const { stored } = result
  assertStored(payload, digests, stored)
  const verifiedAtMs = timeOf(stored.verifiedAt)
  return { ...digests, url: deps.api.absolute(stored.url), storedAtMs: stored.uploadTime, verifiedAtMs }
}

/** What was offered is in memory: the bytes that were digested are those that are sent. @throws UploadError `source-…` */
async function readWhole(payload: Payload, bytes: Buffer): Promise<void> {
  const source = await openSource(payload)
  try {
    await readFully(source, bytes, 0, payload)
    assertSameVersion(payload, await stampOpenFile(source, payload.sourcePath))
  } finally {
    await source.close()
  }
}

function offered({ relativePath, size, lastModifiedMs }: Payload, bytes: Buffer): OfferedFile {
  return {
    fileName: basename(relativePath),
    relativePath,
    fileSize: size,
    // Cameras knew no time before 1970 either.
    lastModified: Math.max(0, lastModifiedMs),
    hash: digestOf('md5', bytes),
    sha256: digestOf('sha256', bytes),
  }
}

function digestsOf({ hash: md5, sha256 }: OfferedFile): Digests {
  return { md5, sha256 }
}

/** @throws UploadError `digest-mismatch` where the server has other bytes for it */
function alreadyStored(
  { deps }: Journey,
  file: OfferedFile,
  { sha256, url = '', verifiedAt }: Task,
): Arrival {
  const verifiedAtMs = timeOf(verifiedAt)
  if (sha256 === file.sha256) return { ...digestsOf(file), url: deps.api.absolute(url), verifiedAtMs }
  const message = `The server has a file with SHA-256 ${sha256} for ${file.fileName}, whose SHA-256 is ${file.sha256}.`
  throw new UploadError('digest-mismatch', message)
}

function refusal({ error }: ErrorBody): UploadError {
  return new UploadError(error.code, peerText(error.message))
}
