/** Finds the open task that an offer may resume. Tasks that are known to be for different bytes are different tasks. */
import type { CreateTaskRequest } from '../../src/shared/protocol/wire.ts'
import type { TaskRow } from '../ledger/ledger.ts'
import type { Uploads } from './context.ts'
import { isLiveAnywhere } from './live-tasks.ts'

type Offer = Pick<CreateTaskRequest, 'fileSize' | 'lastModified' | 'hash' | 'sha256' | 'ends' | 'taskId'>

/** An upload of an earlier client was interrupted when nobody works on it and no chunk has arrived for so long, ms. */
const interruptedAfterMs = 30_000

/**
 * With ends alone, the task that was offered with the same ones and the same time. With a SHA-256, the task that was offered
 * with the same one; else one of its ends; else an interrupted one that was offered with this MD5 alone. Such a one is from
 * now on only for this SHA-256. With an MD5 alone, a task that was offered with an MD5 alone.
 */
export async function findOpenTask(
  uploads: Uploads,
  relativePath: string,
  offer: Offer,
): Promise<TaskRow | undefined> {
  const { hash, sha256, ends } = offer
  if (hash === undefined && sha256 === undefined && ends === undefined) return undefined
  const tasks = (await uploads.ledger.openTasksOf(relativePath, offer.fileSize)).filter(
    ({ taskId }) => !uploads.activity.isStopping(taskId),
  )
  if (hash === undefined && sha256 === undefined) return tasks.find((task) => hasItsEnds(task, offer))
  if (sha256 === undefined) return tasks.find((task) => task.sha256 === null && task.md5 === hash)
  const mayBeIts = tasks.filter(({ md5 }) => md5 === null || hash === undefined || md5 === hash)
  return (
    mayBeIts.find((task) => task.sha256 === sha256) ??
    (await takeOver(uploads, mayBeIts, { ...offer, sha256 }))
  )
}

/** A task that was begun without a SHA-256, and is for this one from now on. */
async function takeOver(
  uploads: Uploads,
  tasks: readonly TaskRow[],
  offer: Offer & { readonly sha256: string },
): Promise<TaskRow | undefined> {
  const { sha256 } = offer
  const unstated = tasks.filter((task) => task.sha256 === null)
  for (const task of unstated) {
    const isTaken =
      // Its client has read the file by now. Should it be another client's, the digests will tell.
      (hasItsEnds(task, offer) && isNotYet(task, sha256) && !(await isAnothers(uploads, task, offer))) ||
      (task.md5 !== null && (await isInterrupted(uploads, task, sha256)))
    if (!isTaken) continue
    await uploads.ledger.setStatedSha256(task.taskId, sha256)
    return { ...task, sha256 }
  }
  return undefined
}

/** Whether the upload is in use, and the client does not know it: then it is that of another file, or of another client. */
async function isAnothers(uploads: Uploads, task: TaskRow, { taskId }: Offer): Promise<boolean> {
  return taskId !== task.taskId && (await isInUse(uploads, task))
}

/**
 * Whether an upload of another file, or of another client, is under way that agrees in path, size, time and ends: only
 * digests can tell them apart.
 */
export async function hasTwin(uploads: Uploads, relativePath: string, offer: Offer): Promise<boolean> {
  for (const task of await uploads.ledger.openTasksOf(relativePath, offer.fileSize)) {
    if (hasItsEnds(task, offer) && (await isAnothers(uploads, task, offer))) return true
  }
  return false
}

function hasItsEnds(task: TaskRow, { ends, lastModified }: Offer): boolean {
  return ends !== undefined && task.ends === ends && (task.lastModifiedMs ?? undefined) === lastModified
}

/** Whether its bytes were not verified to be others. */
function isNotYet({ verifiedSha256 }: TaskRow, sha256: string): boolean {
  return verifiedSha256 === null || verifiedSha256 === sha256
}

async function isInterrupted(uploads: Uploads, task: TaskRow, sha256: string): Promise<boolean> {
  if (task.verifiedSha256 !== null) return task.verifiedSha256 === sha256
  return !(await isInUse(uploads, task))
}

/** A slow connection may need minutes for a chunk: an upload that somebody works on was not interrupted. */
async function isInUse(uploads: Uploads, task: TaskRow): Promise<boolean> {
  return task.activeAtMs > uploads.now() - interruptedAfterMs || isLiveAnywhere(uploads, task)
}
