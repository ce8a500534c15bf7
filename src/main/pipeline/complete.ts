/** Stage: has the server verify the whole file and publish it; polls while a long verification runs. */
import type { Digests } from '../../shared/protocol/digests.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { StoredFile, Task } from '../../shared/protocol/wire.ts'
import { assertSameVersion, stampSource } from '../intake/source-file.ts'
import { pauseBeforeAskingAgain } from './ask-again.ts'
import type { Content } from './content.ts'
import type { Journey } from './journey.ts'
import type { Payload } from './payload.ts'
import { assertStill } from './stand-still.ts'

/**
 * Reads what the digests still lack first, of a file that was hashed while it was sent.
 * Returns once the stored file's size and digests equal the payload's and the file is durable (R1, docs/promises.md).
 * @param stored the file, where the server completed it with its only chunk
 * @throws UploadError `source-changed` or `still-being-written` before anything is published; `digest-mismatch` when the
 *   server stored other bytes
 */
export async function complete(
  journey: Journey,
  content: Content,
  task: Task,
  stored: StoredFile | undefined,
): Promise<StoredFile> {
  journey.enter({ status: 'verifying' })
  const digests = await content.hashRest()
  journey.update({ ...digests, hashCheckpoint: null })
  const verified = stored ?? (await completed(journey, digests, task))
  assertStored(journey.payload, digests, verified)
  return verified
}

async function completed(journey: Journey, digests: Digests, task: Task): Promise<StoredFile> {
  const { signal, deps } = journey
  await assertFinal(journey, journey.payload)
  for (;;) {
    const { stored } = await deps.api.complete(task.taskId, digests, signal)
    if (stored) return stored
    await pauseBeforeAskingAgain(signal)
  }
}

/**
 * The original must still be the version that the payload was made of (R7, docs/promises.md), and the payload the
 * version that was hashed; and the original must have stood still, so that it is likely to stay that version.
 * @throws UploadError `source-changed`, `still-being-written`, `source-…` when one of them is missing or not readable any
 *   more
 */
export async function assertFinal(journey: Journey, payload: Payload): Promise<void> {
  const { item, deps } = journey
  const nowMs = Date.now()
  const versions = item.payload === null ? [item] : [item, payload]
  for (const version of versions) assertSameVersion(version, await stampSource(version))
  await assertStill(journey, deps.stillMs)
  journey.update({ checkedAtMs: nowMs })
}

/** Where the server names a SHA-256 it decides too; servers of before name none. @throws UploadError `digest-mismatch` */
export function assertStored(payload: Payload, { md5, sha256 }: Digests, stored: StoredFile): void {
  const { sha256: storedSha256 = sha256 } = stored
  if (stored.size === payload.size && stored.md5 === md5 && storedSha256 === sha256) return
  throw new UploadError(
    'digest-mismatch',
    `The server stored ${describe(stored)}, but ${describe({ size: payload.size, md5, sha256 })} were sent.`,
  )
}

function describe({ size, md5, sha256 }: Pick<StoredFile, 'size' | 'md5' | 'sha256'>): string {
  const digests = sha256 === undefined ? `MD5 ${md5}` : `MD5 ${md5} and SHA-256 ${sha256}`
  return `${size} bytes with ${digests}`
}
