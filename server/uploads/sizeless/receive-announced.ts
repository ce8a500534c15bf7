/**
 * The use case of receiving one chunk of a sizeless file: written at its offset when that is known, else through a partial
 * of its own. Nothing counts before the whole request was read: a form that breaks off is no chunk.
 */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { type ChunkReceipt, chunkDigests } from '../../../src/shared/protocol/wire.ts'
import { algorithmOf } from '../../digests.ts'
import type { ChunkRow, TaskRow } from '../../ledger/ledger.ts'
import { chunkReceipt } from '../answers.ts'
import { totalChunks } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import { type ChunkBody, refuseWhileVerified } from '../receive-chunk.ts'
import { fileTooLarge, hasCode, taskBusy, taskGone } from '../upload-errors.ts'
import { type Announcement, openAnnounced } from './announcement.ts'
import { chunkOffset, isLastChunk, learnPlan, refuseTooLong } from './learned-plan.ts'
import {
  keptAlgorithms,
  keptDigest,
  type Measured,
  type MeasureOptions,
  measureBody,
} from './measure-body.ts'
import { placeOrKeep, type UnplacedChunk, withUnplaced } from './unplaced-chunk.ts'

/** A file begins anew while its chunks arrive: so often they look for it again. */
const mostTries = 5

/** Where a chunk belongs in its file. */
export interface ChunkPlace {
  /** 0 … totalChunks - 1 */
  readonly chunkIndex: number
  readonly totalChunks: number
}

export type ChunkAnnouncement = Announcement & ChunkPlace

/** How a client says which upload its chunk is for. */
export interface Naming<Description extends ChunkPlace> {
  /** The open task; a new one where there is none. @throws UploadError */
  open(description: Description): Promise<TaskRow>
  /**
   * The task has this chunk with other bytes.
   * @returns another task, to which the bytes that came belong
   * @throws UploadError `chunk-conflict`
   */
  onOtherBytes(task: TaskRow, description: Description): Promise<TaskRow>
  /** Whether `onOtherBytes` may return: then bytes for a chunk that is there are kept until that is known. */
  readonly mayBeginAnew: boolean
}

/** A chunk that arrives together with its description, in either order. */
export interface DescribedChunk<Description extends ChunkPlace> {
  /** The description, when it came before the bytes. */
  readonly early: Description | undefined
  /** The description, once the whole request was read. @throws UploadError when it breaks off or is invalid */
  late(): Promise<Description>
  readonly body: ChunkBody
}

/** A chunk that the server has now. */
export interface ReceivedChunk {
  readonly task: TaskRow
  readonly receipt: ChunkReceipt
}

/** A chunk whose place is known and whose bytes have not been read. */
type OpenChunk = Pick<DescribedChunk<ChunkPlace>, 'body' | 'late'>

/** A chunk that only this request may change, and its state when the request got the lock. */
interface LockedChunk {
  readonly task: TaskRow
  readonly chunkIndex: number
  /** The chunk, when the server has it. */
  readonly known: ChunkRow | undefined
  readonly signal: AbortSignal
}

/**
 * Receives one chunk of an announced file. The same chunk again gets the same answer and changes nothing.
 * @throws UploadError `chunk-invalid`, `chunk-conflict`, `file-too-large`, `task-busy`, `task-gone`, `storage-full`
 */
export async function receiveAnnounced(
  uploads: Uploads,
  chunk: DescribedChunk<ChunkAnnouncement>,
): Promise<ChunkReceipt> {
  const naming: Naming<ChunkAnnouncement> = {
    mayBeginAnew: false,
    open: (announcement) => openAnnounced(uploads, announcement),
    onOtherBytes: async ({ taskId }, { chunkIndex }) => {
      // From now on nobody is told that it is there: the announcement may stand for two files.
      await uploads.ledger.contestChunk(taskId, chunkIndex)
      const message = `The server has chunk ${chunkIndex} with other bytes. Delete the upload to start over.`
      throw new UploadError('chunk-conflict', message)
    },
  }
  return (await receiveSizeless(uploads, naming, chunk)).receipt
}

/** @throws UploadError as `receiveAnnounced`, and what `naming` throws */
export async function receiveSizeless<Description extends ChunkPlace>(
  uploads: Uploads,
  naming: Naming<Description>,
  chunk: DescribedChunk<Description>,
): Promise<ReceivedChunk> {
  const { early, body, late } = chunk
  const received = early && (await receiveInPlace(uploads, naming, { early, body, late }))
  if (received !== undefined) return received
  // The bytes came first: they wait in a partial of their own until the description says where they belong. The server may
  // have this chunk already, with a digest of either kind.
  const options = { algorithms: chunkDigests, ...withinMaxFileSize(uploads) }
  return withUnplaced(uploads, body, options, async (unplaced) =>
    placeChunk(uploads, naming, await late(), unplaced),
  )
}

/** @returns undefined, and has read nothing, where the bytes have to be kept until it is known what they are for */
async function receiveInPlace<Description extends ChunkPlace>(
  uploads: Uploads,
  naming: Naming<Description>,
  { early, body, late }: DescribedChunk<Description> & { readonly early: Description },
): Promise<ReceivedChunk | undefined> {
  const task = await naming.open(early)
  const { taskId } = task
  if (naming.mayBeginAnew && (await uploads.ledger.chunk(taskId, early.chunkIndex)) !== undefined)
    return undefined
  let hasBegun = false
  const read: ChunkBody['read'] = (onPiece, signal) => {
    hasBegun = true
    return body.read(onPiece, signal)
  }
  const work = (locked: LockedChunk) => receiveDescribed(uploads, locked, { body: { read }, late })
  try {
    const receipt = await whileLocked(uploads, task, early.chunkIndex, work)
    if (receipt !== undefined) return { task, receipt }
  } catch (thrown) {
    // The file has begun anew meanwhile.
    if (naming.mayBeginAnew && !hasBegun && hasCode(thrown, 'task-gone')) return undefined
    throw thrown
  }
  await naming.onOtherBytes(task, early)
  throw taskBusy('Another request has just sent this chunk. Send it again.')
}

/** Puts bytes that came before their description where they belong. */
export async function placeChunk<Description extends ChunkPlace>(
  uploads: Uploads,
  naming: Naming<Description>,
  description: Description,
  unplaced: UnplacedChunk,
): Promise<ReceivedChunk> {
  let task = await naming.open(description)
  for (let tries = 1; ; tries++) {
    try {
      const work = (locked: LockedChunk) => placeLocked(uploads, locked, unplaced)
      const receipt = await whileLocked(uploads, task, description.chunkIndex, work)
      if (receipt !== undefined) return { task, receipt }
      task = await naming.onOtherBytes(task, description)
    } catch (thrown) {
      // The file has begun anew meanwhile.
      if (!(naming.mayBeginAnew && tries < mostTries && hasCode(thrown, 'task-gone'))) throw thrown
      task = await naming.open(description)
    }
  }
}

/** @returns undefined when the task has the chunk with other bytes */
async function placeLocked(
  uploads: Uploads,
  locked: LockedChunk,
  unplaced: UnplacedChunk,
): Promise<ChunkReceipt | undefined> {
  const { task, chunkIndex, known } = locked
  if (known?.isSuspect === false) return compare(uploads, locked, known, unplaced)
  await removeSuspect(uploads, locked)
  return chunkReceipt(task, chunkIndex, await placeOrKeep(uploads, task.taskId, chunkIndex, unplaced))
}

/** Works on one chunk of the task while no other request does. */
async function whileLocked<Result>(
  uploads: Uploads,
  { taskId }: TaskRow,
  chunkIndex: number,
  work: (locked: LockedChunk) => Promise<Result>,
): Promise<Result> {
  const { signal, release } = await uploads.activity.lockChunk(taskId, chunkIndex, uploads.limits.waitMs)
  try {
    const task = await uploads.ledger.task(taskId)
    if (task === undefined) throw taskGone()
    const known = await uploads.ledger.chunk(taskId, chunkIndex)
    return await work({ task, chunkIndex, known, signal })
  } finally {
    release()
  }
}

/** @returns undefined when the task has the chunk with other bytes */
async function receiveDescribed(
  uploads: Uploads,
  locked: LockedChunk,
  chunk: OpenChunk,
): Promise<ChunkReceipt | undefined> {
  const { task, chunkIndex, known, signal } = locked
  if (known?.isSuspect === false) {
    const measured = await measureBody(chunk.body, {
      algorithms: [algorithmOf(known.digest)],
      signal,
      ...withinMaxFileSize(uploads),
    })
    await chunk.late()
    return compare(uploads, locked, known, measured)
  }
  await removeSuspect(uploads, locked)
  const offset = chunkOffset(task, chunkIndex)
  if (offset !== undefined) {
    return chunkReceipt(task, chunkIndex, await writeInPlace(uploads, locked, offset, chunk))
  }
  const options = { algorithms: keptAlgorithms, ...withinChunk(uploads, locked) }
  const count = await withUnplaced(uploads, chunk.body, options, async (unplaced) => {
    await chunk.late()
    return placeOrKeep(uploads, task.taskId, chunkIndex, unplaced)
  })
  return chunkReceipt(task, chunkIndex, count)
}

/** @param offset in the file, bytes @returns the count of chunks that the server has */
async function writeInPlace(
  uploads: Uploads,
  locked: LockedChunk,
  offset: number,
  { body, late }: OpenChunk,
): Promise<number> {
  const { task, chunkIndex } = locked
  const endsFile = isLastChunk(task, chunkIndex)
  const writer = await uploads.store.openChunk({
    taskId: task.taskId,
    chunkIndex,
    totalChunks: totalChunks(task),
    chunkSize: totalChunks(task) === 1 ? undefined : task.chunkSize,
    offset,
    length: endsFile ? undefined : task.chunkSize,
    endsFile,
  })
  try {
    const onPiece = (piece: Uint8Array) => writer.write(piece)
    const options = { algorithms: keptAlgorithms, ...withinChunk(uploads, locked), onPiece }
    const measured = await measureBody(body, options)
    const learned = learnPlan(task, chunkIndex, measured.length, undefined, uploads.limits.maxFileSize)
    await late()
    await writer.finish()
    const plan = learned && { ...learned, unplacedPartial: null }
    const chunk = { chunkIndex, digest: keptDigest(measured) }
    const count = await uploads.ledger.addChunk(task.taskId, chunk, uploads.now(), plan)
    if (count === undefined) throw taskGone()
    return count
  } catch (thrown) {
    await writer.abandon()
    throw thrown
  }
}

/** A suspect chunk is removed before others replace it, so that no verification relies on it meanwhile. */
async function removeSuspect(uploads: Uploads, { task, chunkIndex, known }: LockedChunk): Promise<void> {
  await refuseWhileVerified(uploads, task)
  if (known === undefined) return
  await uploads.ledger.removeChunks(task.taskId, [chunkIndex])
  await refuseWhileVerified(uploads, task)
}

/** @returns undefined when other bytes were sent than the server has */
async function compare(
  uploads: Uploads,
  { task, chunkIndex }: LockedChunk,
  known: ChunkRow,
  sent: Measured,
): Promise<ChunkReceipt | undefined> {
  if (sent.digests.get(algorithmOf(known.digest)) !== known.digest) return undefined
  // A sign of life: what its client was told to be there must not be given up for another file a moment later.
  await uploads.ledger.touchTask(task.taskId, uploads.now())
  return chunkReceipt(task, chunkIndex, await uploads.ledger.countChunks(task.taskId))
}

/** Limits a body of which nothing else is known. */
function withinMaxFileSize({ limits: { maxFileSize } }: Uploads): Pick<MeasureOptions, 'refuseTooLong'> {
  return {
    refuseTooLong: (bytes) => {
      if (bytes > maxFileSize) throw fileTooLarge(maxFileSize)
    },
  }
}

/** Limits a body by what is known of the file's chunks. */
function withinChunk(
  { limits: { maxFileSize } }: Uploads,
  { task, chunkIndex, signal }: LockedChunk,
): Pick<MeasureOptions, 'refuseTooLong' | 'signal'> {
  return { signal, refuseTooLong: (bytes) => refuseTooLong(task, chunkIndex, bytes, maxFileSize) }
}
