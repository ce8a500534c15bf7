/** Stage: has the server verify the whole file and publish it; polls while a long verification runs. */
import { setTimeout as delay } from 'node:timers/promises'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { StoredFile, Task } from '../../shared/protocol/wire.ts'
import type { UploadItem } from '../../shared/upload.ts'
import { assertSameVersion, stampSource } from '../intake/source-file.ts'
import type { Payload } from './payload.ts'
import type { StageControl, StageDeps } from './stage.ts'

/** Between two questions whether a verification is finished. */
const pollMs = 500

/**
 * Returns once the stored file's size and digest equal the payload's and it is durable (promise R1).
 * @param item whose original must still be the version that the payload was made of (promise R7)
 * @throws UploadError `source-changed` before anything is published; `digest-mismatch` when the server stored otherwise
 */
export async function complete(
  item: UploadItem,
  payload: Payload,
  task: Task,
  md5: string,
  control: StageControl,
  deps: Pick<StageDeps, 'api'>,
): Promise<StoredFile> {
  await assertUnchanged(item, payload)
  for (;;) {
    const { stored } = await deps.api.complete(task.taskId, md5, control.signal)
    if (stored) return assertStored(payload, md5, stored)
    await delay(pollMs, undefined, { signal: control.signal }).catch(() => control.signal.throwIfAborted())
  }
}

/** @throws UploadError `source-changed`, `source-…` when one of them is not there or not readable any more */
export async function assertUnchanged(item: UploadItem, payload: Payload): Promise<void> {
  for (const version of [item, payload]) assertSameVersion(version, await stampSource(version))
}

/** @throws UploadError `digest-mismatch` */
export function assertStored(payload: Payload, md5: string, stored: StoredFile): StoredFile {
  if (stored.size === payload.size && stored.md5 === md5) return stored
  throw new UploadError(
    'digest-mismatch',
    `The server stored ${stored.size} bytes with MD5 ${stored.md5} where ${payload.size} bytes with ${md5} were sent.`,
  )
}
