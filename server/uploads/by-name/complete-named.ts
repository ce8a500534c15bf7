/** Stores files whose clients know no digest of them: what is stored is what came, proved chunk by chunk. */
import type { FileRow, TaskRow } from '../../ledger/ledger.ts'
import { openIfAdmitted } from '../admission.ts'
import { firstChunks, totalChunks } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import { untilStored } from '../finishing/complete.ts'
import { refuseUnproven } from '../finishing/refuse-unproven.ts'
import type { ChunkBody } from '../receive-chunk.ts'
import { keptAlgorithms, keptDigest } from '../sizeless/measure-body.ts'
import { type UnplacedChunk, withUnplaced } from '../sizeless/unplaced-chunk.ts'
import { newTask } from '../tasks.ts'
import { chunksMissing, fileTooLarge, taskGone } from '../upload-errors.ts'
import { refuseMixed } from './find-named.ts'

/** Another request of the same file may be storing it: as long as a verification may take, ms. */
const storeWaitMs = 60 * 60 * 1000

/**
 * Stores the file when all its chunks are there.
 * @returns the stored file; undefined while chunks are missing
 * @throws UploadError `chunk-conflict`, `chunks-missing` when the disk lost some, `storage-…`
 */
export async function storeIfWhole(uploads: Uploads, { taskId }: TaskRow): Promise<FileRow | undefined> {
  const unlock = await uploads.locks.named.acquire(taskId, storeWaitMs)
  try {
    const task = await uploads.ledger.task(taskId)
    // The request that sent another chunk has stored it.
    if (task === undefined) return await storedBy(uploads, taskId)
    if ((await uploads.ledger.countChunks(taskId)) < totalChunks(task)) return undefined
    await refuseMixed(uploads, task)
    await refuseUnproven(uploads, task)
    return await untilStored(uploads, taskId, {})
  } finally {
    unlock()
  }
}

async function storedBy({ ledger }: Uploads, taskId: string): Promise<FileRow> {
  const file = await ledger.fileOfTask(taskId)
  if (file === undefined) throw taskGone()
  return file
}

/** @returns indexes of chunks that have not arrived, ascending */
async function missingChunks({ ledger }: Uploads, task: TaskRow): Promise<number[]> {
  const present = new Set((await ledger.chunks(task.taskId)).map(({ chunkIndex }) => chunkIndex))
  return firstChunks(totalChunks(task)).filter((chunkIndex) => !present.has(chunkIndex))
}

/**
 * Stores the file under a name that its client tells only now.
 * @throws UploadError `chunks-missing` with details, and as `storeIfWhole`
 */
export async function storeAs(uploads: Uploads, task: TaskRow, fileName: string): Promise<FileRow> {
  await refuseMixed(uploads, task)
  const missing = await missingChunks(uploads, task)
  if (missing.length > 0) {
    throw chunksMissing(missing, `${missing.length} chunks are missing. Send them, then merge again.`)
  }
  await uploads.ledger.renameTask(task.taskId, uploads.library.toServerPath(fileName))
  const file = await storeIfWhole(uploads, task)
  if (file === undefined) throw taskGone()
  return file
}

/** A body that is a whole file, and what to do with it once its end was read. */
interface WholeBody<Result> {
  readonly body: ChunkBody
  /** @returns the name to store it under; undefined when it is no whole file */
  nameAtEnd(): Promise<string | undefined>
  /** What becomes of the bytes of one that is no whole file. */
  otherwise(chunk: UnplacedChunk): Promise<Result>
}

/** Reads the body into a partial, which becomes the file. @throws UploadError `file-too-large`, `storage-…` */
export async function storeBody<Result>(
  uploads: Uploads,
  { body, nameAtEnd, otherwise }: WholeBody<Result>,
): Promise<FileRow | Result> {
  const { maxFileSize } = uploads.limits
  const refuseTooLong = (bytes: number) => {
    if (bytes > maxFileSize) throw fileTooLarge(maxFileSize)
  }
  return withUnplaced(uploads, body, { algorithms: keptAlgorithms, refuseTooLong }, async (unplaced) => {
    const fileName = await nameAtEnd()
    return fileName === undefined ? otherwise(unplaced) : storePartial(uploads, fileName, unplaced)
  })
}

/** The partial is the task's from now on. */
async function storePartial(uploads: Uploads, fileName: string, unplaced: UnplacedChunk): Promise<FileRow> {
  const { partial: taskId, length } = unplaced
  const task = newTask(uploads, {
    taskId,
    relativePath: uploads.library.toServerPath(fileName),
    size: length,
    chunkSize: Math.max(1, length),
    md5: null,
  })
  await openIfAdmitted(uploads, { ...task, size: 0 }, () => uploads.ledger.addTask(task))
  try {
    if (length > 0) {
      const chunk = { chunkIndex: 0, digest: keptDigest(unplaced) }
      await uploads.ledger.addChunk(taskId, chunk, uploads.now())
    }
    await refuseUnproven(uploads, task)
    return await untilStored(uploads, taskId, {})
  } catch (thrown) {
    // Its client sends the whole file again.
    await uploads.ledger.removeTask(taskId).catch(() => undefined)
    throw thrown
  }
}
