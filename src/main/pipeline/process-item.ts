/** One file's journey, read from top to bottom: look, prepare, hash, offer, send, complete. */

import type { StoredFile, Task } from '../../shared/protocol/wire.ts'
import type { ItemState, UploadItem } from '../../shared/upload.ts'
import { sizeProblem } from '../intake/size-limit.ts'
import { stampSource } from '../intake/source-file.ts'
import { heldBytes } from '../transfer/missing-chunks.ts'
import { assertStored, assertUnchanged, complete } from './complete.ts'
import { hash } from './hash.ts'
import { offer } from './offer.ts'
import { type Payload, payloadOf } from './payload.ts'
import { isPrepared, prepare } from './prepare.ts'
import { type Completion, send } from './send.ts'
import type { ItemPatch, StageControl, StageDeps } from './stage.ts'

export interface JourneyControl extends StageControl {
  /** The item entered its next stage; with it, facts that became known. */
  onState(state: ItemState, patch?: ItemPatch): void
  /** Facts that became known within a stage. */
  onPatch(patch: ItemPatch): void
  /** A chunk of so many bytes was handed to the network. */
  onSending(bytes: number): void
  /** The server has taken a chunk of so many bytes. */
  onAcknowledged(bytes: number): void
}

/** What the journey ends with. */
export interface Arrival {
  /** MD5 of the stored bytes, lowercase hex. */
  readonly md5: string
  /** Absolute URL. */
  readonly url: string
  /** When it was durable by the server's clock, ms since 1970; absent where the server had it before. */
  readonly storedAtMs?: number
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
  const source = await prepared(await currentVersion(item, control), control, deps)
  return deps.inTurn(() => carried(source, control, deps))
}

async function carried(source: UploadItem, control: JourneyControl, deps: StageDeps): Promise<Arrival> {
  // It may have been stopped while it waited for its turn.
  control.signal.throwIfAborted()
  const payload = payloadOf(source)
  const tooLarge = sizeProblem(payload, deps.maxFileSize)
  if (tooLarge) throw tooLarge
  const md5 = source.md5 ?? (await hashed(source, payload, control, deps))
  control.onState({ status: 'uploading' }, { md5, hashCheckpoint: null })
  const task = await offer(payload, md5, control, deps)
  if (task.done && task.url !== undefined) return { md5, url: deps.api.absolute(task.url) }
  const completion = { md5, assertUnchanged: () => assertUnchanged(source, payload) }
  const storedAtOnce = await sent(source.sentBytes, payload, task, completion, control, deps)
  control.onState({ status: 'verifying' })
  const stored = storedAtOnce
    ? assertStored(payload, md5, storedAtOnce)
    : await complete(source, payload, task, md5, control, deps)
  return { md5: stored.md5, url: deps.api.absolute(stored.url), storedAtMs: stored.uploadTime }
}

/** What becomes untrue of an item once other bytes are to travel for it. */
export const otherBytes = { md5: null, hashCheckpoint: null, acknowledgedBytes: 0 } as const

/** The item with its source's present size and time; what was known of another version is forgotten (promise R7). */
async function currentVersion(item: UploadItem, control: JourneyControl): Promise<UploadItem> {
  const { size, mtimeMs } = await stampSource(item)
  if (size === item.size && mtimeMs === item.mtimeMs) return item
  const patch = { size, mtimeMs, payload: null, note: null, ...otherBytes }
  control.onPatch(patch)
  return { ...item, ...patch }
}

/** The item with the copy that its preset asks for, made now or at an earlier attempt (promise R8). */
async function prepared(item: UploadItem, control: JourneyControl, deps: StageDeps): Promise<UploadItem> {
  if (item.preset === null || (await isPrepared(item))) return item
  control.onState({ status: 'preparing' })
  const patch = { ...(await prepare(item, item.preset, control, deps)), ...otherBytes }
  control.onPatch(patch)
  return { ...item, ...patch }
}

async function hashed(
  item: UploadItem,
  payload: Payload,
  control: JourneyControl,
  deps: StageDeps,
): Promise<string> {
  control.onState({ status: 'hashing', hashedBytes: 0 })
  const onProgress = ({ hashedBytes, checkpoint }: Parameters<Parameters<typeof hash>[2]['onProgress']>[0]) =>
    control.onState({ status: 'hashing', hashedBytes }, checkpoint ? { hashCheckpoint: checkpoint } : {})
  return hash(payload, item.hashCheckpoint, { signal: control.signal, onProgress }, deps)
}

/** @param sentBefore bytes that earlier attempts have put on the network */
async function sent(
  sentBefore: number,
  payload: Payload,
  task: Task,
  completion: Completion,
  control: JourneyControl,
  deps: StageDeps,
): Promise<StoredFile | undefined> {
  let acknowledgedBytes = heldBytes(task, payload.size)
  let sentBytes = sentBefore
  control.onPatch({ taskId: task.taskId, acknowledgedBytes })
  return send(
    payload,
    task,
    {
      signal: control.signal,
      onSending: (bytes) => {
        sentBytes += bytes
        control.onPatch({ sentBytes })
        control.onSending(bytes)
      },
      onAcknowledged: (bytes) => {
        acknowledgedBytes += bytes
        control.onPatch({ acknowledgedBytes })
        control.onAcknowledged(bytes)
      },
    },
    completion,
    deps,
  )
}
