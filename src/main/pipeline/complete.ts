/** Stage: has the server verify the whole file and publish it; polls while a long verification runs. */
import { setTimeout as delay } from 'node:timers/promises'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { StoredFile, Task } from '../../shared/protocol/wire.ts'
import { assertSameVersion, stampSource } from '../intake/source-file.ts'
import type { Journey } from './journey.ts'
import type { Payload } from './payload.ts'
import { assertStill } from './stand-still.ts'

/** Between two questions whether a verification is finished. */
const pollMs = 500

/**
 * Returns once the stored file's size and digest equal the payload's and the file is durable (R1, docs/promises.md).
 * @param stored the file, where the server completed it with its only chunk
 * @throws UploadError `source-changed` or `still-being-written` before anything is published; `digest-mismatch` when the
 *   server stored other bytes
 */
export async function complete(
  journey: Journey,
  md5: string,
  task: Task,
  stored: StoredFile | undefined,
): Promise<StoredFile> {
  journey.enter({ status: 'verifying' })
  const verified = stored ?? (await completed(journey, md5, task))
  assertStored(journey.payload, md5, verified)
  return verified
}

async function completed(journey: Journey, md5: string, task: Task): Promise<StoredFile> {
  const { signal, deps } = journey
  await assertFinal(journey, journey.payload)
  for (;;) {
    const { stored } = await deps.api.complete(task.taskId, md5, signal)
    if (stored) return stored
    await delay(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted())
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
  for (const version of [item, payload]) assertSameVersion(version, await stampSource(version))
  await assertStill(journey, deps.stillMs)
  journey.update({ checkedAtMs: nowMs })
}

function assertStored(payload: Payload, md5: string, stored: StoredFile): void {
  if (stored.size === payload.size && stored.md5 === md5) return
  throw new UploadError(
    'digest-mismatch',
    `The server stored ${stored.size} bytes with MD5 ${stored.md5}, but ${payload.size} bytes with MD5 ${md5} were sent.`,
  )
}
