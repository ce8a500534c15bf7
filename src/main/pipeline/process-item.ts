/** One file's journey, read from top to bottom: look, hash, offer, send, complete. */
import type { ItemState, UploadItem } from '../../shared/upload.ts'
import { sizeProblem } from '../intake/size-limit.ts'
import { stampSource } from '../intake/source-file.ts'
import { heldBytes } from '../transfer/chunk-plan.ts'
import { complete } from './complete.ts'
import { hash } from './hash.ts'
import { offer } from './offer.ts'
import { send } from './send.ts'
import type { ItemPatch, StageControl, StageDeps } from './stage.ts'

export interface JourneyControl extends StageControl {
  /** The item entered its next stage; with it, facts that became known. */
  onState(state: ItemState, patch?: ItemPatch): void
  /** Facts that became known within a stage. */
  onPatch(patch: ItemPatch): void
  /** The server has taken a chunk of so many bytes. */
  onAcknowledged(bytes: number): void
}

/** What the journey ends with. */
export interface Arrival {
  /** MD5 of the stored bytes, lowercase hex. */
  readonly md5: string
  /** Absolute URL. */
  readonly url: string
}

/**
 * Takes one file from its source to the server. Running it again after a failure or a restart repeats no work that
 * the server or the item still holds.
 * @throws UploadError, or the signal's reason
 */
export async function processItem(
  item: UploadItem,
  control: JourneyControl,
  deps: StageDeps,
): Promise<Arrival> {
  const source = await currentVersion(item, control)
  const tooLarge = sizeProblem(source, deps.maxFileSize)
  if (tooLarge) throw tooLarge
  const md5 = source.md5 ?? (await hashed(source, control, deps))
  control.onState({ status: 'uploading' }, { md5, hashCheckpoint: null })
  const task = await offer(source, md5, control, deps)
  if (task.done && task.url !== undefined) return { md5, url: deps.client.absolute(task.url) }
  await sent({ ...source, md5 }, task, control, deps)
  control.onState({ status: 'verifying' })
  const stored = await complete(source, task, md5, control, deps)
  return { md5: stored.md5, url: deps.client.absolute(stored.url) }
}

/** The item with its source's present size and time; what was known of another version is forgotten (promise R7). */
async function currentVersion(item: UploadItem, control: JourneyControl): Promise<UploadItem> {
  const { size, mtimeMs } = await stampSource(item)
  if (size === item.size && mtimeMs === item.mtimeMs) return item
  const patch = { size, mtimeMs, md5: null, hashCheckpoint: null, acknowledgedBytes: 0 }
  control.onPatch(patch)
  return { ...item, ...patch }
}

async function hashed(item: UploadItem, control: JourneyControl, deps: StageDeps): Promise<string> {
  control.onState({ status: 'hashing', hashedBytes: 0 })
  const onProgress = ({ hashedBytes, checkpoint }: Parameters<Parameters<typeof hash>[1]['onProgress']>[0]) =>
    control.onState({ status: 'hashing', hashedBytes }, checkpoint ? { hashCheckpoint: checkpoint } : {})
  return hash(item, { signal: control.signal, onProgress }, deps)
}

async function sent(
  item: UploadItem,
  task: Awaited<ReturnType<typeof offer>>,
  control: JourneyControl,
  deps: StageDeps,
): Promise<void> {
  let acknowledgedBytes = heldBytes(task, item.size)
  let { sentBytes } = item
  control.onPatch({ taskId: task.taskId, acknowledgedBytes })
  await send(
    item,
    task,
    {
      signal: control.signal,
      onSending: (bytes) => {
        sentBytes += bytes
        control.onPatch({ sentBytes })
      },
      onAcknowledged: (bytes) => {
        acknowledgedBytes += bytes
        control.onPatch({ acknowledgedBytes })
        control.onAcknowledged(bytes)
      },
    },
    deps,
  )
}
