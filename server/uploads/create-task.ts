/** The use case of offering a file: finds what is stored or already being uploaded, or opens a new task. */
import { UploadError } from '../../src/shared/protocol/errors.ts'
import type { CreateTaskRequest, Task } from '../../src/shared/protocol/wire.ts'
import type { TaskRow } from '../ledger/ledger.ts'
import { safePath } from '../storage/safe-path.ts'
import { openIfAdmitted } from './admission.ts'
import { doneTaskAnswer, openTaskAnswer } from './answers.ts'
import { allChunks, chunkSizeFor } from './chunk-plan.ts'
import type { Uploads } from './context.ts'
import { startOrJoin } from './finishing/complete.ts'
import { storedContent } from './finishing/stored-content.ts'
import { newTask } from './tasks.ts'
import { hasCode } from './upload-errors.ts'

/**
 * Answers the task of a file: `done` when the same content is stored under its path, else one to continue with.
 * @throws UploadError `name-invalid`, `file-too-large`, `storage-full`, `too-many-requests`
 */
export async function createTask(uploads: Uploads, request: CreateTaskRequest): Promise<Task> {
  const givenPath = request.relativePath ?? request.fileName
  if (safePath(givenPath).at(-1) !== request.fileName) {
    throw new UploadError(
      'name-invalid',
      'relativePath must end with fileName. Send the full path of the file.',
    )
  }
  if (request.fileSize > uploads.limits.maxFileSize) {
    const message = `The file has ${request.fileSize} bytes; this server accepts at most ${uploads.limits.maxFileSize}.`
    throw new UploadError('file-too-large', message)
  }
  const relativePath = uploads.library.toServerPath(givenPath)
  // Two simultaneous offers of the same file must find the same task.
  const unlock = await uploads.locks.path.acquire(`offer ${relativePath}`, uploads.limits.waitMs)
  try {
    return await findOrOpen(uploads, relativePath, request)
  } finally {
    unlock()
  }
}

async function findOrOpen(uploads: Uploads, relativePath: string, request: CreateTaskRequest): Promise<Task> {
  if (request.hash === undefined) return openNew(uploads, relativePath, request, null)
  const files = await uploads.ledger.filesWithContent(request.fileSize, request.hash)
  const stored = await storedContent(uploads, relativePath, files)
  if (stored?.isHere === true) {
    uploads.log.info({ path: relativePath, storedPath: stored.file.storedPath }, 'already stored')
    return doneTaskAnswer(uploads, stored.file.taskId, stored.file)
  }
  const open = await uploads.ledger.openTaskOf(relativePath, request.fileSize, request.hash)
  if (open !== undefined && !uploads.activity.isStopping(open.taskId)) return resume(uploads, open)
  return openNew(uploads, relativePath, request, stored?.file.storedPath ?? null)
}

async function openNew(
  uploads: Uploads,
  relativePath: string,
  request: CreateTaskRequest,
  copyOf: string | null,
): Promise<Task> {
  const task = newTask(uploads, {
    relativePath,
    size: request.fileSize,
    chunkSize: chunkSizeFor(request.fileSize, uploads.limits.chunkSize, request.maxChunkSize),
    md5: request.hash ?? null,
    fileType: request.fileType ?? null,
    lastModifiedMs: request.lastModified ?? null,
    copyOf,
  })
  await openIfAdmitted(uploads, task, () => uploads.ledger.addTask(task))
  uploads.log.debug({ taskId: task.taskId, path: relativePath, size: task.size }, 'task opened')
  return task.copyOf === null ? openTaskAnswer(task, []) : answerCopy(uploads, task)
}

async function resume(uploads: Uploads, task: TaskRow): Promise<Task> {
  await uploads.ledger.touchTask(task.taskId, uploads.now())
  if (task.copyOf !== null) return answerCopy(uploads, task)
  const chunks = await uploads.ledger.chunks(task.taskId)
  const indexes = chunks.map((chunk) => chunk.chunkIndex)
  // If somebody removed the partial, the chunks are gone, whatever the rows say.
  if (indexes.length > 0 && !(await uploads.store.hasPartial(task.taskId))) {
    await uploads.ledger.removeChunks(task.taskId, indexes)
    return openTaskAnswer(task, [])
  }
  return openTaskAnswer(task, indexes)
}

/** The server copies content that it has by itself; the client only waits. If that content is damaged, the client sends it. */
async function answerCopy(uploads: Uploads, task: TaskRow): Promise<Task> {
  try {
    const job = startOrJoin(uploads, task, task.md5 ?? '')
    const file = await uploads.jobs.wait(task.taskId, job, uploads.limits.waitMs)
    if (file === undefined) return openTaskAnswer(task, allChunks(task))
    return doneTaskAnswer(uploads, task.taskId, file)
  } catch (thrown) {
    if (hasCode(thrown, 'chunks-missing')) return openTaskAnswer(task, [])
    throw thrown
  }
}
