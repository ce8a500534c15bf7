/** The use cases of a file whose client does not know its size from the start: it grows until the client says where it ends. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { type TaskRow, unknownBytes } from '../../ledger/ledger.ts'
import { openIfAdmitted, refuseOverQuota } from '../admission.ts'
import { chunkSizeFor } from '../chunk-plan.ts'
import type { Uploads } from '../context.ts'
import { newTask } from '../tasks.ts'
import { fileTooLarge, taskGone } from '../upload-errors.ts'
import { offsetOf } from './append-bytes.ts'

/** What is known of a file that will be appended to. */
interface Growing {
  /** As the client knows it. */
  readonly relativePath: string
  /** Bytes; undefined when the client does not know it yet. */
  readonly size: number | undefined
  readonly fileType: string | undefined
  /** `Upload-Metadata` of tus as it was sent; null without. */
  readonly metadata: string | null
}

/** The client said before that the file has another size, or has sent more of it already. */
export class OtherLength extends UploadError {
  constructor(message: string) {
    super('bad-request', message)
  }
}

/** @throws UploadError `name-invalid`, `file-too-large`, `storage-full`, `too-many-requests` */
export async function openGrowing(uploads: Uploads, file: Growing): Promise<TaskRow> {
  const { limits, ledger, log, library } = uploads
  const { size = unknownBytes, fileType = '', metadata } = file
  if (size > limits.maxFileSize) throw fileTooLarge(limits.maxFileSize)
  const task = newTask(uploads, {
    relativePath: library.toServerPath(file.relativePath),
    size,
    chunkSize: chunkSizeOf(size, limits),
    md5: null,
    fileType: fileType === '' || fileType.length > 255 ? null : fileType,
    metadata,
  })
  await openIfAdmitted(uploads, task, () => ledger.addTask(task))
  log.debug({ taskId: task.taskId, path: task.relativePath, size }, 'task opened')
  return task
}

/** Of an open-ended upload the last chunk may have to be sent again after a restart: it must not grow with what could come. */
function chunkSizeOf(size: number, { maxFileSize, chunkSize }: Uploads['limits']): number {
  return size === unknownBytes
    ? chunkSizeFor(maxFileSize, chunkSize, chunkSize)
    : chunkSizeFor(size, chunkSize)
}

/**
 * Records how large the file is; the same size once more changes nothing.
 * @param size bytes
 * @throws UploadError `task-gone`, `task-busy`, `file-too-large`, `storage-full`, `bad-request` (OtherLength)
 */
export async function stateLength(uploads: Uploads, taskId: string, size: number): Promise<void> {
  const { activity, ledger, limits } = uploads
  const { release } = await activity.lockChunk(taskId, 0, limits.waitMs)
  try {
    const task = await ledger.task(taskId)
    if (task === undefined) throw taskGone()
    if (task.size === size) return
    if (task.size !== unknownBytes) throw new OtherLength(`The file has ${task.size} bytes, not ${size}.`)
    if (size > limits.maxFileSize) throw fileTooLarge(limits.maxFileSize)
    const offset = await offsetOf(uploads, task)
    if (size < offset) throw new OtherLength(`The server has ${offset} bytes of the file, more than ${size}.`)
    const library = uploads.libraries.of(task.relativePath)
    uploads.quotaSums.add(library, size)
    await refuseOverQuota(uploads, library, size)
    if (size === offset && uploads.tails.get(task) === undefined) await forgetIfLonger(uploads, task, size)
    await ledger.setSize(taskId, size)
  } finally {
    release()
  }
}

/**
 * A killed server may have received more than it remembers, and a client may end its file before that. Where more bytes come,
 * what lies behind their end is cut off with them.
 */
async function forgetIfLonger({ ledger, store }: Uploads, { taskId }: TaskRow, size: number): Promise<void> {
  if (((await store.partialSize(taskId)) ?? 0) <= size) return
  await ledger.forgetReceived(taskId)
  await store.discardPartial(taskId)
}
