/** The use case of offering a file: finds what is stored or already being uploaded, or opens a new task. */
import type { Checking, CreateTaskRequest, DigestsNeeded, Task } from '../../src/shared/protocol/wire.ts'
import type { TaskRow } from '../ledger/ledger.ts'
import { openIfAdmitted } from './admission.ts'
import { doneTaskAnswer, openTaskAnswer } from './answers.ts'
import { allChunks, chunkSizeFor } from './chunk-plan.ts'
import type { Uploads } from './context.ts'
import { startOrJoin } from './finishing/complete.ts'
import { offeredContent } from './finishing/offered-content.ts'
import { offeredPath } from './offered-path.ts'
import { findOpenTask } from './open-tasks.ts'
import { newTask, statedOf } from './tasks.ts'
import { mayBeKnown } from './unread-offers.ts'
import { hasCode } from './upload-errors.ts'

/** An offer of an earlier client: no stored file can stand for its bytes, so there is nothing to wait for. */
type OfferByMd5 = Omit<CreateTaskRequest, 'sha256' | 'ends'> & {
  readonly sha256?: undefined
  readonly ends?: undefined
}

type OfferAnswer = Task | Checking | DigestsNeeded

/**
 * Answers the task of a file: `done` when the same content is stored under its path, else one to continue with; or how far
 * the check of a stored file is that may have the content; or, of a file that its client has not read yet, that something
 * stored may have it.
 * @throws UploadError `name-invalid`, `file-too-large`, `storage-full`, `too-many-requests`
 */
export async function createTask(uploads: Uploads, request: OfferByMd5): Promise<Task>
export async function createTask(uploads: Uploads, request: CreateTaskRequest): Promise<OfferAnswer>
export async function createTask(uploads: Uploads, request: CreateTaskRequest): Promise<OfferAnswer> {
  const relativePath = offeredPath(uploads, request)
  // Two simultaneous offers of the same file must find the same task.
  const unlock = await uploads.locks.path.acquire(`offer ${relativePath}`, uploads.limits.waitMs)
  try {
    return await findOrOpen(uploads, relativePath, request)
  } finally {
    unlock()
  }
}

async function findOrOpen(
  uploads: Uploads,
  relativePath: string,
  request: CreateTaskRequest,
): Promise<OfferAnswer> {
  if (await mayBeKnown(uploads, relativePath, request)) return { digestsNeeded: true }
  const stored = await offeredContent(uploads, relativePath, request)
  if (stored !== undefined && 'checking' in stored) return stored
  if (stored?.isHere === true) {
    uploads.log.info({ path: relativePath, storedPath: stored.file.storedPath }, 'already stored')
    return doneTaskAnswer(uploads, stored.file.taskId, stored.file)
  }
  const open = await findOpenTask(uploads, relativePath, request)
  if (open !== undefined) return resume(uploads, open)
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
    sha256: request.sha256 ?? null,
    ends: request.ends ?? null,
    fileType: request.fileType ?? null,
    lastModifiedMs: request.lastModified ?? null,
    copyOf,
  })
  await openIfAdmitted(uploads, task, () => uploads.ledger.addTask(task))
  uploads.log.debug({ taskId: task.taskId, path: relativePath, size: task.size }, 'task opened')
  return task.copyOf === null ? openTaskAnswer(uploads, task, []) : answerCopy(uploads, task)
}

async function resume(uploads: Uploads, task: TaskRow): Promise<Task> {
  await uploads.ledger.touchTask(task.taskId, uploads.now())
  if (task.copyOf !== null) return answerCopy(uploads, task)
  const chunks = await uploads.ledger.chunks(task.taskId)
  const indexes = chunks.map((chunk) => chunk.chunkIndex)
  // If somebody removed the partial, the chunks are gone, whatever the rows say.
  if (indexes.length > 0 && !(await uploads.store.hasPartial(task.taskId))) {
    uploads.knownDigests.forget(task.taskId)
    await uploads.ledger.removeChunks(task.taskId, indexes)
    return openTaskAnswer(uploads, task, [])
  }
  const agreed = chunks.filter((chunk) => !chunk.isContested).map((chunk) => chunk.chunkIndex)
  return openTaskAnswer(uploads, task, agreed)
}

/** The server copies content that it has by itself; the client only waits. If that content is damaged, the client sends it. */
async function answerCopy(uploads: Uploads, task: TaskRow): Promise<Task> {
  try {
    const job = startOrJoin(uploads, task, statedOf(task))
    const file = await uploads.jobs.wait(task.taskId, job, uploads.limits.waitMs)
    if (file === undefined) return openTaskAnswer(uploads, task, allChunks(task))
    return doneTaskAnswer(uploads, task.taskId, file)
  } catch (thrown) {
    if (hasCode(thrown, 'chunks-missing')) return openTaskAnswer(uploads, task, [])
    throw thrown
  }
}
